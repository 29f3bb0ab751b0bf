// What of a change must not be shown.
#include <algorithm>

#include "reconcile/diff/change_set.hpp"
#include "reconcile/model/digest.hpp"

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

bool holds_one(const std::optional<std::string>& text, std::span<const std::string> secrets) {
  return text && std::any_of(secrets.begin(), secrets.end(), [&](const std::string& secret) {
           return text->find(secret) != std::string::npos;
         });
}

/// Each of the secrets in the forms in which it may stand in a value.
std::vector<std::string> forms_of(std::span<const std::string> secrets) {
  std::vector<std::string> forms;
  for (const std::string& secret : secrets) {
    if (secret.size() < secret_bytes_min) continue;
    forms.push_back(secret);
    forms.push_back(model::base64_encode(secret));
    std::string quoted;
    for (const char c : secret) {
      if (c == '"' || c == '\\') quoted += '\\';
      if (c == '\n')
        quoted += "\\n";
      else
        quoted += c;
    }
    if (quoted != secret) forms.push_back(std::move(quoted));
  }
  return forms;
}

}  // namespace

void mask_secrets(ObjectChange& change) {
  if (change.id.kind != "Secret" || !change.id.group.empty()) return;
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
}

void mask_values(ObjectChange& change, std::span<const std::string> secrets) {
  const std::vector<std::string> forms = forms_of(secrets);
  for (FieldChange& field : change.fields) {
    if (field.masked) continue;
    if (holds_one(field.before, forms) || holds_one(field.after, forms) ||
        holds_one(field.last_applied, forms))
      mask(field);
  }
  for (const std::string& form : forms) {
    for (std::size_t at = change.message.find(form); at != std::string::npos;
         at = change.message.find(form, at + mark.size()))
      change.message.replace(at, form.size(), mark);
  }
}

}  // namespace reconcile::diff
