#include "sources/git/http_transport.hpp"

#include <git2/sys/transport.h>

#include <algorithm>
#include <span>
#include <utility>

#include "reconcile/model/digest.hpp"
#include "reconcile/model/error.hpp"

namespace reconcile::sources {
namespace {

using model::Error;
using model::ErrorCode;

constexpr std::string_view refs_suffix = "/info/refs?service=git-upload-pack";
constexpr std::string_view pack_suffix = "/git-upload-pack";
constexpr std::size_t request_bytes_max = 64U << 20U;

bool is_redirect(int status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

Error error_of(const io::HttpResponse& response, const Transfer& transfer) {
  const std::string server = io::url_origin(transfer.base_url);
  const std::string found = "found HTTP " + std::to_string(response.status);
  if (response.status == 401 || response.status == 403) {
    const bool given = !transfer.options.credentials.bearer_token.empty() ||
                       !transfer.options.credentials.username.empty() ||
                       !transfer.options.credentials.password.empty();
    return {ErrorCode::unauthorized,
            "expected " + server + " to accept " +
                (given ? "the credentials" : "a request without credentials") + ", " + found};
  }
  if (response.status == 404 || response.status == 410) {
    return {ErrorCode::not_found,
            "expected a Git repository at " + transfer.base_url + ", " + found};
  }
  std::string text = "expected " + server + " to serve the repository, " + found;
  if (response.retry_after) {
    text += ", retry after " + std::to_string(response.retry_after->count()) + " s";
  }
  return {ErrorCode::unavailable, text};
}

io::HttpRequest make_request(const Transfer& transfer, std::string_view suffix) {
  const GitOptions& options = transfer.options;
  io::HttpRequest request;
  request.url = transfer.base_url + std::string(suffix);
  request.headers.push_back({"User-Agent", "git/2.0 (reconcile)"});
  request.timeouts.total = transfer.remaining();
  request.timeouts.connect = std::min(options.limits.connect_timeout, request.timeouts.total);
  request.timeouts.silence = options.limits.silence_timeout;
  request.proxy = options.proxy;
  auto tls = std::make_shared<io::TlsOptions>(options.tls);
  if (transfer.own_host) {
    const GitCredentials& given = options.credentials;
    if (!given.bearer_token.empty()) {
      request.headers.push_back({"Authorization", "Bearer " + given.bearer_token});
    } else if (!given.username.empty() || !given.password.empty()) {
      const std::string pair = given.username + ":" + given.password;
      request.headers.push_back({"Authorization", "Basic " + model::base64_encode(pair)});
    }
  } else {
    tls->client_cert_pem.clear();
    tls->client_key_pem.clear();
    tls->server_name.clear();
  }
  request.tls = std::move(tls);
  return request;
}

/// Follows a redirect of the list of refs. On the same host and port always but for leaving HTTPS;
/// to another only over HTTPS, and from then on without credentials.
void follow(Transfer& transfer, const io::HttpResponse& response) {
  const std::string origin = io::url_origin(transfer.base_url);
  std::string target(io::find_header(response.headers, "Location").value_or(""));
  if (target.starts_with('/') && !target.starts_with("//")) target = origin + target;
  const std::string target_origin = io::url_origin(target);
  const auto refuse = [&](const std::string& why) {
    return Error(ErrorCode::unavailable, "expected " + origin +
                                             " to serve the repository, found a " +
                                             "redirect to \"" + target_origin + "\": " + why);
  };
  if (!target.ends_with(refs_suffix)) throw refuse("it does not name a Git repository");
  const bool secure = target.starts_with("https://");
  if (!secure && (!target.starts_with("http://") || origin.starts_with("https://"))) {
    throw refuse("it leaves HTTPS");
  }
  if (target.find('@') != std::string::npos) throw refuse("it carries credentials");
  // From http://host to https://host is the same server; another port is not.
  const bool upgraded =
      origin.starts_with("http://") && target_origin == "https" + origin.substr(4);
  if (target_origin != origin && !upgraded) {
    if (!secure) throw refuse("another host is followed only over HTTPS");
    transfer.own_host = false;
  }
  transfer.base_url = target.substr(0, target.size() - refs_suffix.size());
}

io::HttpResponse open_refs(Transfer& transfer) {
  for (int redirects = 0;; ++redirects) {
    io::HttpRequest request = make_request(transfer, refs_suffix);
    request.body_bytes_max = transfer.options.limits.advertisement_bytes_max;
    io::HttpResponse response = transfer.http.open(request);
    if (!is_redirect(response.status)) return response;
    if (redirects >= transfer.options.limits.redirects_max) {
      throw Error(ErrorCode::unavailable,
                  "expected at most " + std::to_string(transfer.options.limits.redirects_max) +
                      " redirects from " + io::url_origin(transfer.options.url) + ", found more");
    }
    follow(transfer, response);
  }
}

io::HttpResponse open_pack(Transfer& transfer, std::string body) {
  io::HttpRequest request = make_request(transfer, pack_suffix);
  request.method = "POST";
  request.headers.push_back({"Content-Type", "application/x-git-upload-pack-request"});
  request.headers.push_back({"Accept", "application/x-git-upload-pack-result"});
  request.body = std::move(body);
  request.body_bytes_max = transfer.options.limits.transfer_bytes_max;
  return transfer.http.open(request);
}

void check_answer(const io::HttpResponse& response, const Transfer& transfer,
                  std::string_view expected_type) {
  if (response.status != 200) throw error_of(response, transfer);
  const std::string_view type = io::find_header(response.headers, "Content-Type").value_or("");
  if (!type.starts_with(expected_type)) {
    throw Error(ErrorCode::unavailable, "expected a Git server at " + transfer.base_url +
                                            " that answers " + std::string(expected_type) +
                                            ", found \"" + std::string(type.substr(0, 100)) + "\"");
  }
}

/// Runs `work` inside a callback of libgit2: an error is kept in the transfer, as no exception may
/// pass through C.
template <typename Work>
int guarded(Transfer& transfer, Work work) noexcept {
  try {
    work();
    return 0;
  } catch (const Error& error) {
    transfer.error = error;
  } catch (const std::exception& error) {
    transfer.error = Error(ErrorCode::internal, error.what());
  }
  git_error_set_str(GIT_ERROR_NET, "the transfer failed");
  return GIT_EUSER;
}

struct HttpSubtransport : git_smart_subtransport {
  Transfer* transfer = nullptr;
};

/// One request: what is written becomes its body, the first read sends it.
struct HttpStream : git_smart_subtransport_stream {
  Transfer* transfer = nullptr;
  bool lists_refs = false;
  bool sent = false;
  std::string body;
};

int stream_read(git_smart_subtransport_stream* base, char* buffer, std::size_t size,
                std::size_t* bytes_read) {
  auto* stream = static_cast<HttpStream*>(base);
  Transfer& transfer = *stream->transfer;
  *bytes_read = 0;
  return guarded(transfer, [&] {
    static_cast<void>(transfer.remaining());
    if (!stream->sent) {
      stream->sent = true;
      if (stream->lists_refs) {
        check_answer(open_refs(transfer), transfer, "application/x-git-upload-pack-advertisement");
      } else {
        check_answer(open_pack(transfer, std::move(stream->body)), transfer,
                     "application/x-git-upload-pack-result");
      }
    }
    *bytes_read = transfer.http.read(std::span(buffer, size));
    transfer.moved.bytes += *bytes_read;
  });
}

int stream_write(git_smart_subtransport_stream* base, const char* buffer, std::size_t size) {
  auto* stream = static_cast<HttpStream*>(base);
  return guarded(*stream->transfer, [&] {
    if (stream->body.size() + size > request_bytes_max) {
      throw Error(ErrorCode::limit_exceeded, "expected a shorter negotiation with the Git server");
    }
    stream->body.append(buffer, size);
  });
}

void stream_free(git_smart_subtransport_stream* base) {
  delete static_cast<HttpStream*>(base);
}

int subtransport_action(git_smart_subtransport_stream** out, git_smart_subtransport* base,
                        const char* /*url*/, git_smart_service_t action) {
  auto* subtransport = static_cast<HttpSubtransport*>(base);
  *out = nullptr;
  return guarded(*subtransport->transfer, [&] {
    if (action != GIT_SERVICE_UPLOADPACK_LS && action != GIT_SERVICE_UPLOADPACK) {
      throw Error(ErrorCode::unsupported, "pushing is not part of a source");
    }
    auto stream = std::make_unique<HttpStream>();
    stream->subtransport = base;
    stream->read = stream_read;
    stream->write = stream_write;
    stream->free = stream_free;
    stream->transfer = subtransport->transfer;
    stream->lists_refs = action == GIT_SERVICE_UPLOADPACK_LS;
    *out = stream.release();
  });
}

int subtransport_close(git_smart_subtransport* /*base*/) {
  return 0;
}

void subtransport_free(git_smart_subtransport* base) {
  delete static_cast<HttpSubtransport*>(base);
}

int make_subtransport(git_smart_subtransport** out, git_transport* /*owner*/, void* payload) {
  auto* transfer = static_cast<Transfer*>(payload);
  return guarded(*transfer, [&] {
    auto subtransport = std::make_unique<HttpSubtransport>();
    subtransport->action = subtransport_action;
    subtransport->close = subtransport_close;
    subtransport->free = subtransport_free;
    subtransport->transfer = transfer;
    *out = subtransport.release();
  });
}

}  // namespace

std::chrono::milliseconds Transfer::remaining() const {
  if (cancelled) throw Error(ErrorCode::cancelled, "the transfer was cancelled");
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
      deadline - model::system_clock().steady_now());
  if (left.count() > 0) return left;
  throw Error(ErrorCode::unavailable, "expected the transfer to end within " +
                                          model::format_duration(options.limits.total_timeout) +
                                          ", found it still running");
}

int make_http_transport(git_transport** out, git_remote* owner, void* payload) {
  git_smart_subtransport_definition definition{};
  definition.callback = make_subtransport;
  definition.rpc = 1;
  definition.param = payload;
  return git_transport_smart(out, owner, &definition);
}

}  // namespace reconcile::sources
