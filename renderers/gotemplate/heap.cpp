#include "reconcile/gotemplate/heap.hpp"

#include <algorithm>
#include <cstring>

#include "reconcile/model/arena.hpp"
#include "reconcile/model/error.hpp"

namespace reconcile::gotemplate {
namespace {

constexpr std::size_t block_bytes_min = std::size_t{4} << 10U;
constexpr std::size_t block_bytes_max = std::size_t{1} << 20U;

}  // namespace

Heap::Heap(std::size_t bytes_max) : bytes_max_(bytes_max) {
}

Heap::~Heap() {
  for (auto it = finalizers_.rbegin(); it != finalizers_.rend(); ++it) it->destroy(it->object);
}

void* Heap::allocate_block(std::size_t bytes) {
  std::size_t size = std::clamp(used_bytes_, block_bytes_min, block_bytes_max);
  const bool own_block = bytes > size / 4;
  if (own_block) size = bytes;
  if (size > bytes_max_ - std::min(used_bytes_, bytes_max_)) fail();
  blocks_.push_back(std::unique_ptr<char[]>(new char[size]));
  used_bytes_ += size;
  char* data = blocks_.back().get();
  if (own_block) return data;
  next_ = data + bytes;
  left_ = size - bytes;
  return data;
}

std::string_view Heap::copy(std::string_view text) {
  if (text.empty()) return {"", 0};
  char* data = static_cast<char*>(allocate(text.size()));
  std::memcpy(data, text.data(), text.size());
  return {data, text.size()};
}

std::span<GoValue> Heap::elements(std::size_t count) {
  auto* data = static_cast<GoValue*>(allocate(std::max<std::size_t>(count, 1) * sizeof(GoValue)));
  std::uninitialized_fill_n(data, std::max<std::size_t>(count, 1), GoValue());
  return {data, count};
}

GoValue Heap::slice(std::span<const GoValue> items, GoType type) {
  const std::span<GoValue> copied = elements(items.size());
  std::copy(items.begin(), items.end(), copied.begin());
  return GoValue::slice(copied, type);
}

GoMap* Heap::map(GoType type, std::size_t capacity) {
  auto* made = new (allocate(sizeof(GoMap))) GoMap(type, *this);
  if (capacity > 0) made->reserve(capacity);
  return made;
}

void Heap::count(std::size_t bytes) {
  if (bytes > bytes_max_ - std::min(used_bytes_, bytes_max_)) fail();
  used_bytes_ += bytes;
}

void Heap::fail() const {
  throw model::Error(
      model::ErrorCode::limit_exceeded,
      "template needs more memory than the limit of " + std::to_string(bytes_max_) + " bytes");
}

void Heap::retain(model::Document document) {
  if (document.arena() != nullptr) count(document.arena()->used_bytes());
  documents_.push_back(std::move(document));
}

}  // namespace reconcile::gotemplate
