#include "appliers/kube/list_run.hpp"

#include "reconcile/model/json.hpp"

namespace reconcile::kube {
namespace {

constexpr std::size_t pipe_bytes_max = 256U << 10U;
constexpr std::size_t page_bytes_max = 4ULL << 30U;
constexpr int list_retries_max = 3;

std::string type_prefix(const Selection& selection) {
  std::string out = R"({"apiVersion":)";
  model::write_json_string(selection.gvk.api_version(), out);
  out += R"(,"kind":)";
  model::write_json_string(selection.gvk.kind, out);
  return out + ",";
}

ApiStatus failure(model::ErrorCode code, std::string message) {
  return refused(model::Error(code, std::move(message))).status;
}

}  // namespace

ListRun::ListRun(std::shared_ptr<Client::Impl> client, Selection selection, ListOptions options,
                 ListItem item, std::function<void()> notify)
    : client_(std::move(client)),
      selection_(std::move(selection)),
      options_(options),
      item_(std::move(item)),
      notify_(std::move(notify)),
      type_prefix_(type_prefix(selection_)) {
}

ListRun::~ListRun() {
  retry_.cancel();
  if (pipe_) pipe_->cancel();
}

void ListRun::start() {
  ask();
}

void ListRun::ask() {
  any_bytes_ = false;
  decoder_ = std::make_unique<ListDecoder>([this](std::string_view raw) { take_item(raw); },
                                           options_.item_bytes_max);
  io::HttpRequest http;
  try {
    const auto resource = client_->resource(selection_.gvk);
    if (!resource) {
      ApiStatus status = failure(model::ErrorCode::not_found,
                                 "no matches for kind \"" + selection_.gvk.kind +
                                     "\" in version \"" + selection_.gvk.api_version() + "\"");
      status.code = 404;
      status.reason = "NoKindMatch";
      fail(std::move(status));
      return notify_();
    }
    http = client_->base_request();
    http.url += resource->path(selection_.namespace_name);
  } catch (const model::Error& error) {
    fail(refused(error).status);
    return notify_();
  }
  http.url += "?limit=" + std::to_string(options_.page_items);
  const auto parameter = [&http](std::string_view name, const std::string& value) {
    if (value.empty()) return;
    http.url += '&';
    http.url += name;
    http.url += '=' + io::url_encode(value);
  };
  parameter("labelSelector", selection_.label_selector);
  parameter("fieldSelector", selection_.field_selector);
  parameter("continue", continue_);
  if (options_.content == ListContent::metadata) {
    http.headers.front().value =
        "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json";
  }
  http.lane = io::HttpLane::streams;
  http.timeouts.total = options_.timeout;
  http.body_bytes_max = page_bytes_max;
  client_->count_request(Verb::list, options_.purpose);
  pipe_ = std::make_shared<ChunkPipe>(pipe_bytes_max, Overflow::pause, notify_);
  pipe_->start(client_->http, std::move(http));
}

void ListRun::take_item(std::string_view raw) {
  // Lists of built-in kinds leave apiVersion and kind out of their items, lists of custom ones do
  // not.
  const bool typed = raw.starts_with(R"({"apiVersion":)") || raw.starts_with(R"({"kind":)");
  if (!typed && raw.size() > 2) {
    patched_.assign(type_prefix_);
    patched_.append(raw.substr(1));
    raw = patched_;
  }
  ++result_.items;
  try {
    if (options_.take_unread && options_.take_unread(raw)) return;
  } catch (...) {
    item_failure_ = std::current_exception();
    throw;
  }
  const model::Document document = model::parse_json(raw);
  try {
    item_(document, raw);
  } catch (...) {
    item_failure_ = std::current_exception();
    throw;
  }
}

bool ListRun::step() {
  if (over_) return true;
  if (retry_due_->exchange(false)) {
    ask();
    return over_;
  }
  if (!pipe_) return over_;
  ChunkPipe::Taken taken = pipe_->take();
  try {
    if (!taken.bytes.empty()) {
      any_bytes_ = true;
      decoder_->feed(taken.bytes);
    }
    if (!taken.done) return false;
    pipe_.reset();
    return end_page(std::move(*taken.done));
  } catch (const model::Error& error) {
    if (item_failure_) std::rethrow_exception(item_failure_);
    if (pipe_) pipe_->cancel();
    return fail(refused(error).status);
  }
}

bool ListRun::end_page(io::HttpResponse answer) {
  client_->count_answer(Verb::list, options_.purpose, answer.error ? 0 : answer.status);
  auto wait = retry_wait(Verb::list, answer, attempt_, client_->retry_rules(list_retries_max));
  if (answer.status == 401 && !std::exchange(credentials_renewed_, true) &&
      client_->config.credentials) {
    client_->config.credentials->invalidate();
    wait = std::chrono::milliseconds(0);
  }
  // Items that were handed out cannot be taken back: then the whole list fails.
  if (wait && !any_bytes_) {
    ++attempt_;
    retry_ = client_->executor.schedule_after(*wait, [due = retry_due_, notify = notify_] {
      *due = true;
      notify();
    });
    return false;
  }
  if (!answer.ok()) return fail(to_response(std::move(answer)).status);
  if (!decoder_->complete()) {
    return fail(failure(model::ErrorCode::unavailable, "the list broke off in the middle"));
  }
  const model::Document envelope = model::parse_json(decoder_->envelope());
  result_.resource_version = envelope["metadata"]["resourceVersion"].text();
  continue_ = envelope["metadata"]["continue"].text();
  ++result_.pages;
  attempt_ = 1;
  if (!continue_.empty()) {
    ask();
    return over_;
  }
  result_.status.code = 200;
  over_ = true;
  return true;
}

bool ListRun::fail(ApiStatus status) {
  result_.status = std::move(status);
  over_ = true;
  return true;
}

namespace {

/// The waiting thread's side of `notify`.
struct Bell {
  void ring() {
    {
      const std::lock_guard lock(mutex);
      rung = true;
    }
    changed.notify_one();
  }
  void wait() {
    std::unique_lock lock(mutex);
    changed.wait(lock, [this] { return rung; });
    rung = false;
  }
  std::mutex mutex;
  std::condition_variable changed;
  bool rung = false;
};

}  // namespace

ListResult Client::list(const Selection& selection, const ListItem& item,
                        const ListOptions& options) {
  if (impl_->executor.on_loop()) {
    throw model::Error(model::ErrorCode::internal,
                       "a blocking request was made on the loop thread");
  }
  const auto bell = std::make_shared<Bell>();
  ListRun run(impl_, selection, options, item, [bell] { bell->ring(); });
  run.start();
  while (!run.step()) bell->wait();
  return run.result();
}

}  // namespace reconcile::kube
