// Fields that users or other controllers want left alone. Tests:
// test/appliers/apply/field_rules_test.cpp.
#include "reconcile/appliers/field_rules.hpp"

#include <algorithm>

#include "appliers/apply/co_managed_text.hpp"
#include "appliers/apply/label_selector.hpp"
#include "reconcile/model/error.hpp"
#include "reconcile/model/regex.hpp"
#include "reconcile/model/yaml.hpp"

namespace reconcile::appliers {

namespace {

using Pattern = std::shared_ptr<const model::Regex>;

[[noreturn]] void refuse(const std::string& text) {
  throw model::Error(model::ErrorCode::invalid_input, text);
}

Pattern pattern_of(model::Value target, std::string_view key) {
  const std::string_view text = target[key].text();
  return text.empty() ? nullptr : model::Regex::cached(text);
}

bool fits(const Pattern& pattern, std::string_view text) {
  return pattern == nullptr || pattern->matches_whole(text);
}

std::vector<std::string> texts_of(model::Value list, const std::string& what) {
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < list.size(); ++i) texts.emplace_back(list.at(i).text());
  const bool wrong =
      std::any_of(texts.begin(), texts.end(), [](const std::string& text) { return text.empty(); });
  if (!list.is_list() || texts.empty() || wrong) refuse("expected a list of texts in " + what);
  return texts;
}

bool matches_group(std::string_view pattern, std::string_view group) {
  if (pattern.starts_with('*')) return group.ends_with(pattern.substr(1));
  return pattern == group;
}

/// Whether desired has the field, or what is around it where that is enough.
bool has_field(model::Value value, const diff::LeftField& field, std::size_t steps) {
  for (std::size_t i = 0; i < steps; ++i) {
    if (field.steps[i] == "*") return !value.empty();
    value = value[field.steps[i]];
  }
  return value.present();
}

}  // namespace

struct FieldRules::Rule {
  Pattern group, version, kind, name, namespace_name;
  LabelSelector labels, annotations;
  /// Of a co-manager: "Service", "Canary.flagger.app", "*.infrastructure.cluster.x-k8s.io".
  std::vector<std::string> kinds;
  bool is_part = false;  ///< the server keeps the field with what is around it as a whole
  std::vector<diff::LeftField> fields;

  [[nodiscard]] bool matches(const model::Object& object) const {
    const model::Gvk& gvk = object.gvk();
    const model::Value metadata = object["metadata"];
    return is_of_kinds(gvk) && fits(group, gvk.group) && fits(version, gvk.version) &&
           fits(kind, gvk.kind) && fits(name, object.id().name) &&
           fits(namespace_name, object.id().namespace_name) && labels.matches(metadata["labels"]) &&
           annotations.matches(metadata["annotations"]);
  }

  [[nodiscard]] bool is_of_kinds(const model::Gvk& gvk) const {
    return kinds.empty() || std::any_of(kinds.begin(), kinds.end(), [&](const std::string& text) {
             const std::size_t dot = std::min(text.find('.'), text.size());
             const std::string_view wanted = std::string_view(text).substr(0, dot);
             const std::string_view in =
                 dot == text.size() ? std::string_view() : std::string_view(text).substr(dot + 1);
             return (wanted == "*" || wanted == gvk.kind) && matches_group(in, gvk.group);
           });
  }
};

FieldRules::FieldRules() = default;
FieldRules::FieldRules(const FieldRules& other) = default;
FieldRules& FieldRules::operator=(const FieldRules& other) = default;
FieldRules::~FieldRules() = default;

FieldRules::Rule FieldRules::read_ignore_rule(model::Value item) {
  Rule rule;
  for (const std::string& path : texts_of(item["paths"], "paths"))
    rule.fields.push_back(diff::parse_left_field(path));
  const model::Value target = item["target"];
  rule.group = pattern_of(target, "group");
  rule.version = pattern_of(target, "version");
  rule.kind = pattern_of(target, "kind");
  rule.name = pattern_of(target, "name");
  rule.namespace_name = pattern_of(target, "namespace");
  rule.labels = LabelSelector(target["labelSelector"].text());
  rule.annotations = LabelSelector(target["annotationSelector"].text());
  return rule;
}

std::shared_ptr<const FieldRules> FieldRules::read_ignore(model::Value list) {
  if (list.empty()) return nullptr;
  auto rules = std::make_shared<FieldRules>();
  for (std::size_t i = 0; i < list.size(); ++i) {
    try {
      rules->rules_.push_back(read_ignore_rule(list.at(i)));
    } catch (const model::Error& error) {
      refuse("ignore rule " + std::to_string(i + 1) + ": " + error.message());
    }
  }
  return rules;
}

FieldRules::Rule FieldRules::read_co_managed_rule(model::Value item) {
  Rule rule;
  rule.kinds = texts_of(item["kinds"], "kinds");
  rule.is_part = item["partOfWhole"].boolean().value_or(false);
  std::vector<std::string> managers;
  if (!item["anybody"].boolean().value_or(false))
    managers = texts_of(item["fieldManagers"], "fieldManagers");
  for (const std::string& path : texts_of(item["paths"], "paths"))
    rule.fields.push_back(diff::parse_left_field(path, managers));
  rule.labels = LabelSelector(item["labelSelector"].text());
  rule.annotations = LabelSelector(item["annotationSelector"].text());
  return rule;
}

FieldRules FieldRules::read_co_managed(std::string_view yaml, const std::string& file) {
  FieldRules rules;
  try {
    model::YamlOptions options;
    options.strict = true;
    const model::Document document = model::parse_yaml(yaml, options);
    const model::Value list = document["coManaged"];
    if (!list.is_list()) refuse("expected a list in coManaged");
    for (std::size_t i = 0; i < list.size(); ++i)
      rules.rules_.push_back(read_co_managed_rule(list.at(i)));
  } catch (const model::Error& error) {
    refuse(file + ", rule " + std::to_string(rules.rules_.size() + 1) + ": " + error.message());
  }
  return rules;
}

const FieldRules& FieldRules::built_in() {
  static const FieldRules rules = read_co_managed(co_managed_text, "co_managed.yaml");
  return rules;
}

void FieldRules::add(const FieldRules& other) {
  rules_.insert(rules_.end(), other.rules_.begin(), other.rules_.end());
}

void FieldRules::fields_of(const model::Object& desired,
                           std::vector<diff::LeftField>& fields) const {
  for (const Rule& rule : rules_) {
    if (!rule.matches(desired)) continue;
    // A co-manager's field that desired lacks is no concern of ours, unless it is part of a whole.
    for (const diff::LeftField& field : rule.fields)
      if (rule.kinds.empty() ||
          has_field(desired.root(), field, field.steps.size() - (rule.is_part ? 1 : 0)))
        fields.push_back(field);
  }
}

}  // namespace reconcile::appliers
