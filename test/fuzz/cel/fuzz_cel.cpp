// fuzz_cel compares generated expressions with cel-go; options: test/fuzz/campaign.hpp.
#include "test/fuzz/campaign.hpp"
#include "test/fuzz/cel/case.hpp"

int main(int count, char** words) {
  return reconcile::fuzz::run_campaign(count, words, reconcile::fuzz::cel_generators(),
                                       reconcile::fuzz::cel_oracle_variable);
}
