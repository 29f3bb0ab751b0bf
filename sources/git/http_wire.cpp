#include "sources/git/http_wire.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "reconcile/model/digest.hpp"
#include "sources/git/plain_text.hpp"

namespace reconcile::sources {
namespace {

using model::Error;
using model::ErrorCode;

constexpr std::size_t negotiation_bytes_max = 64U << 20U;
constexpr std::size_t words_bytes_max = 300;

bool is_redirect(int status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

bool is_given(const GitCredentials& credentials) {
  return !credentials.bearer_token.empty() || !credentials.username.empty() ||
         !credentials.password.empty();
}

}  // namespace

std::string HttpWire::refs_suffix() const {
  return "/info/refs?service=" + std::string(to_string(service_));
}

/// What the server says in its own words; a page for people is none.
std::string HttpWire::words_of(const io::HttpResponse& response) {
  const std::string_view type = io::find_header(response.headers, "Content-Type").value_or("");
  if (!type.starts_with("text/plain")) return "";
  std::array<char, words_bytes_max> buffer{};
  const std::size_t count = transfer_.edges.http.read(buffer);
  const std::string text = plain_text({buffer.data(), count}, words_bytes_max);
  return text.empty() ? "" : " and \"" + text + "\"";
}

Error HttpWire::error_of(const io::HttpResponse& response) {
  const std::string server = io::url_origin(transfer_.base_url);
  const std::string found = "found HTTP " + std::to_string(response.status) + words_of(response);
  const bool pushing = service_ == GitService::receive_pack;
  if (response.status == 401 || response.status == 403) {
    const bool given = is_given(transfer_.options.credentials);
    return {ErrorCode::unauthorized,
            "expected " + server + " to accept " +
                (given ? "the credentials" : "a request without credentials") +
                (pushing ? " for a push" : "") + ", " + found};
  }
  if (response.status == 404 || response.status == 410) {
    return {ErrorCode::not_found,
            "expected a Git repository at " + transfer_.base_url + ", " + found};
  }
  std::string text = "expected " + server + " to serve the repository, " + found;
  if (response.retry_after) {
    text += ", retry after " + std::to_string(response.retry_after->count()) + " s";
  }
  return {ErrorCode::unavailable, text};
}

io::HttpRequest HttpWire::make_request(const std::string& suffix) const {
  const GitOptions& options = transfer_.options;
  io::HttpRequest request;
  request.url = transfer_.base_url + suffix;
  request.headers.push_back({"User-Agent", "git/2.0 (reconcile)"});
  request.timeouts.total = transfer_.remaining();
  request.timeouts.connect = std::min(options.limits.connect_timeout, request.timeouts.total);
  request.timeouts.silence = options.limits.silence_timeout;
  request.proxy = options.proxy;
  auto tls = std::make_shared<io::TlsOptions>(options.tls);
  if (transfer_.own_host) {
    const GitCredentials& given = options.credentials;
    if (!given.bearer_token.empty()) {
      request.headers.push_back({"Authorization", "Bearer " + given.bearer_token});
    } else if (is_given(given)) {
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
void HttpWire::follow(const io::HttpResponse& response) {
  const std::string origin = io::url_origin(transfer_.base_url);
  std::string target(io::find_header(response.headers, "Location").value_or(""));
  if (target.starts_with('/') && !target.starts_with("//")) target = origin + target;
  const std::string target_origin = io::url_origin(target);
  const auto refuse = [&](const std::string& why) {
    return Error(ErrorCode::unavailable, "expected " + origin +
                                             " to serve the repository, found a " +
                                             "redirect to \"" + target_origin + "\": " + why);
  };
  if (!target.ends_with(refs_suffix())) throw refuse("it does not name a Git repository");
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
    transfer_.own_host = false;
  }
  transfer_.base_url = target.substr(0, target.size() - refs_suffix().size());
}

io::HttpResponse HttpWire::open_refs() {
  for (int redirects = 0;; ++redirects) {
    io::HttpRequest request = make_request(refs_suffix());
    request.body_bytes_max = transfer_.options.limits.advertisement_bytes_max;
    io::HttpResponse response = transfer_.edges.http.open(request);
    if (!is_redirect(response.status)) return response;
    if (redirects >= transfer_.options.limits.redirects_max) {
      throw Error(ErrorCode::unavailable,
                  "expected at most " + std::to_string(transfer_.options.limits.redirects_max) +
                      " redirects from " + io::url_origin(transfer_.options.url) + ", found more");
    }
    follow(response);
  }
}

io::HttpResponse HttpWire::open_request() {
  const std::string service(to_string(service_));
  io::HttpRequest request = make_request("/" + service);
  request.method = "POST";
  request.headers.push_back({"Content-Type", "application/x-" + service + "-request"});
  request.headers.push_back({"Accept", "application/x-" + service + "-result"});
  request.body = std::exchange(body_, {});
  request.body_bytes_max = transfer_.options.limits.transfer_bytes_max;
  return transfer_.edges.http.open(request);
}

void HttpWire::check_answer(const io::HttpResponse& response, std::string_view kind) {
  if (response.status != 200) throw error_of(response);
  const std::string expected =
      "application/x-" + std::string(to_string(service_)) + "-" + std::string(kind);
  const std::string_view type = io::find_header(response.headers, "Content-Type").value_or("");
  if (!type.starts_with(expected)) {
    throw Error(ErrorCode::unavailable, "expected a Git server at " + transfer_.base_url +
                                            " that answers " + expected + ", found \"" +
                                            plain_text(type, 100) + "\"");
  }
}

void HttpWire::list(GitService service) {
  service_ = service;
  state_ = State::listing;
}

void HttpWire::write(std::string_view bytes) {
  if (state_ == State::answering) {
    // What is left of an answer is mostly its end, and a whole answer leaves its connection open.
    std::array<char, 1024> rest{};
    transfer_.edges.http.read(rest);
  }
  state_ = State::asking;
  const std::size_t bytes_max = service_ == GitService::upload_pack
                                    ? negotiation_bytes_max
                                    : transfer_.options.limits.push_bytes_max;
  if (body_.size() + bytes.size() > bytes_max) {
    throw Error(ErrorCode::limit_exceeded, "expected a request of at most " +
                                               std::to_string(bytes_max) +
                                               " bytes to the Git server, found more");
  }
  body_ += bytes;
}

std::size_t HttpWire::read(std::span<char> buffer) {
  static_cast<void>(transfer_.remaining());
  if (state_ == State::listing) {
    check_answer(open_refs(), "advertisement");
  } else if (state_ == State::asking) {
    check_answer(open_request(), "result");
  }
  state_ = State::answering;
  const std::size_t count = transfer_.edges.http.read(buffer);
  transfer_.moved.bytes += count;
  return count;
}

}  // namespace reconcile::sources
