#include "base/model/seal.hpp"

#include <catch2/catch.hpp>

#include "reconcile/model/error.hpp"

namespace reconcile::model {
namespace {

TEST_CASE("what is sealed shows nothing and opens only as it was sealed", "[model][seal]") {
  const std::uint64_t number = next_seal_number();
  CHECK(next_seal_number() != number);
  for (const std::string& plain :
       {std::string(), std::string("password"), std::string(70'000, 'x')}) {
    CAPTURE(plain.size());
    std::string sealed = "before";
    seal(number, 7, plain, sealed);
    REQUIRE(sealed.size() == 6 + plain.size() + seal_bytes);
    CHECK(sealed.find("passw") == std::string::npos);
    sealed.erase(0, 6);
    CHECK(unseal(number, 7, sealed) == plain);
    CHECK_THROWS_AS(unseal(number, 8, sealed), Error);
    CHECK_THROWS_AS(unseal(number + 1, 7, sealed), Error);
    sealed.back() = static_cast<char>(sealed.back() ^ 1);
    CHECK_THROWS_AS(unseal(number, 7, sealed), Error);
    CHECK_THROWS_AS(unseal(number, 7, sealed.substr(0, seal_bytes - 1)), Error);
  }
}

}  // namespace
}  // namespace reconcile::model
