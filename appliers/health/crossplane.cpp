// As Crossplane 1.20 and 2.5 write these objects. Tests: test/appliers/prune/prune_test.cpp and
// test/appliers/health/health_test.cpp.
#include "reconcile/appliers/crossplane.hpp"

#include <algorithm>
#include <string_view>

namespace reconcile::appliers {

namespace {

constexpr std::string_view members[] = {
    "compositeDeletePolicy",    // claims
    "compositionRef",           // claims, composites of 1.x
    "compositionSelector",      //
    "compositionUpdatePolicy",  //
    "crossplane",               // composites of 2.x
    "forProvider",              // managed resources
};

}  // namespace

bool is_crossplane_resource(model::Value object) noexcept {
  const model::Value spec = object["spec"];
  return std::any_of(std::begin(members), std::end(members),
                     [spec](std::string_view member) { return spec.contains(member); });
}

}  // namespace reconcile::appliers
