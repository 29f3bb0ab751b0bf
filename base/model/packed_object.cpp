// Objects compressed one by one, so that each can be read alone. Tests:
// test/model/packed_object_test.cpp.
#include "reconcile/model/packed_object.hpp"

#include <zstd.h>

#include <unordered_map>

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

std::string PackedObject::json() const {
  if (packed_ == nullptr) return {};
  std::string text(size_, '\0');
  const std::size_t size = ZSTD_decompressDCtx(zstd_unpacker(), text.data(), text.size(),
                                               packed_->data() + offset_, packed_size_);
  check(size, id_, "unpacked");
  return text;
}

Document PackedObject::document() const {
  return packed_ == nullptr ? Document() : parse_json(json());
}

ObjectOrigin PackedObject::origin() const {
  return file_ == nullptr ? ObjectOrigin() : ObjectOrigin{*file_, document_index_};
}

struct ObjectPacker::State {
  std::unique_ptr<ZSTD_CCtx, std::size_t (*)(ZSTD_CCtx*)> context{ZSTD_createCCtx(), ZSTD_freeCCtx};
  std::shared_ptr<std::string> packed = std::make_shared<std::string>();
  std::unordered_map<std::string, std::shared_ptr<const std::string>> files;
  std::string json;    ///< of one object
  std::string buffer;  ///< of one object, packed
};

ObjectPacker::ObjectPacker() : state_(std::make_unique<State>()) {
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
  result.packed_size_ = static_cast<std::uint32_t>(size);
  result.size_ = state.json.size();
  result.offset_ = state.packed->size();
  state.packed->append(state.buffer, 0, result.packed_size_);
  result.packed_ = state.packed;
  return result;
}

void ObjectPacker::finish() {
  state_->packed->shrink_to_fit();
}

PackedObject pack(const Object& object) {
  ObjectPacker packer;
  PackedObject packed = packer.pack(object);
  packer.finish();
  return packed;
}

}  // namespace reconcile::model
