#include "appliers/kube/watch_impl.hpp"
#include "reconcile/model/json.hpp"

// What a watch's answer says, and what happens when it ends.
namespace reconcile::kube {
namespace {

std::optional<WatchEventType> type_of(std::string_view text) {
  if (text == "ADDED") return WatchEventType::added;
  if (text == "MODIFIED") return WatchEventType::modified;
  if (text == "DELETED") return WatchEventType::deleted;
  return std::nullopt;
}

}  // namespace

void Watcher::Impl::step_watch() {
  if (!pipe_) return;
  const std::uint64_t turn = turn_;
  const ChunkPipe::Taken taken = pipe_->take();
  if (taken.status == 200) {
    const std::lock_guard lock(mutex);
    shared.connected = true;
  }
  try {
    if (!taken.bytes.empty()) decoder_->feed(taken.bytes);
  } catch (const std::exception& error) {
    return derailed(error);
  }
  if (turn != turn_) return;
  if (needs_list_) {
    drop_connection();
    // The first time at once; where it happens again without news in between, with back-off.
    if (failures_++ == 0) return begin_list(RequestPurpose::renewal);
    return later([](Impl& impl) { impl.begin_list(RequestPurpose::renewal); });
  }
  if (taken.done) end_watch(*taken.done);
}

void Watcher::Impl::take_event(std::string_view raw) {
  if (stopping || needs_list_) return;
  model::Document object;
  auto [type_text, object_text] = split_event(raw);
  std::string type(type_text);
  if (type_text.empty()) {
    const model::Document event = model::parse_json(raw);
    type = event["type"].text();
    object = event.at(event["object"]);
  } else {
    object = model::parse_json(object_text);
  }
  if (type == "BOOKMARK") return take_bookmark(object.root());
  if (type == "ERROR") return take_error(object.root());
  const auto known = type_of(type);
  if (!known || !object.root().is_map()) {
    throw model::Error(model::ErrorCode::invalid_input,
                       "expected a watch event, found type \"" + type.substr(0, 40) + "\"");
  }
  heard_by_watch(object["metadata"]["resourceVersion"].text());
  {
    const std::lock_guard lock(mutex);
    ++shared.events;
  }
  if (handlers.on_event) handlers.on_event({*known, object, object_text, false});
}

void Watcher::Impl::heard_by_watch(std::string_view resource_version) {
  heard_in_turn_ = true;
  failures_ = 0;
  credentials_renewed_ = false;
  take_version(resource_version);
  heard();
}

void Watcher::Impl::take_bookmark(model::Value object) {
  const std::string_view version = object["metadata"]["resourceVersion"].text();
  if (older_version(version, resource_version_)) {
    needs_list_ = true;
    return;
  }
  heard_by_watch(version);
}

void Watcher::Impl::take_error(model::Value status) {
  const ApiStatus read = parse_api_status(status);
  // 410 is part of the protocol (the history was compacted), everything else is trouble.
  if (!read.expired()) trouble(read);
  needs_list_ = true;
}

void Watcher::Impl::end_watch(const io::HttpResponse& answer) {
  const bool overran = answer.error && answer.error->code() == model::ErrorCode::cancelled;
  const bool served = heard_in_turn_;
  client->count_answer(Verb::watch, watch_purpose_, answer.error ? 0 : answer.status);
  const auto again = [](Impl& impl) {
    {
      const std::lock_guard lock(impl.mutex);
      ++impl.shared.reconnects;
    }
    impl.begin_watch(RequestPurpose::renewal);
  };
  drop_connection();
  if (answer.status == 410) {
    if (failures_++ == 0) return begin_list(RequestPurpose::renewal);
    return later([](Impl& impl) { impl.begin_list(RequestPurpose::renewal); });
  }
  if (answer.status == 401 && !std::exchange(credentials_renewed_, true) &&
      client->config.credentials) {
    client->config.credentials->invalidate();
    return again(*this);
  }
  const bool healthy_end = answer.status == 200 && (!answer.error || overran || served);
  // One that told something is resumed at once; one that ended without a word waits.
  if (healthy_end && (served || overran)) return again(*this);
  if (answer.status == 404) {
    later([](Impl& impl) { impl.begin_list(RequestPurpose::renewal); });
  } else {
    later(again, answer.retry_after);
  }
  if (!healthy_end) trouble(to_response(answer).status);
}

}  // namespace reconcile::kube
