#include "test/fuzz/verdict/verdict_subject.hpp"

#include "reconcile/diff/empty_lists.hpp"
#include "reconcile/model/arena.hpp"
#include "reconcile/model/json.hpp"

namespace reconcile::fuzz {

namespace {

using kube::Request;
using model::Value;

diff::Fingerprint folded(const Subject& subject) {
  const diff::FoldOptions options{.manager = diff::field_manager,
                                  .secret_key = verdict_key,
                                  .empty_lists = subject.desired->empty_lists};
  return diff::fold(subject.live.root(), options);
}

}  // namespace

model::Document sent(const Subject& subject) {
  const model::Document desired = subject.desired->object.document();
  const bool leaves =
      (diff::management_flags(subject.live.root()) & diff::replicas_handed_over) != 0;
  if (!leaves || !desired["spec"].contains("replicas")) return desired;
  auto arena = std::make_shared<model::Arena>();
  model::Node* root = arena->new_node();
  *root = model::copy_node(*arena, desired.root());
  model::erase(*model::find(*root, "spec"), "replicas");
  return {arena, Value(root)};
}

Request apply_request(const Subject& subject, kube::DryRun dry_run) {
  return Request::apply(model::Object(sent(subject)), std::string(diff::field_manager),
                        kube::Conflicts::force, dry_run);
}

Request look_request(const Subject& subject) {
  const model::PackedObject& object = subject.desired->object;
  return Request::get(object.gvk(), object.id().namespace_name, object.id().name);
}

void remember(Subject& subject) {
  subject.applied = subject.desired->digest;
  subject.applied_text = subject.desired->object.json();
  subject.fingerprint = folded(subject);
}

bool is_known(const Subject& subject) {
  if (!subject.fingerprint || subject.desired->digest != subject.applied) return false;
  const diff::Fingerprint now = folded(subject);
  // As LiveState: replicas that nobody has any more are ours again.
  return (subject.fingerprint->flags & ~now.flags & diff::replicas_handed_over) == 0 &&
         subject.fingerprint->same_content(now);
}

void take_answer(Subject& subject, const kube::Response& answer) {
  if (!answer.ok()) return;
  model::Document object = answer.document();
  const model::Gvk& gvk = subject.desired->object.gvk();
  const bool is_same = object["kind"].text() == gvk.kind &&
                       object["apiVersion"].text() == gvk.api_version() &&
                       object["metadata"]["resourceVersion"].present();
  if (is_same)
    subject.live = std::move(object);
  else
    subject.looks = true;
}

std::string judged_form(Value object) {
  model::Arena arena;
  model::Node copy = model::copy_node(arena, object);
  model::Node& about = *model::find(copy, "metadata");
  const auto entry = diff::find_apply_entry(object);
  for (const char* key : {"managedFields", "resourceVersion", "generation"})
    model::erase(about, key);
  model::erase(copy, "status");
  std::string result = model::write_json(Value(&copy));
  if (entry) {
    result += "\nours: " + std::string(entry->api_version) + " ";
    model::write_json(entry->fields, result);
  }
  return result;
}

}  // namespace reconcile::fuzz
