// Bodies about data: changes that are seen later, and encoders over nested data.
#include "reconcile/gotemplate/go_operations.hpp"
#include "test/fuzz/template_topics.hpp"
#include "test/fuzz/template_words.hpp"

namespace reconcile::fuzz {
namespace {

/// One step that changes one of the variables $a, $b, $c.
std::string step(Expressions& expressions) {
  Random& random = expressions.random();
  const auto variable = [&random] { return random.one_of({"$a", "$b", "$c"}); };
  const std::string key = expressions.constant(random.one_of({"a", "b", "c", "d", "e"}));
  switch (random.below(11)) {
    case 0:
      return "{{ $_ := set " + variable() + " " + key + " " + expressions.any(1) + " }}";
    case 1:
      return "{{ $_ := set " + variable() + " " + key + " (deepCopy " + variable() + ") }}";
    case 2:
      return "{{ $_ := unset " + variable() + " " + key + " }}";
    case 3:
      return "{{ $_ := " +
             random.one_of({"merge", "mergeOverwrite", "mustMerge", "mustMergeOverwrite"}) + " " +
             variable() + " " + variable() + " }}";
    case 4:
      return "{{ $c = " + random.one_of({"merge", "mergeOverwrite"}) + " (dict) $a $b }}";
    case 5:
      return "{{ $c = " + random.one_of({"merge", "mergeOverwrite"}) + " (deepCopy " + variable() +
             ") " + variable() + " (dict " + key + " " + expressions.any(1) + ") }}";
    case 6:
      return "{{ $_ := set $a.c \"n\" " + expressions.any(0) + " }}";
    case 7:
      return "{{ $b = pick $a " + key + " \"c\" }}";
    case 8:
      return "{{ $b = omit $a " + key + " }}";
    case 9:
      return "{{ range $k, $v := $a }}{{ if kindIs \"map\" $v }}{{ $_ := set $v \"seen\" $k }}{{ "
             "end }}{{ end }}";
    default:
      return "{{ if hasKey " + variable() + " " + key + " }}" + "{{ $c = dict " + key +
             " (get $a " + key + ") }}{{ end }}";
  }
}

std::string data(Expressions& expressions) {
  Random& random = expressions.random();
  if (random.chance(35)) return expressions.typed('d', 2);
  return "(fromJson " +
         gotemplate::quote("{\"a\":" + expressions.json(1) + ",\"c\":{\"n\":" +
                           expressions.json(1) + "},\"e\":" + expressions.json(2) + "}") +
         ")";
}

}  // namespace

std::string mutation_body(Expressions& expressions, std::string& /*topic*/) {
  Random& random = expressions.random();
  std::string body = "{{ $absent := .Values.absent }}{{ $a := " +
                     (random.chance(30) ? std::string(".Values.map") : data(expressions)) +
                     " }}{{ $b := " + data(expressions) + " }}{{ $c := dict }}";
  // A map inside itself ends the real engine.
  const std::size_t steps = 1 + random.below(4);
  for (std::size_t i = 0; i < steps; ++i) body += step(expressions);
  body += "{{ toJson $a }}\n{{ $b }}\n{{ toYaml $c }}";
  if (random.chance(40)) body += "\n{{ .Values.map | toJson }}{{ .Values.nested }}";
  return body;
}

std::string encoding_body(Expressions& expressions, std::string& topic) {
  Random& random = expressions.random();
  topic = random.one_of({"toYaml", "toYaml", "toYamlPretty", "toJson", "toPrettyJson", "toRawJson",
                         "toToml", "mustToJson", "mustToRawJson", "mustToPrettyJson"});
  if (expressions.profile() == helm::Profile::helm4 && random.chance(10)) {
    topic = random.one_of({"mustToYaml", "mustToToml"});
  }
  const std::string value =
      "(fromJson " + expressions.constant("{\"r\":" + expressions.json(4) + "}") + ")";
  const std::string source = random.chance(70) ? value : "(dict \"r\" " + expressions.any(3) + ")";
  const std::string inner = random.chance(30) ? "(get " + source + " \"r\")" : source;
  std::string body = "{{ $absent := .Values.absent }}{{ $d := " + inner + " }}";
  switch (random.below(6)) {
    case 0:
      return body + "{{ " + topic + " $d | fromYaml | toJson }}";
    case 1:
      return body + "k:{{ " + topic + " $d | nindent 2 }}";
    case 2:
      return body + "{{ $d | toYaml | fromYaml | " + topic + " }}";
    case 3:
      return body + "{{ $d | toJson | fromJson | " + topic +
             " }}{{ $d | toToml | fromToml | toJson }}";
    default:
      return body + "{{ " + topic + " $d }}\n{{ $d }}";
  }
}

}  // namespace reconcile::fuzz
