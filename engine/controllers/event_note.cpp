#include "engine/controllers/event_note.hpp"

#include <algorithm>

#include "reconcile/model/arena.hpp"
#include "reconcile/model/digest.hpp"

namespace reconcile::engine {
namespace {

constexpr std::size_t message_bytes_max = 1000;
constexpr std::size_t told_max = 1000;
constexpr std::chrono::minutes repeat_window(30);
constexpr std::chrono::minutes count_interval(5);

std::string key_of(const EventNote& note) {
  const char separator = '\0';
  std::string key;
  for (const std::string* part : {&note.about_kind.group, &note.about_kind.kind,
                                  &note.namespace_name, &note.name, &note.uid, &note.reason}) {
    key += *part + separator;
  }
  return key + (note.warning ? "W" : "N") + model::sha256(note.message);
}

}  // namespace

std::string new_event_name(const EventNote& note) {
  return note.name.substr(0, 200) + "." + model::hex_encode(model::random_bytes(8));
}

model::Document make_event(const EventNote& note, const std::string& event_name,
                           model::WallTime now) {
  auto arena = std::make_shared<model::Arena>();
  model::Arena& a = *arena;
  model::Node* root = a.new_node();
  *root = model::make_map();
  const auto text = [&a](std::string_view value) { return model::make_string(a, value); };
  const std::string time = model::format_rfc3339(now);
  model::set(a, *root, "apiVersion", text("v1"));
  model::set(a, *root, "kind", text("Event"));
  model::Node& metadata = model::set(a, *root, "metadata", model::make_map());
  model::set(a, metadata, "name", text(event_name));
  model::set(a, metadata, "namespace", text(note.namespace_name));
  if (!note.annotations.empty()) {
    model::Node& annotations = model::set(a, metadata, "annotations", model::make_map());
    for (const auto& [key, value] : note.annotations) model::set(a, annotations, key, text(value));
  }
  model::Node& involved = model::set(a, *root, "involvedObject", model::make_map());
  model::set(a, involved, "apiVersion", text(note.about_kind.api_version()));
  model::set(a, involved, "kind", text(note.about_kind.kind));
  model::set(a, involved, "namespace", text(note.namespace_name));
  model::set(a, involved, "name", text(note.name));
  if (!note.uid.empty()) model::set(a, involved, "uid", text(note.uid));
  std::string message = note.message;
  if (message.size() > message_bytes_max) {
    message.resize(message_bytes_max);
    message += "...";
  }
  model::set(a, *root, "reason", text(note.reason));
  model::set(a, *root, "message", text(message));
  model::set(a, *root, "type", text(note.warning ? "Warning" : "Normal"));
  model::set(a, *root, "firstTimestamp", text(time));
  model::set(a, *root, "lastTimestamp", text(time));
  model::set(a, *root, "count", model::make_integer(1));
  model::Node& source = model::set(a, *root, "source", model::make_map());
  model::set(a, source, "component", text("reconcile"));
  return {arena, model::Value(root)};
}

EventMemory::Verdict EventMemory::judge(const EventNote& note, model::SteadyTime now) {
  const std::string key = key_of(note);
  const auto found = told_.find(key);
  if (found == told_.end() || now - found->second.last >= repeat_window) {
    forget_old(now);
    Told& told = told_[key];
    told = {new_event_name(note), 1, now};
    return {Verdict::Kind::create, told.event_name, 1};
  }
  Told& told = found->second;
  ++told.count;
  if (now - told.last < count_interval) return {Verdict::Kind::suppress, {}, told.count};
  told.last = now;
  return {Verdict::Kind::count, told.event_name, told.count};
}

void EventMemory::forget_old(model::SteadyTime now) {
  if (told_.size() < told_max) return;
  std::erase_if(told_, [&](const auto& item) { return now - item.second.last >= repeat_window; });
  if (told_.size() < told_max) return;
  told_.erase(std::min_element(told_.begin(), told_.end(), [](const auto& a, const auto& b) {
    return a.second.last < b.second.last;
  }));
}

}  // namespace reconcile::engine
