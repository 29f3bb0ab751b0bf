// Versions × constraints.
#include "test/fuzz/generators.hpp"

namespace reconcile::fuzz {
namespace {

std::string number(Random& random) {
  if (random.chance(3))
    return random.one_of({"01", "18446744073709551615", "18446744073709551616", "-1", "a", ""});
  return std::to_string(random.below(random.chance(80) ? 4 : 30));
}

std::string suffixes(Random& random) {
  std::string text;
  if (random.chance(30)) {
    text +=
        "-" + random.one_of({"0",   "1",  "alpha",    "alpha.1", "beta", "rc.1", "rc.2",  "rc1",
                             "a-b", "01", "0a",       "alpha.",  "",     "x",    "gke.1", "1.2.3",
                             "-",   "--", "\xC3\xA9", "A",       "10",   "9"});
  }
  if (random.chance(12))
    text += "+" + random.one_of({"build", "1", "", "a.b", "a+b", "001", "-", "a_b"});
  return text;
}

std::string version(Random& random) {
  std::string text = random.chance(15) ? random.one_of({"v", "v", "V", " ", "=", "vv"}) : "";
  const std::size_t parts = random.chance(75) ? 3 : 1 + random.below(4);
  for (std::size_t i = 0; i < parts; ++i) text += (i > 0 ? "." : "") + number(random);
  text += suffixes(random);
  if (random.chance(2)) text += random.one_of({" ", "\n", ".", "x"});
  return text;
}

std::string bound(Random& random) {
  std::string text = random.chance(8) ? "v" : "";
  const std::size_t parts = 1 + random.below(3);
  for (std::size_t i = 0; i < parts; ++i) {
    if (i > 0) text += ".";
    text += random.chance(15) ? random.one_of({"x", "X", "*"}) : number(random);
  }
  if (random.chance(40) || parts == 3) text += suffixes(random);
  return text;
}

std::string comparison(Random& random) {
  if (random.chance(8))
    return bound(random) + random.one_of({" - ", " -", "- ", "-", "  -  "}) + bound(random);
  std::string text =
      random.one_of({"", "=", "!=", ">", "<", ">=", "=>", "<=", "=<", "~", "~>", "^"});
  if (random.chance(3)) text = random.one_of({"==", "><", "^^", "~=", "<>", "!", "=!"});
  if (random.chance(20)) text += " ";
  return text + bound(random);
}

std::string constraint(Random& random) {
  if (random.chance(3))
    return random.one_of(
        {"", " ", "*", "x", "||", ",", "latest", "1 ||", "|| 1", "1,", ",1", "1 | 2"});
  std::string text;
  const std::size_t groups = random.chance(75)   ? 1
                             : random.chance(97) ? 2 + random.below(2)
                                                 : 31 + random.below(4);
  for (std::size_t group = 0; group < groups; ++group) {
    if (group > 0) text += random.one_of({"||", " || ", " ||"});
    const std::size_t count = random.chance(55) ? 1 : 2 + random.below(2);
    for (std::size_t i = 0; i < count; ++i) {
      if (i > 0) text += random.one_of({",", ", ", " ", " , ", "  "});
      text += comparison(random);
    }
  }
  return text;
}

}  // namespace

Case make_semver_case(Random& random) {
  Case made;
  made.topic = "semver";
  made.operation = Operation::semver;
  for (int i = 0; i < 8; ++i) made.versions.push_back(version(random));
  for (int i = 0; i < 8; ++i) made.constraints.push_back(constraint(random));
  return made;
}

}  // namespace reconcile::fuzz
