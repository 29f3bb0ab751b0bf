// Objects compressed one by one, so that each can be read alone. What goes to a disk is sealed,
// each object by itself: Secrets are among them. Tests: test/model/packed_object_test.cpp.
#include "reconcile/model/packed_object.hpp"

#include <zstd.h>

#include <unordered_map>

#include "base/model/seal.hpp"
#include "base/model/zstd_unpacker.hpp"
#include "reconcile/model/error.hpp"
#include "reconcile/model/json.hpp"

namespace reconcile::model {

namespace {

/// Higher levels cost three times as much for a fiftieth less.
constexpr int level = 1;
constexpr std::size_t bytes_max = 1U << 30U;

void check(std::size_t result, const ObjectId& id, const char* what) {
  if (ZSTD_isError(result) == 0U) return;
  throw Error(ErrorCode::internal,
              id.display() + " could not be " + what + ": " + ZSTD_getErrorName(result));
}

}  // namespace

/// The objects of one packer, one after the other.
struct PackedObject::Contents {
  std::string bytes;               ///< empty where they are spilled
  std::optional<SpillPart> spill;  ///< absent: in memory
  std::uint64_t seal_number = 0;   ///< 0: not sealed
};

std::string PackedObject::json() const {
  if (contents_ == nullptr) return {};
  const Contents& contents = *contents_;
  std::string read;
  std::string_view packed;
  if (contents.spill) {
    read = contents.spill->read(offset_, packed_size_);
    packed = read;
  } else {
    packed = std::string_view(contents.bytes).substr(offset_, packed_size_);
  }
  if (contents.seal_number != 0) {
    read = unseal(contents.seal_number, place_, packed);
    packed = read;
  }
  std::string text(size_, '\0');
  const std::size_t size =
      ZSTD_decompressDCtx(zstd_unpacker(), text.data(), text.size(), packed.data(), packed.size());
  check(size, id_, "unpacked");
  return text;
}

Document PackedObject::document() const {
  return contents_ == nullptr ? Document() : parse_json(json());
}

ObjectOrigin PackedObject::origin() const {
  return file_ == nullptr ? ObjectOrigin() : ObjectOrigin{*file_, document_index_};
}

struct ObjectPacker::State {
  std::unique_ptr<ZSTD_CCtx, std::size_t (*)(ZSTD_CCtx*)> context{ZSTD_createCCtx(), ZSTD_freeCCtx};
  std::shared_ptr<SpillFile> spill;
  std::shared_ptr<PackedObject::Contents> contents = std::make_shared<PackedObject::Contents>();
  std::uint32_t objects = 0;
  std::unordered_map<std::string, std::shared_ptr<const std::string>> files;
  std::string json;    ///< of one object
  std::string buffer;  ///< of one object, packed
};

ObjectPacker::ObjectPacker(std::shared_ptr<SpillFile> spill) : state_(std::make_unique<State>()) {
  if (spill != nullptr) state_->contents->seal_number = next_seal_number();
  state_->spill = std::move(spill);
}

ObjectPacker::~ObjectPacker() = default;

PackedObject ObjectPacker::pack(const Object& object) {
  State& state = *state_;
  state.json.clear();
  JsonFormat format;
  format.sorted_keys = false;
  format.escape_html = false;
  write_json(object.root(), state.json, format);
  if (state.json.size() > bytes_max)
    throw Error(ErrorCode::limit_exceeded, object.id().display() + ": expected at most 1 GiB");
  state.buffer.resize(ZSTD_compressBound(state.json.size()));
  PackedObject result;
  result.id_ = object.id();
  result.version_ = object.gvk().version;
  std::shared_ptr<const std::string>& file = state.files[object.origin().file];
  if (file == nullptr) file = std::make_shared<const std::string>(object.origin().file);
  result.file_ = file;
  result.document_index_ = static_cast<std::uint32_t>(object.origin().document_index);
  const std::size_t size =
      ZSTD_compressCCtx(state.context.get(), state.buffer.data(), state.buffer.size(),
                        state.json.data(), state.json.size(), level);
  check(size, result.id_, "packed");
  result.size_ = state.json.size();
  result.place_ = state.objects++;
  std::string& bytes = state.contents->bytes;
  result.offset_ = bytes.size();
  const std::string_view packed = std::string_view(state.buffer).substr(0, size);
  if (state.contents->seal_number == 0)
    bytes += packed;
  else
    seal(state.contents->seal_number, result.place_, packed, bytes);
  result.packed_size_ = static_cast<std::uint32_t>(bytes.size() - result.offset_);
  result.contents_ = state.contents;
  return result;
}

void ObjectPacker::finish() {
  PackedObject::Contents& contents = *state_->contents;
  if (state_->spill != nullptr) {
    if (std::optional<SpillPart> part = state_->spill->store(contents.bytes)) {
      contents.spill.emplace(*std::move(part));
      contents.bytes.clear();
    }
  }
  contents.bytes.shrink_to_fit();
}

PackedObject pack(const Object& object) {
  ObjectPacker packer;
  PackedObject packed = packer.pack(object);
  packer.finish();
  return packed;
}

}  // namespace reconcile::model
