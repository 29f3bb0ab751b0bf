#include <catch2/catch.hpp>

#include "reconcile/model/error.hpp"
#include "renderers/kustomize/res_map.hpp"

namespace reconcile::kustomize {
namespace {

TEST_CASE("matches label selectors", "[renderers][kustomize]") {
  const std::vector<std::pair<std::string_view, std::string_view>> labels = {{"app", "web"},
                                                                             {"n", "3"}};
  const std::pair<const char*, bool> rows[] = {
      {"", true},
      {"app=web", true},
      {"app==web", true},
      {"app = api", false},
      {"app!=api", true},
      {"x!=y", true},
      {"app", true},
      {"!app", false},
      {"!x", true},
      {"app in (a, web)", true},
      {"app notin (web)", false},
      {"x notin (a)", true},
      {"n>2", true},
      {"n<3", false},
      {"app=web,n=3", true},
      {"app=web,n=4", false},
  };
  for (const auto& [selector, expected] : rows) {
    INFO(selector);
    CHECK(matches_label_selector(selector, labels) == expected);
  }
  CHECK_THROWS_AS(matches_label_selector("app in (a", labels), model::Error);
  CHECK_THROWS_AS(matches_label_selector("a,,b", labels), model::Error);
}

}  // namespace
}  // namespace reconcile::kustomize
