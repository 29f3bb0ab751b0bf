#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "reconcile/helm/chart.hpp"
#include "test/fuzz/random.hpp"

namespace reconcile::fuzz {

/// Expressions of text/template over the chart of template_chart.hpp. A kind is a letter:
///   a any · s string · i int · n number of any type · f float64 · b bool · l list · d dict · t
///   time · u duration (a text or a number) · v version · k key · r regular expression · L date
///   layout · j JSON · y YAML · T TOML · c semver constraint · p path or URL · B base64 · w word
///   list
class Expressions {
 public:
  Expressions(Random& random, helm::Profile profile) : random_(random), profile_(profile) {}

  /// An operand of `kind`; now and then one of another kind, or nil.
  std::string operand(char kind, int depth = 2);
  /// An operand that is of `kind`.
  std::string typed(char kind, int depth);
  /// An operand of any kind.
  std::string any(int depth);
  /// Something that is nil or not there.
  std::string nothing();
  /// A call of a random function; `topic` becomes its name.
  std::string call(std::string& topic, int depth);
  /// A text as a quoted, raw or escaped constant.
  std::string constant(std::string_view text);
  /// A random text.
  std::string text();
  /// A number as templates may write it, also wrong.
  std::string number();
  /// A JSON text of nested data.
  std::string json(int depth);

  /// Numbers as large as their type holds appear only where they cost nothing.
  void allow_large(bool allowed) { large_ = allowed; }
  [[nodiscard]] Random& random() { return random_; }
  [[nodiscard]] helm::Profile profile() const { return profile_; }

 private:
  std::string integer();
  std::string floating();
  std::string list(int depth);
  std::string dict(int depth);
  std::string text_of_kind(char kind);

  Random& random_;
  helm::Profile profile_;
  bool large_ = true;
};

}  // namespace reconcile::fuzz
