// The grid of Masterminds/semver 3.5.0's own examples.
#include "renderers/sprig/semver.hpp"

#include <catch2/catch.hpp>
#include <compare>
#include <iterator>
#include <string>

#include "reconcile/model/error.hpp"

namespace reconcile::sprig {
namespace {

TEST_CASE("constraints allow the versions that the library allows", "[renderers][sprig][semver]") {
  struct Row {
    const char* constraint;
    const char* version;
    bool allowed;
  };
  const Row rows[] = {
      {"=2.0.0", "1.2.3", false},
      {"=2.0", "2.0.9", true},
      {"!=4.1", "4.1.0", false},
      {"!=4.x", "5.1.0", true},
      {">1", "1.9.9", false},
      {">1", "2.0.0", true},
      {">11.1", "11.1.1", false},
      {">11.1", "11.2.1", true},
      {"<=1", "1.9.9", true},
      {"<=1.1", "1.2.0", false},
      {"<0-0", "0.0.0-alpha", false},
      {"<0", "0.0.0", false},
      {"~1", "1.9.0", true},
      {"~1.2.3", "1.3.0", false},
      {"~>2.x", "2.9.0", true},
      {"~0.0.0", "9.9.9", true},
      {"^0.2", "0.3.0", false},
      {"^0.2.3", "0.2.9", true},
      {"^0.0.3", "0.0.4", false},
      {"^0.0", "0.1.0", false},
      {"^0", "0.9.0", true},
      {"^1.2.x", "1.1.1", false},
      {"*", "1.2.3", true},
      {"*", "1.2.3-alpha", false},
      {"*-0", "1.2.3-alpha", true},
      {"1.1 - 2", "1.5.0", true},
      {"1.1-3", "4.3.2", false},
      {">1.1 <2 || 3.x", "3.4.5", true},
      {">=1.2, !=1.3.5", "1.3.5", false},
      {"=>2", "2.0.0", true},
      {">=1.20", "1.20.0-rc.1", false},
      {">=1.20-0", "1.20.0-rc.1", true},
      {"1.2.3", "1.2.3+meta", true},
      {"v1.2.3", "1.2.3", true},
  };
  for (const Row& row : rows) {
    INFO(row.constraint << " and " << row.version);
    CHECK(Constraint::parse(row.constraint).allows(Version::parse(row.version)) == row.allowed);
  }
}

TEST_CASE("versions compare by precedence", "[renderers][sprig][semver]") {
  const char* const ascending[] = {"1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta",
                                   "1.0.0-beta",  "1.0.0-beta.2",  "1.0.0-beta.11",
                                   "1.0.0-rc.1",  "1.0.0",         "1.0.1"};
  for (std::size_t i = 0; i + 1 < std::size(ascending); ++i) {
    INFO(ascending[i]);
    CHECK(std::is_lt(Version::parse(ascending[i]).compare(Version::parse(ascending[i + 1]))));
  }
  CHECK(std::is_eq(Version::parse("1.2.3+a").compare(Version::parse("v1.2.3+b"))));
  CHECK(Version::parse("v1.2-rc.1+m").to_string() == "1.2.0-rc.1+m");
  CHECK(Version::parse("v1.2.3-rc").next_patch().original() == "v1.2.3");
}

std::string failure(const std::string& constraint, const std::string& version) {
  try {
    const auto parsed = Constraint::parse(constraint);
    return parsed.allows(Version::parse(version)) ? "allowed" : "refused";
  } catch (const model::Error& error) {
    return error.message();
  }
}

TEST_CASE("malformed versions and constraints are named", "[renderers][sprig][semver]") {
  CHECK(failure("", "1") == "improper constraint: \"\"");
  CHECK(failure("> = 1", "1") == "improper constraint: \"> = 1\"");
  CHECK(failure("1,,2", "1") == "improper constraint: \"1,,2\"");
  CHECK(failure(">1<2", "1") == "improper constraint: \">1<2\"");
  CHECK(failure("1.2.3.4", "1") == "improper constraint: \"1.2.3.4\"");
  CHECK(failure("1", "1.2.3.4") == "invalid semantic version");
  CHECK(failure("1", "") == "invalid semantic version");
  CHECK(failure("1", "1.0.0-01") == "version segment starts with 0");
  CHECK(failure("1", "99999999999999999999") ==
        "error parsing version segment: strconv.ParseUint: parsing \"99999999999999999999\": value "
        "out of range");
  CHECK(failure(std::string(600, '1'), "1") == "constraint string is too long (max 512 bytes)");
  std::string groups = "1";
  for (int i = 0; i < 40; ++i) groups += "||1";
  CHECK(failure(groups, "1") == "too many constraint groups (max 32)");
}

}  // namespace
}  // namespace reconcile::sprig
