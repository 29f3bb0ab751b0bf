#pragma once

#include <string>

#include "test/fuzz/case.hpp"
#include "test/fuzz/random.hpp"

namespace reconcile::fuzz {

/// The chart around a generated template: values of every kind, files, named templates. `body` is
/// the template rendered; with it the case's topic.
Case chart_around(Random& random, helm::Profile profile, std::string topic, std::string body);

}  // namespace reconcile::fuzz
