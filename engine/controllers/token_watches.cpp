#include "engine/controllers/token_watches.hpp"

#include <optional>
#include <vector>

#include "reconcile/io/log.hpp"
#include "reconcile/model/digest.hpp"
#include "reconcile/model/error.hpp"

namespace reconcile::engine {
namespace {

constexpr std::chrono::minutes read_interval(10);
constexpr std::chrono::seconds read_again(30);  ///< where there is no token
constexpr std::chrono::milliseconds read_timeout(10'000);
const model::Gvk secret_kind{"", "v1", "Secret"};

std::string display(const SecretName& secret) {
  return secret.first + "/" + secret.second;
}

SecretToken unreadable(const SecretName& secret, const std::string& why) {
  return {{}, "unable to read token from secret '" + display(secret) + "' error: " + why};
}

SecretToken missing(const SecretName& secret) {
  return unreadable(secret, "Secret \"" + secret.second + "\" not found");
}

SecretToken token_of(const SecretName& secret, const model::Document& object) {
  const std::string invalid =
      "invalid '" + display(secret) + "' secret data: required fields 'token'";
  try {
    std::string token = model::base64_decode(object["data"]["token"].text());
    // An empty token would prove nothing; Flux 1.9.3 takes it.
    if (token.empty()) return {{}, invalid};
    io::log().add_secret(token);
    return {std::move(token), {}};
  } catch (const model::Error&) {
    return {{}, invalid};
  }
}

}  // namespace

struct TokenWatches::Entry {
  std::mutex mutex;  ///< callbacks of one Secret are told in order
  std::optional<SecretToken> told;
  bool seen = false;  ///< in the running relist; of the watcher's callbacks
  bool polled = false;
  io::Timer timer;
  std::unique_ptr<kube::Watcher> watcher;  ///< null where it is read in place of that
};

TokenWatches::TokenWatches(kube::Client& client, io::Executor& executor, WorkPool& pool,
                           OnToken on_token)
    : client_(client), executor_(executor), pool_(pool), on_token_(std::move(on_token)) {
}

TokenWatches::~TokenWatches() {
  stop();
}

void TokenWatches::want(const SecretName& secret) {
  {
    const std::lock_guard lock(mutex_);
    if (stopped_ || entries_.contains(secret)) return;
    const auto entry = std::make_shared<Entry>();
    std::size_t watches = 0;
    for (const auto& [name, other] : entries_) watches += other->polled ? 0 : 1;
    entry->polled = watches >= watches_max;
    entries_.emplace(secret, entry);
    if (!entry->polled) return watch(secret, entry);
  }
  read(secret);
}

void TokenWatches::watch(const SecretName& secret, const std::shared_ptr<Entry>& entry) {
  kube::WatchHandlers handlers;
  // The watcher, and with it every callback, ends before its entry goes.
  const std::weak_ptr<Entry> weak = entry;
  handlers.on_event = [this, secret, weak](const kube::WatchEvent& event) {
    const auto held = weak.lock();
    if (!held) return;
    held->seen = true;
    const bool gone = event.type == kube::WatchEventType::deleted;
    tell(secret, held, gone ? missing(secret) : token_of(secret, event.object));
  };
  handlers.on_relist_begin = [weak] {
    if (const auto held = weak.lock()) held->seen = false;
  };
  handlers.on_relist_end = [this, secret, weak] {
    const auto held = weak.lock();
    if (held && !held->seen) tell(secret, held, missing(secret));
  };
  handlers.on_trouble = [this, secret, weak](const kube::ApiStatus& status) {
    // What is known stays in force while the server is away, not where it forbids to know.
    const auto held = weak.lock();
    if (held && (status.code == 401 || status.code == 403))
      tell(secret, held, unreadable(secret, status.display()));
  };
  entry->watcher = std::make_unique<kube::Watcher>(
      client_, kube::Selection{secret_kind, secret.first, "", "metadata.name=" + secret.second},
      std::move(handlers));
  entry->watcher->start();
}

void TokenWatches::read(const SecretName& secret) {
  pool_.post([this, secret] {
    std::shared_ptr<Entry> entry;
    {
      const std::lock_guard lock(mutex_);
      const auto found = entries_.find(secret);
      if (stopped_ || found == entries_.end()) return;
      entry = found->second;
    }
    kube::Request request = kube::Request::get(secret_kind, secret.first, secret.second);
    request.purpose = kube::RequestPurpose::renewal;
    request.timeout = read_timeout;
    const kube::Response response = client_.send(std::move(request));
    if (response.ok())
      tell(secret, entry, token_of(secret, response.document()));
    else if (response.status.not_found())
      tell(secret, entry, missing(secret));
    else if (!entry->told || response.status.code == 401 || response.status.code == 403)
      tell(secret, entry, unreadable(secret, response.status.display()));
    read_later(secret);
  });
}

void TokenWatches::read_later(const SecretName& secret) {
  const std::lock_guard lock(mutex_);
  const auto found = entries_.find(secret);
  if (stopped_ || found == entries_.end()) return;
  const bool has_token = found->second->told && found->second->told->problem.empty();
  found->second->timer = executor_.schedule_after(
      has_token ? std::chrono::nanoseconds(read_interval) : std::chrono::nanoseconds(read_again),
      [this, secret] { read(secret); });
}

void TokenWatches::tell(const SecretName& secret, const std::shared_ptr<Entry>& entry,
                        SecretToken token) {
  const std::lock_guard lock(entry->mutex);
  if (entry->told == token) return;
  entry->told = token;
  on_token_(secret, token);
}

void TokenWatches::keep_only(const std::set<SecretName>& wanted) {
  std::vector<std::shared_ptr<Entry>> gone;
  {
    const std::lock_guard lock(mutex_);
    for (auto it = entries_.begin(); it != entries_.end();) {
      if (wanted.contains(it->first)) {
        ++it;
        continue;
      }
      gone.push_back(it->second);
      it = entries_.erase(it);
    }
  }
  for (const auto& entry : gone) {
    entry->timer.cancel();
    if (entry->watcher) entry->watcher->stop();
  }
}

void TokenWatches::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
  }
  keep_only({});
}

}  // namespace reconcile::engine
