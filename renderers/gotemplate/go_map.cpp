#include <algorithm>
#include <cstring>

#include "reconcile/gotemplate/heap.hpp"

namespace reconcile::gotemplate {
namespace {

// Up to this many entries a scan that compares sizes first beats a binary search.
constexpr std::size_t scan_max = 8;

GoValue stored(GoValue value) {
  return value.is_none() ? GoValue::nil() : value.with_interface(false);
}

}  // namespace

std::size_t GoMap::lower_bound(std::string_view key) const noexcept {
  const GoEntry* found =
      std::lower_bound(entries_, entries_ + size_, key,
                       [](const GoEntry& entry, std::string_view k) { return entry.name() < k; });
  return static_cast<std::size_t>(found - entries_);
}

const GoValue* GoMap::find(std::string_view key) const noexcept {
  if (size_ <= scan_max) {
    for (std::size_t i = 0; i < size_; ++i) {
      const GoEntry& entry = entries_[i];
      if (entry.key_size == key.size() && std::memcmp(entry.key, key.data(), key.size()) == 0) {
        return &entry.value;
      }
    }
    return nullptr;
  }
  const std::size_t index = lower_bound(key);
  return index < size_ && entries_[index].name() == key ? &entries_[index].value : nullptr;
}

void GoMap::reserve(std::size_t capacity) {
  if (capacity <= capacity_) return;
  auto* grown = static_cast<GoEntry*>(heap_->allocate(capacity * sizeof(GoEntry)));
  if (size_ > 0) std::uninitialized_copy_n(entries_, size_, grown);
  entries_ = grown;
  capacity_ = static_cast<std::uint32_t>(capacity);
}

void GoMap::set(std::string_view key, GoValue value) {
  std::size_t index = size_;
  if (size_ > 0 && !(entries_[size_ - 1].name() < key)) {
    index = lower_bound(key);
    if (index < size_ && entries_[index].name() == key) {
      entries_[index].value = stored(value);
      return;
    }
  }
  if (size_ == capacity_) reserve(capacity_ == 0 ? 4 : std::size_t{capacity_} * 2);
  const auto key_size = static_cast<std::uint32_t>(key.size());
  std::copy_backward(entries_ + index, entries_ + size_, entries_ + size_ + 1);
  entries_[index] = {key.data() == nullptr ? "" : key.data(), key_size, stored(value)};
  ++size_;
}

void GoMap::set_copy(std::string_view key, GoValue value) {
  if (contains(key)) {
    set(key, value);
    return;
  }
  set(heap_->copy(key), value);
}

void GoMap::insert(std::span<const GoEntry> missing) {
  if (missing.empty()) return;
  const std::size_t size = size_ + missing.size();
  if (size > capacity_) reserve(std::max(size, std::size_t{capacity_} * 2));
  // From the back, so that nothing is overwritten before it has moved.
  std::size_t to = size;
  std::size_t old = size_;
  for (std::size_t left = missing.size(); left > 0; --to) {
    if (old > 0 && missing[left - 1].name() < entries_[old - 1].name()) {
      entries_[to - 1] = entries_[--old];
    } else {
      const GoEntry& added = missing[--left];
      entries_[to - 1] = {added.key == nullptr ? "" : added.key, added.key_size,
                          stored(added.value)};
    }
  }
  size_ = static_cast<std::uint32_t>(size);
}

bool GoMap::erase(std::string_view key) noexcept {
  const std::size_t index = lower_bound(key);
  if (index >= size_ || entries_[index].name() != key) return false;
  std::copy(entries_ + index + 1, entries_ + size_, entries_ + index);
  --size_;
  return true;
}

GoMap* GoMap::clone(GoType type) const {
  GoMap* made = heap_->map(type, size_);
  if (size_ > 0) std::uninitialized_copy_n(entries_, size_, made->entries_);
  made->size_ = size_;
  return made;
}

void GoMap::sort() {
  GoEntry* end = entries_ + size_;
  const auto less = [](const GoEntry& a, const GoEntry& b) { return a.name() < b.name(); };
  if (!std::is_sorted(entries_, end, less)) std::sort(entries_, end, less);
}

}  // namespace reconcile::gotemplate
