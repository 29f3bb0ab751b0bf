// fuzz_helm compares generated cases with the real engines of Helm; options:
// test/fuzz/campaign.hpp.
#include "test/fuzz/campaign.hpp"
#include "test/fuzz/generators.hpp"
#include "test/fuzz/oracle.hpp"

int main(int count, char** words) {
  return reconcile::fuzz::run_campaign(count, words, reconcile::fuzz::generators(),
                                       reconcile::fuzz::oracle_variable);
}
