#include "reconcile/diff/change_set.hpp"

#include <algorithm>

#include "reconcile/model/json.hpp"

namespace reconcile::diff {

namespace {

void json_member(std::string_view key, std::string_view value, std::string& out) {
  if (out.back() != '{') out += ',';
  model::write_json_string(key, out, false);
  out += ':';
  model::write_json_string(value, out, false);
}

/// A value is JSON already, unless it is a mark.
void json_value(std::string_view key, const FieldChange& field,
                const std::optional<std::string>& value, std::string& out) {
  if (!value) return;
  if (field.masked) {
    json_member(key, *value, out);
    return;
  }
  out += ",\"" + std::string(key) + "\":" + *value;
}

void append_json(const FieldChange& field, std::string& out) {
  out += '{';
  json_member("path", to_string(field.path), out);
  json_member("reason", to_string(field.reason), out);
  json_value("before", field, field.before, out);
  json_value("after", field, field.after, out);
  if (field.last_known) {
    out += ",\"lastAppliedKnown\":true";
    json_value("lastApplied", field, field.last_applied, out);
  }
  if (field.owner) {
    json_member("owner", field.owner->manager, out);
    json_member("operation", to_string(field.owner->operation), out);
    if (!field.owner->subresource.empty())
      json_member("subresource", field.owner->subresource, out);
    if (!field.owner->time.empty()) json_member("time", field.owner->time, out);
  }
  out += '}';
}

void append_json(const ObjectChange& object, std::string& out) {
  out += '{';
  json_member("action", to_string(object.action), out);
  json_member("object", object.id.display(), out);
  json_member("group", object.id.group, out);
  json_member("kind", object.id.kind, out);
  json_member("namespace", object.id.namespace_name, out);
  json_member("name", object.id.name, out);
  json_member("reason", to_string(object.reason), out);
  if (!object.message.empty()) json_member("message", object.message, out);
  out += ",\"fields\":[";
  for (const FieldChange& field : object.fields) {
    if (out.back() != '[') out += ',';
    append_json(field, out);
  }
  out += "]}";
}

}  // namespace

std::string_view to_string(Action action) {
  switch (action) {
    case Action::created:
      return "created";
    case Action::configured:
      return "configured";
    case Action::unchanged:
      return "unchanged";
    case Action::deleted:
      return "deleted";
    case Action::skipped:
      return "skipped";
  }
  return "";
}

std::string_view to_string(Reason reason) {
  switch (reason) {
    case Reason::none:
      return "none";
    case Reason::change:
      return "change";
    case Reason::drift:
      return "drift";
    case Reason::conflict:
      return "conflict";
    case Reason::disowned:
      return "disowned";
    case Reason::handed_over:
      return "handed over";
    case Reason::admission:
      return "admission";
    case Reason::gone:
      return "gone";
    case Reason::obsolete:
      return "obsolete";
    case Reason::disabled:
      return "disabled";
    case Reason::refused:
      return "refused";
    case Reason::failed:
      return "failed";
    case Reason::stage_failed:
      return "stage failed";
    case Reason::held:
      return "held";
  }
  return "";
}

std::size_t ChangeSet::count(Action action) const noexcept {
  return static_cast<std::size_t>(
      std::count_if(objects.begin(), objects.end(),
                    [&](const ObjectChange& object) { return object.action == action; }));
}

bool ChangeSet::changes_anything() const noexcept {
  return std::any_of(objects.begin(), objects.end(), [](const ObjectChange& object) {
    return object.action != Action::unchanged && object.action != Action::skipped;
  });
}

std::string to_json(const ObjectChange& change) {
  std::string out;
  append_json(change, out);
  return out;
}

std::string to_json(const ChangeSet& changes) {
  std::string out = "{\"objects\":[";
  for (const ObjectChange& object : changes.objects) {
    if (out.back() != '[') out += ',';
    append_json(object, out);
  }
  out += "]}\n";
  return out;
}

}  // namespace reconcile::diff
