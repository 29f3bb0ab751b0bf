#include "test/fuzz/verdict/choices.hpp"

namespace reconcile::fuzz {

namespace {

std::uint64_t mix(std::uint64_t left, std::uint64_t right) {
  return Random(left * 0x9e3779b97f4a7c15ULL + right).next();
}

std::uint64_t hash(std::string_view text) {
  std::uint64_t result = 0xcbf29ce484222325ULL;
  for (const char letter : text)
    result = (result ^ static_cast<unsigned char>(letter)) * 0x100000001b3ULL;
  return result;
}

constexpr std::size_t changes_max = 3;

}  // namespace

Choices::Scope::Scope(Choices& choices, std::string_view step) : Scope(choices, hash(step)) {
}

Choices::Scope::Scope(Choices& choices, std::uint64_t step)
    : choices_(choices), outer_(choices.place_), outer_salt_(choices.salt_) {
  choices_.place_ = mix(outer_, step);
  const auto salt = choices_.salts_.find(choices_.place_);
  if (salt != choices_.salts_.end()) choices_.salt_ = mix(outer_salt_, salt->second);
}

std::size_t Choices::pick(std::size_t count, std::vector<std::uint64_t>& places) {
  places.push_back(place_);
  return count == 0 ? 0 : static_cast<std::size_t>(mix(mix(seed_, place_), salt_) % count);
}

void Choices::vary(Random& random, bool spellings_only) {
  const std::vector<std::uint64_t>& places = spellings_only ? spellings_ : places_;
  if (places.empty()) return;
  for (std::size_t i = 0, count = 1 + random.below(changes_max); i < count; ++i)
    salts_[places[random.below(places.size())]] = random.next();
  places_.clear();
  spellings_.clear();
}

}  // namespace reconcile::fuzz
