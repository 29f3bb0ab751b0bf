#pragma once

#include <string_view>
#include <vector>

#include "reconcile/kube/request.hpp"
#include "reconcile/model/object.hpp"
#include "test/fuzz/random.hpp"

namespace reconcile::fuzz {

/// What others do to an object between two of our looks.
struct ForeignWrite {
  std::string_view name = "nothing";    ///< for reports
  std::vector<kube::Request> requests;  ///< sent one after the other; a refused one is fine
};

/// A random one. `variant` is an object of the same name that differs here and there.
ForeignWrite foreign_write(Random& random, const model::Object& live, const model::Object& variant);

}  // namespace reconcile::fuzz
