#include "reconcile/kustomize/repository_address.hpp"

#include <catch2/catch.hpp>
#include <fstream>

#include "reconcile/model/json.hpp"

namespace reconcile::kustomize {
namespace {

TEST_CASE("reads every recorded address as kustomize 5.8.2 does",
          "[renderers][kustomize][repository_address]") {
  std::ifstream file(std::string(RECONCILE_SOURCE_DIR) +
                     "/fixtures/renderers/repository_addresses.txt");
  int count = 0;
  for (std::string line; std::getline(file, line); ++count) {
    const std::size_t tab = line.find('\t');
    INFO(line);
    const auto address = RepositoryAddress::parse(line.substr(0, tab));
    const auto expected = model::parse_json(line.substr(tab + 1));
    CHECK(address.has_value() == (expected.root().size() > 0));
    if (!address.has_value()) continue;
    CHECK(address->host == expected["host"].text());
    CHECK(address->path == expected["path"].text());
    CHECK(address->directory == expected["directory"].text());
    CHECK(address->reference == expected["ref"].text());
    CHECK(address->timeout.count() == expected["timeout"].integer());
    CHECK(address->submodules == expected["submodules"].boolean());
  }
  CHECK(count > 300);
}

TEST_CASE("shows URLs without passwords and signatures",
          "[renderers][kustomize][repository_address]") {
  CHECK(without_credentials("https://user:secret@host/org/repo?ref=v1") ==
        "https://user:***@host/org/repo?ref=v1");
  CHECK(without_credentials("https://git@host:8443/org/repo") == "https://git@host:8443/org/repo");
  CHECK(without_credentials("https://host/a@b:c") == "https://host/a@b:c");
  CHECK(without_credentials("https://host/f.yaml?X-Signature=abc&ref=a&timeout=5") ==
        "https://host/f.yaml?ref=a&timeout=5");
  CHECK(without_credentials("https://host/f.yaml?token=abc") == "https://host/f.yaml");
  CHECK(without_credentials("../base") == "../base");
}

}  // namespace
}  // namespace reconcile::kustomize
