// What of a change must not be shown.
#include <algorithm>
#include <cctype>
#include <functional>
#include <set>

#include "reconcile/diff/change_set.hpp"
#include "reconcile/model/digest.hpp"
#include "reconcile/model/error.hpp"
#include "reconcile/model/json.hpp"

namespace reconcile::diff {

namespace {

constexpr std::string_view mark = "***";
/// A shorter text stands in every value by chance.
constexpr std::size_t secret_bytes_min = 4;

/// Only that the values differ is left of them.
void mask(FieldChange& field) {
  const bool differ = field.before && field.after && *field.before != *field.after;
  const bool other_last =
      field.last_applied && field.last_applied != field.before && field.last_applied != field.after;
  const bool last_is_before = field.last_applied && field.last_applied == field.before;
  if (field.before) field.before = differ ? "*** (before)" : std::string(mark);
  if (field.after) field.after = differ ? "*** (after)" : std::string(mark);
  if (other_last)
    field.last_applied = "*** (last applied)";
  else if (field.last_applied)
    field.last_applied = last_is_before ? field.before : field.after;
  field.masked = true;
}

/// Whether a value of a Secret keeps one: words that any field may have are told to nobody.
bool is_secret(std::string_view text) {
  constexpr std::string_view words[] = {"true", "false", "null"};
  return text.size() >= secret_bytes_min &&
         std::none_of(std::begin(words), std::end(words), [&](std::string_view word) {
           return std::equal(
               text.begin(), text.end(), word.begin(), word.end(),
               [](char a, char b) { return std::tolower(static_cast<unsigned char>(a)) == b; });
         });
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view space = " \t\r\n";
  const std::size_t start = text.find_first_not_of(space);
  if (start == std::string_view::npos) return {};
  return text.substr(start, text.find_last_not_of(space) - start + 1);
}

using Forms = std::set<std::string, std::greater<>>;

/// Each of the secrets in the forms in which it may stand in a value. A form that begins as another
/// one stands before it: nothing is left of the longer one where both are masked.
Forms forms_of(std::span<const std::string> secrets) {
  Forms forms;
  for (const std::string& secret : secrets) {
    const std::string_view core = trimmed(secret);
    if (!is_secret(core)) continue;
    forms.emplace(core);
    forms.insert(model::base64_encode(core));
    forms.insert(model::base64_encode(secret));
    for (const bool escape_html : {false, true}) {
      std::string quoted;
      model::write_json_string(core, quoted, escape_html);
      forms.insert(quoted.substr(1, quoted.size() - 2));
    }
  }
  return forms;
}

bool holds_one(const std::optional<std::string>& text, const Forms& forms) {
  return text && std::any_of(forms.begin(), forms.end(), [&](const std::string& form) {
           return text->find(form) != std::string::npos;
         });
}

std::string mask_forms(std::string text, const Forms& forms) {
  for (const std::string& form : forms) {
    for (std::size_t at = text.find(form); at != std::string::npos;
         at = text.find(form, at + mark.size()))
      text.replace(at, form.size(), mark);
  }
  return text;
}

}  // namespace

std::map<std::string, std::string> secret_data(model::Value secret) {
  std::map<std::string, std::string> texts;
  const model::Value data = secret["data"];
  for (std::size_t i = 0; i < data.size(); ++i) {
    std::string text(data.value_at(i).text());
    try {
      text = model::base64_decode(text);
    } catch (const model::Error&) {
      // The server will refuse it; it is a secret all the same.
    }
    texts.insert_or_assign(std::string(data.key_at(i)), std::move(text));
  }
  const model::Value strings = secret["stringData"];
  for (std::size_t i = 0; i < strings.size(); ++i)
    texts.insert_or_assign(std::string(strings.key_at(i)), strings.value_at(i).text());
  return texts;
}

void mask_secrets(ObjectChange& change, std::span<const model::Value> forms) {
  if (change.id.kind != "Secret" || !change.id.group.empty() || change.fields.empty()) return;
  for (FieldChange& field : change.fields) {
    if (field.path.empty() || field.masked) continue;
    const std::string& top = field.path.front().text;
    const bool secret = top == "data" || top == "stringData";
    // The annotation of kubectl apply holds the whole Secret once more.
    const bool copy = top == "metadata" && field.path.size() >= 2 &&
                      field.path[1].text == "annotations" &&
                      (field.path.size() == 2 ||
                       field.path[2].text == "kubectl.kubernetes.io/last-applied-configuration");
    if (secret || copy) mask(field);
  }
  std::vector<std::string> values;
  for (const model::Value form : forms)
    for (auto& [name, text] : secret_data(form)) values.push_back(std::move(text));
  mask_values(change, values);
}

void mask_values(ObjectChange& change, std::span<const std::string> secrets) {
  if (change.fields.empty() && change.message.empty()) return;
  const Forms forms = forms_of(secrets);
  for (FieldChange& field : change.fields) {
    if (field.masked) continue;
    if (holds_one(field.before, forms) || holds_one(field.after, forms) ||
        holds_one(field.last_applied, forms))
      mask(field);
  }
  change.message = mask_forms(std::move(change.message), forms);
}

std::string mask_text(std::string text, std::span<const std::string> secrets) {
  return mask_forms(std::move(text), forms_of(secrets));
}

}  // namespace reconcile::diff
