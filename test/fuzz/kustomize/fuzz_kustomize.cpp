// fuzz_kustomize compares generated trees with kustomize; options: test/fuzz/campaign.hpp.
#include "test/fuzz/campaign.hpp"
#include "test/fuzz/kustomize/case.hpp"

int main(int count, char** words) {
  return reconcile::fuzz::run_campaign(count, words, reconcile::fuzz::kustomize_generators(),
                                       reconcile::fuzz::kustomize_oracle_variable);
}
