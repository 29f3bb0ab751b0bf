#include "reconcile/kube/client.hpp"

#include <deque>

#include "appliers/kube/client_impl.hpp"
#include "reconcile/model/error.hpp"

namespace reconcile::kube {
namespace {

void refuse_on_loop(const io::Executor& executor) {
  if (!executor.on_loop()) return;
  throw model::Error(model::ErrorCode::internal, "a blocking request was made on the loop thread");
}

/// Keeps the client's destructor waiting until the callback of an asynchronous request has
/// returned.
struct Ticket {
  explicit Ticket(std::shared_ptr<Client::Impl> i) : impl(std::move(i)) { impl->enter(); }
  ~Ticket() { impl->leave(); }
  std::shared_ptr<Client::Impl> impl;
};

/// Answers that came while send_all waits.
struct Mailbox {
  std::mutex mutex;
  std::condition_variable changed;
  std::deque<std::pair<std::size_t, Response>> answers;
};

}  // namespace

Client::Client(io::Executor& executor, io::HttpClient& http, ClusterConfig config,
               ClientOptions options)
    : impl_(std::make_shared<Impl>(executor, http, std::move(config), options)) {
}

Client::~Client() {
  impl_->wait_until_idle();
}

void Client::start(Request request, std::function<void(Response)> done) {
  const auto ticket = std::make_shared<Ticket>(impl_);
  const auto answered = [ticket, done = std::move(done)](Response response) {
    ticket->impl->executor.post_pool(
        [ticket, done, response = std::move(response)]() mutable { done(std::move(response)); });
  };
  impl_->executor.post_pool([ticket, request = std::move(request), answered]() mutable {
    ticket->impl->launch(std::move(request), answered);
  });
}

Response Client::send(Request request) {
  std::vector<Request> one;
  one.push_back(std::move(request));
  return std::move(send_all(std::move(one), 1).front());
}

std::vector<Response> Client::send_all(
    std::vector<Request> requests, std::size_t window,
    const std::function<void(std::size_t index, const Response&)>& on_answer) {
  refuse_on_loop(impl_->executor);
  std::vector<Response> responses(requests.size());
  const auto mailbox = std::make_shared<Mailbox>();
  std::size_t next = 0;
  const auto launch_next = [&] {
    const std::size_t index = next++;
    impl_->launch(std::move(requests[index]), [mailbox, index](Response response) {
      {
        const std::lock_guard lock(mailbox->mutex);
        mailbox->answers.emplace_back(index, std::move(response));
      }
      mailbox->changed.notify_one();
    });
  };
  std::size_t answered = 0;
  std::deque<std::pair<std::size_t, Response>> taken;
  while (answered < requests.size()) {
    while (next < requests.size() && next - answered < std::max<std::size_t>(window, 1)) {
      launch_next();
    }
    {
      std::unique_lock lock(mailbox->mutex);
      mailbox->changed.wait(lock, [&] { return !mailbox->answers.empty(); });
      taken.swap(mailbox->answers);
    }
    // Refill the window before anyone looks at the answers.
    answered += taken.size();
    while (next < requests.size() && next - answered < std::max<std::size_t>(window, 1)) {
      launch_next();
    }
    for (auto& [index, response] : taken) {
      responses[index] = std::move(response);
      if (on_answer) on_answer(index, responses[index]);
    }
    taken.clear();
  }
  return responses;
}

std::shared_ptr<const ApiResources> Client::resources() {
  refuse_on_loop(impl_->executor);
  return impl_->resources();
}

std::optional<ApiResource> Client::resource(const model::Gvk& gvk) {
  refuse_on_loop(impl_->executor);
  return impl_->resource(gvk);
}

Response Client::get_raw(std::string_view path_and_query, RequestPurpose purpose,
                         std::string_view accept) {
  refuse_on_loop(impl_->executor);
  return impl_->get_raw(path_and_query, purpose, accept);
}

void Client::cancel_writes() {
  impl_->in_flight.cancel_writes();
}

void Client::close() {
  impl_->closed = true;
  impl_->in_flight.cancel_rest();
}

bool Client::closed() const noexcept {
  return impl_->closed;
}

RequestCounts Client::counts() const {
  RequestCounts out;
  for (std::size_t p = 0; p < purpose_count; ++p) {
    for (std::size_t v = 0; v < verb_count; ++v) {
      const std::uint64_t count = impl_->sent.at(p).at(v);
      if (count == 0) continue;
      out[{static_cast<RequestPurpose>(p), static_cast<Verb>(v)}] = count;
    }
  }
  return out;
}

std::uint64_t Client::count(RequestPurpose purpose) const {
  std::uint64_t sum = 0;
  for (const auto& count : impl_->sent.at(static_cast<std::size_t>(purpose))) sum += count;
  return sum;
}

const ClusterConfig& Client::config() const noexcept {
  return impl_->config;
}

}  // namespace reconcile::kube
