#include "engine/cli/netrc.hpp"

#include <catch2/catch.hpp>

using reconcile::engine::Netrc;

TEST_CASE("logins are found by host", "[engine][cli][netrc]") {
  const Netrc netrc = Netrc::parse(
      "# mine\nmachine one.example login a password b\n"
      "machine two.example\n\tlogin \"with space\"\n\tpassword \"quo\\\"te\"\n"
      "machine three.example account x login c\n");
  REQUIRE(netrc.find("https://one.example/org/repo") != nullptr);
  CHECK(netrc.find("https://one.example/org/repo")->password == "b");
  CHECK(netrc.find("https://user@one.example:8443/x")->user == "a");
  CHECK(netrc.find("https://two.example")->user == "with space");
  CHECK(netrc.find("https://two.example")->password == "quo\"te");
  CHECK(netrc.find("https://three.example/")->user == "c");
  CHECK(netrc.find("https://one.example.evil/x") == nullptr);
  CHECK(netrc.find("one.example") == nullptr);
  const Netrc fallback = Netrc::parse("default login d password e");
  CHECK(fallback.find("https://any.example/x")->user == "d");
  CHECK(Netrc::parse("").find("https://any.example/x") == nullptr);
  CHECK(Netrc::parse("machine").find("https://any.example/x") == nullptr);
}
