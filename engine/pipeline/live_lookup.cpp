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

std::string digest_of(const model::Document& answer) {
  if (!answer.root().is_map()) return {};
  model::Arena arena;
  model::Node* root = arena.new_node();
  *root = model::copy_node(arena, answer.root());
  drop_revisions(*root);
  const model::Value items = answer["items"];
  if (items.is_list()) {
    model::Node kept = model::make_list();
    for (std::size_t i = 0; i < items.size(); ++i) {
      model::Node item = model::copy_node(arena, items.at(i));
      drop_revisions(item);
      model::append(arena, kept, item);
    }
    model::set(arena, *root, "items", kept);
  }
  return model::sha256_hex(model::write_json(model::Value(root)));
}

}  // namespace

model::Document RecordedLookup::lookup(std::string_view api_version, std::string_view kind,
                                       std::string_view namespace_name, std::string_view name) {
  const LookupQuery query{std::string(api_version), std::string(kind), std::string(namespace_name),
                          std::string(name)};
  const auto found = answers_.find(query);
  if (found != answers_.end()) return found->second;
  return answers_.emplace(query, port_(query, namespaces_)).first->second;
}

std::vector<LookupNote> RecordedLookup::notes() const {
  std::vector<LookupNote> notes;
  for (const auto& [query, answer] : answers_) notes.push_back({query, digest_of(answer)});
  return notes;
}

bool lookups_hold(const std::vector<LookupNote>& notes, const LookupPort& port,
                  const std::vector<std::string>& namespaces) {
  for (const LookupNote& note : notes) {
    if (!port || digest_of(port(note.query, namespaces)) != note.digest) return false;
  }
  return true;
}

std::vector<LookupNote> foreign_lookups(
    std::vector<LookupNote> notes, const std::function<bool(const model::ObjectId&)>& contains) {
  std::erase_if(notes, [&](const LookupNote& note) {
    const model::Gvk gvk = model::Gvk::from_api_version(note.query.api_version, note.query.kind);
    // Charts name a namespace for objects of the cluster's scope too.
    return contains({gvk.group, gvk.kind, note.query.namespace_name, note.query.name}) ||
           contains({gvk.group, gvk.kind, "", note.query.name});
  });
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
