#include "test/fuzz/generators.hpp"

namespace reconcile::fuzz {

Case make_template_case(Random& random) {
  Case made;
  made.topic = "add";
  made.profile = random.chance(50) ? helm::Profile::helm4 : helm::Profile::helm3;
  made.files["templates/a.txt"] = "{{ add " + random.one_of({"1", "\"a\"", "nil", ".Values"}) +
                                  " " + random.one_of({"1", "1.5", "2 3"}) + " }}";
  return made;
}

}  // namespace reconcile::fuzz
