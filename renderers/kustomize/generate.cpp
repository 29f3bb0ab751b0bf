#include "reconcile/kustomize/generate.hpp"

namespace reconcile::kustomize {}
