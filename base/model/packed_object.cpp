// Objects compressed one by one, so that each can be read alone. Tests:
// test/model/packed_object_test.cpp.
#include "reconcile/model/packed_object.hpp"

#include <zstd.h>

#include "reconcile/model/error.hpp"
#include "reconcile/model/json.hpp"

namespace reconcile::model {

namespace {

/// Higher levels cost three times as much for a fiftieth less.
constexpr int level = 1;

/// One for each thread: it is as large as thirty objects.
ZSTD_DCtx* unpacker() {
  thread_local const std::unique_ptr<ZSTD_DCtx, std::size_t (*)(ZSTD_DCtx*)> context(
      ZSTD_createDCtx(), ZSTD_freeDCtx);
  return context.get();
}

void check(std::size_t result, const ObjectId& id, const char* what) {
  if (ZSTD_isError(result) == 0U) return;
  throw Error(ErrorCode::internal,
              id.display() + " could not be " + what + ": " + ZSTD_getErrorName(result));
}

}  // namespace

std::string PackedObject::json() const {
  if (packed_ == nullptr) return {};
  std::string text(size_, '\0');
  const std::size_t size = ZSTD_decompressDCtx(unpacker(), text.data(), text.size(),
                                               packed_->data() + offset_, packed_size_);
  check(size, id_, "unpacked");
  return text;
}

Document PackedObject::document() const {
  return packed_ == nullptr ? Document() : parse_json(json());
}

struct ObjectPacker::State {
  std::unique_ptr<ZSTD_CCtx, std::size_t (*)(ZSTD_CCtx*)> context{ZSTD_createCCtx(), ZSTD_freeCCtx};
  std::shared_ptr<std::string> packed = std::make_shared<std::string>();
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
  state.buffer.resize(ZSTD_compressBound(state.json.size()));
  PackedObject result;
  result.gvk_ = object.gvk();
  result.id_ = object.id();
  result.origin_ = object.origin();
  result.packed_size_ =
      ZSTD_compressCCtx(state.context.get(), state.buffer.data(), state.buffer.size(),
                        state.json.data(), state.json.size(), level);
  check(result.packed_size_, result.id_, "packed");
  result.size_ = state.json.size();
  result.offset_ = state.packed->size();
  state.packed->append(state.buffer, 0, result.packed_size_);
  result.packed_ = state.packed;
  return result;
}

void ObjectPacker::finish() {
  state_->packed->shrink_to_fit();
}

}  // namespace reconcile::model
