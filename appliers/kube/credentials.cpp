#include "appliers/kube/credentials.hpp"

#include <fstream>
#include <mutex>

#include "reconcile/io/certificate_pair.hpp"
#include "reconcile/model/error.hpp"

namespace reconcile::kube {
namespace {

using model::Error;
using model::ErrorCode;

constexpr std::size_t file_bytes_max = 1U << 20U;
/// A credential is replaced this long before it expires: requests take time.
constexpr std::chrono::seconds expiry_margin{10};
constexpr std::chrono::seconds certificate_interval{60};

std::string trimmed(std::string text) {
  text.erase(text.find_last_not_of(" \t\r\n") + 1);
  text.erase(0, std::min(text.find_first_not_of(" \t\r\n"), text.size()));
  return text;
}

class FixedCredential : public CredentialSource {
 public:
  explicit FixedCredential(Credential credential) : credential_(std::move(credential)) {}
  Credential current() override { return credential_; }

 private:
  const Credential credential_;
};

class TokenFile : public CredentialSource {
 public:
  TokenFile(std::string path, std::chrono::seconds interval, const model::Clock& clock)
      : path_(std::move(path)), interval_(interval), clock_(clock) {}

  Credential current() override {
    const std::lock_guard lock(mutex_);
    const auto now = clock_.steady_now();
    if (!token_.empty() && now - read_at_ < interval_) return with_token();
    try {
      std::string token = trimmed(read_small_file(path_, "the token file"));
      if (token.empty())
        throw Error(ErrorCode::unauthorized, "the token file " + path_ + " is empty");
      token_ = std::move(token);
      read_at_ = now;
    } catch (const Error&) {
      // While the file is being replaced the old token is the best there is.
      if (token_.empty()) throw;
    }
    return with_token();
  }

  void invalidate() override {
    const std::lock_guard lock(mutex_);
    read_at_ = clock_.steady_now() - interval_;
  }

 private:
  [[nodiscard]] Credential with_token() const {
    Credential credential;
    credential.token = token_;
    return credential;
  }

  const std::string path_;
  const std::chrono::seconds interval_;
  const model::Clock& clock_;
  std::mutex mutex_;
  std::string token_;
  model::SteadyTime read_at_;
};

class PluginCredential : public CredentialSource {
 public:
  PluginCredential(CredentialPlugin plugin, ExecCommand command, const model::Clock& clock)
      : plugin_(std::move(plugin)), command_(std::move(command)), clock_(clock) {}

  Credential current() override {
    const std::lock_guard lock(mutex_);
    const bool expired =
        cached_ && cached_->expires && clock_.wall_now() + expiry_margin >= *cached_->expires;
    if (!cached_ || expired) cached_ = plugin_(command_);
    return cached_->credential;
  }

  void invalidate() override {
    const std::lock_guard lock(mutex_);
    cached_.reset();
  }

 private:
  const CredentialPlugin plugin_;
  const ExecCommand command_;
  const model::Clock& clock_;
  std::mutex mutex_;
  std::optional<ExecCredential> cached_;
};

class WithCertificate : public CredentialSource {
 public:
  WithCertificate(std::shared_ptr<CredentialSource> inner, ClientCertificate certificate,
                  const model::Clock& clock)
      : inner_(std::move(inner)),
        certificate_(std::move(certificate)),
        clock_(clock),
        read_at_(clock.steady_now()) {}

  Credential current() override {
    Credential credential = inner_->current();
    if (!credential.client_cert_pem.empty()) return credential;
    const std::lock_guard lock(mutex_);
    if (clock_.steady_now() - read_at_ >= certificate_interval) read_again();
    credential.client_cert_pem = certificate_.cert_pem;
    credential.client_key_pem = certificate_.key_pem;
    return credential;
  }

  void invalidate() override {
    inner_->invalidate();
    const std::lock_guard lock(mutex_);
    read_at_ = clock_.steady_now() - certificate_interval;
  }

 private:
  // The two files are replaced one after the other: until they fit, each request looks again.
  void read_again() {
    const std::string& cert_file = certificate_.cert_file;
    const std::string& key_file = certificate_.key_file;
    try {
      std::string cert =
          cert_file.empty() ? certificate_.cert_pem : read_small_file(cert_file, "the certificate");
      std::string key =
          key_file.empty() ? certificate_.key_pem : read_small_file(key_file, "the key");
      const bool is_new = cert != certificate_.cert_pem || key != certificate_.key_pem;
      if (is_new && !io::is_certificate_pair(cert, key)) return;
      certificate_.cert_pem = std::move(cert);
      certificate_.key_pem = std::move(key);
      read_at_ = clock_.steady_now();
    } catch (const Error&) {  // While it is being replaced the last one is the best there is.
    }
  }

  const std::shared_ptr<CredentialSource> inner_;
  ClientCertificate certificate_;
  const model::Clock& clock_;
  std::mutex mutex_;
  model::SteadyTime read_at_;
};

}  // namespace

std::string read_small_file(const std::string& path, std::string_view what) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw Error(ErrorCode::not_found, std::string(what) + " " + path + " cannot be read");
  std::string text;
  char buffer[4096];
  while (in.read(buffer, sizeof buffer), in.gcount() > 0) {
    text.append(buffer, static_cast<std::size_t>(in.gcount()));
    if (text.size() > file_bytes_max) {
      throw Error(ErrorCode::limit_exceeded,
                  std::string(what) + " " + path + " is larger than 1 MiB");
    }
  }
  return text;
}

std::shared_ptr<CredentialSource> fixed_credential(Credential credential) {
  return std::make_shared<FixedCredential>(std::move(credential));
}

std::shared_ptr<CredentialSource> token_file(std::string path, std::chrono::seconds interval,
                                             const model::Clock& clock) {
  return std::make_shared<TokenFile>(std::move(path), interval, clock);
}

std::shared_ptr<CredentialSource> plugin_credential(CredentialPlugin plugin, ExecCommand command,
                                                    const model::Clock& clock) {
  return std::make_shared<PluginCredential>(std::move(plugin), std::move(command), clock);
}

std::shared_ptr<CredentialSource> with_certificate(std::shared_ptr<CredentialSource> inner,
                                                   ClientCertificate certificate,
                                                   const model::Clock& clock) {
  if (certificate.cert_pem.empty()) return inner;
  return std::make_shared<WithCertificate>(std::move(inner), std::move(certificate), clock);
}

}  // namespace reconcile::kube
