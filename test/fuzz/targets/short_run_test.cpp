#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include "test/fuzz/targets/targets.hpp"

// The fuzz targets over their seeds and simple changes of them. $RECONCILE_FUZZ_ROUNDS sets how
// many changed inputs each target gets.

using namespace reconcile::fuzz;

namespace {

constexpr std::size_t rounds = 1500;
constexpr std::size_t input_bytes_max = 4096;

std::vector<std::string> seeds_of(std::string_view target) {
  std::vector<std::filesystem::path> paths;
  const std::string folder = RECONCILE_SOURCE_DIR "/test/fuzz/seeds/" + std::string(target);
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  std::vector<std::string> seeds;
  for (const std::filesystem::path& path : paths) {
    std::ifstream file(path, std::ios::binary);
    seeds.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  }
  return seeds;
}

/// `text` with a few bytes set, inserted or erased, pieces doubled, or its end taken from `other`.
std::string changed(std::string text, const std::string& other, std::mt19937& random) {
  constexpr std::string_view alphabet = " \n:-#'\"[]{},|>\\&*!?%\t().$=09aZ~\xC3\xFF";
  const std::size_t changes = 1 + random() % 4;
  for (std::size_t i = 0; i < changes; ++i) {
    const std::size_t at = random() % (text.size() + 1);
    const char c = alphabet[random() % alphabet.size()];
    switch (random() % 5) {
      case 0:
        text.insert(at, 1, c);
        break;
      case 1:
        if (at < text.size()) text[at] = c;
        break;
      case 2:
        text.erase(at, 1 + random() % 8);
        break;
      case 3:
        text.insert(at, text.substr(random() % (text.size() + 1), 1 + random() % 16));
        break;
      default:
        text.resize(at);
        text += other.substr(random() % (other.size() + 1));
    }
  }
  if (text.size() > input_bytes_max) text.resize(input_bytes_max);
  return text;
}

void run(const Target& target) {
  const char* const given = std::getenv("RECONCILE_FUZZ_ROUNDS");
  const std::size_t count = given == nullptr ? rounds : std::strtoul(given, nullptr, 10);
  const std::vector<std::string> seeds = seeds_of(target.name);
  REQUIRE(!seeds.empty());
  for (const std::string& seed : seeds) target.run(seed);
  std::mt19937 random(20260301);
  for (std::size_t i = 0; i < count; ++i) {
    const std::string& seed = seeds[random() % seeds.size()];
    target.run(changed(seed, seeds[random() % seeds.size()], random));
  }
  SUCCEED("nothing ended the process");
}

}  // namespace

TEST_CASE("hostile templates end in text or an error", "[fuzz][targets]") {
  run(targets[0]);
}
TEST_CASE("hostile YAML reads as libyaml says", "[fuzz][targets]") {
  run(targets[1]);
}
TEST_CASE("hostile values merge or fail", "[fuzz][targets]") {
  run(targets[2]);
}
TEST_CASE("hostile --set texts apply or fail", "[fuzz][targets]") {
  run(targets[3]);
}
TEST_CASE("hostile chart archives load or fail", "[fuzz][targets]") {
  run(targets[4]);
}
TEST_CASE("hostile kustomizations build or fail", "[fuzz][targets]") {
  run(targets[5]);
}
TEST_CASE("hostile merge patches apply or fail", "[fuzz][targets]") {
  run(targets[6]);
}
TEST_CASE("hostile JSON patches apply or fail", "[fuzz][targets]") {
  run(targets[7]);
}
TEST_CASE("hostile replacements apply or fail", "[fuzz][targets]") {
  run(targets[8]);
}
TEST_CASE("hostile expressions evaluate or fail", "[fuzz][targets]") {
  run(targets[9]);
}
