#include "renderers/kustomize/output_form.hpp"

#include <catch2/catch.hpp>

namespace reconcile::kustomize {
namespace {

// Expected texts are those of kustomize 5.8.2 for folded scalars with these values.
TEST_CASE("changes folded text as go-yaml does", "[renderers][kustomize]") {
  CHECK(refolded("one line") == "one line");
  CHECK(refolded("a\nb") == "a\nb");
  CHECK(refolded("a\n  b") == "a\n\n  b");
  CHECK(refolded("a\n  b\nc\n") == "a\n\n  b\nc\n");
  CHECK(refolded("trailing \nblank") == "trailing \nblank");
}

}  // namespace
}  // namespace reconcile::kustomize
