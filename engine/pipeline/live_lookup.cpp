#include "engine/pipeline/live_lookup.hpp"

#include "reconcile/model/arena.hpp"
#include "reconcile/model/digest.hpp"
#include "reconcile/model/json.hpp"

namespace reconcile::engine {
namespace {

void drop_revisions(model::Node& object) {
  model::Node* metadata = model::find(object, "metadata");
  if (metadata == nullptr || metadata->kind != model::Kind::map) return;
  model::erase(*metadata, "resourceVersion");
  model::erase(*metadata, "managedFields");
}

std::string digest_of(const LookupNote& note, const model::Document& answer) {
  if (!answer.root().is_map()) return {};
  if (!note.query.name.empty()) return lookup_object_digest(answer.root());
  std::map<std::string, std::string> objects;
  const model::Value items = answer["items"];
  for (std::size_t i = 0; i < items.size(); ++i) {
    objects.emplace(lookup_object_name(items.at(i)), lookup_object_digest(items.at(i)));
  }
  return lookup_list_digest(objects, note.own);
}

}  // namespace

std::string lookup_object_digest(model::Value object) {
  model::Arena arena;
  model::Node* root = arena.new_node();
  *root = model::copy_node(arena, object);
  drop_revisions(*root);
  return model::sha256_hex(model::write_json(model::Value(root)));
}

std::string lookup_list_digest(const std::map<std::string, std::string>& objects,
                               const std::set<std::string>& own) {
  std::string all;
  for (const auto& [name, digest] : objects)
    if (!own.contains(name)) all += name + "\n" + digest + "\n";
  return model::sha256_hex(all);
}

std::string lookup_object_name(model::Value object) {
  const model::Value metadata = object["metadata"];
  return std::string(metadata["namespace"].text()) + "/" + std::string(metadata["name"].text());
}

model::Document RecordedLookup::lookup(std::string_view api_version, std::string_view kind,
                                       std::string_view namespace_name, std::string_view name) {
  const LookupQuery query{std::string(api_version), std::string(kind), std::string(namespace_name),
                          std::string(name)};
  const auto found = answers_.find(query);
  if (found != answers_.end()) return found->second;
  return answers_.emplace(query, port_(query, namespaces_)).first->second;
}

std::vector<LookupNote> RecordedLookup::notes(
    const std::function<std::set<std::string>(const LookupQuery& query)>& own_of) const {
  std::vector<LookupNote> notes;
  for (const auto& [query, answer] : answers_) {
    LookupNote& note = notes.emplace_back(LookupNote{query, "", {}});
    if (own_of && query.name.empty()) note.own = own_of(query);
    note.digest = digest_of(note, answer);
  }
  return notes;
}

bool lookups_hold(const std::vector<LookupNote>& notes, const LookupPort& port,
                  const std::vector<std::string>& namespaces, const KnownLookup& known) {
  for (const LookupNote& note : notes) {
    std::optional<std::string> digest = known ? known(note) : std::nullopt;
    if (!digest && port) digest = digest_of(note, port(note.query, namespaces));
    if (digest != note.digest) return false;
  }
  return true;
}

std::vector<LookupNote> foreign_lookups(
    std::vector<LookupNote> notes, const std::function<bool(const LookupQuery& query)>& is_own) {
  std::erase_if(notes, [&](const LookupNote& note) { return is_own(note.query); });
  return notes;
}

std::string lookups_digest(const std::vector<LookupNote>& notes) {
  std::string all;
  for (const LookupNote& note : notes) {
    for (const std::string* text : {&note.query.api_version, &note.query.kind,
                                    &note.query.namespace_name, &note.query.name, &note.digest}) {
      all += *text + "\n";
    }
  }
  return all.empty() ? all : model::sha256_hex(all);
}

}  // namespace reconcile::engine
