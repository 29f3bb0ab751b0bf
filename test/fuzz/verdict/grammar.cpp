#include "test/fuzz/verdict/grammar.hpp"

#include <algorithm>
#include <fstream>
#include <optional>
#include <sstream>
#include <vector>

#include "reconcile/model/error.hpp"
#include "reconcile/model/yaml.hpp"

namespace reconcile::fuzz {

namespace {

using model::Node;
using model::Value;

constexpr const char* file_path = RECONCILE_SOURCE_DIR "/test/fuzz/verdict/kinds.yaml";

std::string read_grammar() {
  std::ifstream file(file_path);
  std::stringstream text;
  text << file.rdbuf();
  if (!file)
    throw model::Error(model::ErrorCode::not_found, std::string("cannot read ") + file_path);
  return text.str();
}

void replace_all(std::string& text, std::string_view from, const std::string& to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at))
    text.replace(at, from.size(), to), at += to.size();
}

/// Expands the grammar's values.
class Expansion {
 public:
  Expansion(Value rules, const ObjectName& name, model::Arena& arena, Choices& choices)
      : rules_(rules), name_(name), arena_(arena), choices_(choices) {}

  Node expand(Value form) {
    if (form.is_string()) return text(std::string(form.text()));
    if (form.is_list()) return list(form);
    if (!form.is_map()) return model::copy_node(arena_, form);
    if (form.contains("one")) return one(form["one"]);
    if (form.contains("same"))
      return expand(form["same"].at(choices_.spelling(form["same"].size())));
    if (form.contains("some")) return some(form["some"], *form["max"].unsigned_integer());
    if (form.contains("to")) return map(form["map"], form["to"]);
    return object(form);
  }

 private:
  Node text(std::string text) {
    if (text.starts_with('$')) {
      const Value rule = rules_[std::string_view(text).substr(1)];
      if (!rule.present())
        throw model::Error(model::ErrorCode::invalid_input, "kinds.yaml has no rule " + text);
      return expand(rule);
    }
    replace_all(text, "%i", std::to_string(item_));
    replace_all(text, "%K", "V" + std::to_string(name_.number));
    replace_all(text, "%p", name_.text() + "s");
    replace_all(text, "%s", name_.text());
    replace_all(text, "%a", name_.address());
    replace_all(text, "%n", name_.space);
    return model::make_string(arena_, text);
  }

  Node one(Value forms) {
    const std::size_t index = choices_.below(forms.size());
    const Choices::Scope scope(choices_, index);
    return expand(forms.at(index));
  }

  Node list(Value forms) {
    Node result = model::make_list();
    for (std::size_t i = 0; i < forms.size(); ++i) {
      const Choices::Scope scope(choices_, i);
      model::append(arena_, result, expand(forms.at(i)));
    }
    return result;
  }

  Node some(Value form, std::size_t count_max) {
    std::vector<std::size_t> numbers;
    for (std::size_t i = 0; i <= count_max; ++i) {
      const Choices::Scope scope(choices_, i);
      if (numbers.size() < count_max && choices_.chance(60)) numbers.push_back(i);
    }
    if (choices_.chance(20)) std::reverse(numbers.begin(), numbers.end());
    Node result = model::make_list();
    const std::size_t outer = item_;
    for (const std::size_t number : numbers) {
      const Choices::Scope scope(choices_, number);
      item_ = number;
      model::append(arena_, result, expand(form));
    }
    item_ = outer;
    return result;
  }

  Node map(Value keys, Value form) {
    Node result = model::make_map();
    for (std::size_t i = 0; i < keys.size(); ++i) {
      const Choices::Scope scope(choices_, keys.at(i).text());
      if (choices_.chance(60)) model::set(arena_, result, keys.at(i).text(), expand(form));
    }
    return result;
  }

  Node object(Value form) {
    Node result = model::make_map();
    for (std::size_t i = 0; i < form.size(); ++i) {
      std::string_view key = form.key_at(i);
      const Choices::Scope scope(choices_, key);
      const bool optional = key.ends_with('~');
      if (optional) key.remove_suffix(1);
      const std::size_t roll = optional ? choices_.below(100) : 99;
      if (roll < 45) continue;
      Node value = expand(form.value_at(i));
      if (roll < 47) value = model::make_null();
      if (roll >= 47 && roll < 49) value = emptied(value);
      model::set(arena_, result, key, value);
    }
    return result;
  }

  static Node emptied(const Node& value) {
    if (value.kind == model::Kind::map) return model::make_map();
    if (value.kind == model::Kind::list) return model::make_list();
    return value;
  }

  Value rules_;
  const ObjectName& name_;
  model::Arena& arena_;
  Choices& choices_;
  std::size_t item_ = 0;
};

}  // namespace

Grammar::Grammar() : file_(model::parse_yaml(read_grammar())) {
}

Node Grammar::metadata(model::Arena& arena, const ObjectName& name, Choices& choices) const {
  const Choices::Scope scope(choices, "metadata");
  return Expansion(file_["rules"], name, arena, choices).expand(file_["rules"]["Metadata"]);
}

bool Grammar::describes(const model::Gvk& gvk) const {
  const Value kinds = file_["kinds"];
  for (std::size_t i = 0; i < kinds.size(); ++i)
    if (kinds.at(i)["kind"].text() == gvk.kind &&
        kinds.at(i)["apiVersion"].text() == gvk.api_version())
      return true;
  return false;
}

model::Object Grammar::make(std::size_t index, const ObjectName& name, Choices& choices) const {
  const Value form = file_["kinds"].at(index);
  auto arena = std::make_shared<model::Arena>();
  Node* root = arena->new_node();
  {
    const Choices::Scope scope(choices, form["kind"].text());
    *root = Expansion(file_["rules"], name, *arena, choices).expand(form);
  }
  const bool of_cluster = model::erase(*root, "cluster");
  Node about = metadata(*arena, name, choices);
  const model::Node* written = model::find(*root, "name");
  const std::string text(written != nullptr ? Value(written).text() : name.text());
  model::erase(*root, "name");
  model::set(*arena, about, "name", model::make_string(*arena, text));
  if (!of_cluster) model::set(*arena, about, "namespace", model::make_string(*arena, name.space));
  model::set(*arena, *root, "metadata", about);
  return model::Object(model::Document(std::move(arena), Value(root)));
}

}  // namespace reconcile::fuzz
