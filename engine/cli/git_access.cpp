#include "engine/cli/git_access.hpp"

#include <CLI/CLI.hpp>
#include <cctype>

#include "engine/cli/command_line.hpp"
#include "reconcile/io/log.hpp"

namespace reconcile::engine {
namespace {

/// "RECONCILE_KNOWN_HOSTS_FILE" for "known-hosts-file": a Deployment sets such flags by a
/// ConfigMap.
std::string environment_name(std::string flag) {
  for (char& c : flag) c = c == '-' ? '_' : static_cast<char>(std::toupper(c));
  return "RECONCILE_" + flag;
}

}  // namespace

void add_git_access_flags(CLI::App& app, GitAccessFlags& flags, const std::string& prefix,
                          const std::string& whose) {
  const auto add = [&](const std::string& name, std::string& value, const std::string& help) {
    app.add_option("--" + prefix + name, value, help)->envname(environment_name(prefix + name));
  };
  add("username", flags.username, "user for " + whose);
  add("password-file", flags.password_file, "file with the password for " + whose);
  add("token-file", flags.token_file, "file with a bearer token for " + whose);
  add("ca-file", flags.ca_file, "file with the CA of the server of " + whose);
  add("identity-file", flags.identity_file, "SSH: file with the private key for " + whose);
  add("known-hosts-file", flags.known_hosts_file, "SSH: known_hosts with the server's key");
}

std::string read_secret_file(const std::string& path) {
  std::string text = read_named_file(path);
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
  return text;
}

void read_git_access(const GitAccessFlags& flags, sources::GitOptions& options) {
  options.credentials.username = flags.username;
  if (!flags.password_file.empty())
    options.credentials.password = read_secret_file(flags.password_file);
  if (!flags.token_file.empty())
    options.credentials.bearer_token = read_secret_file(flags.token_file);
  if (!flags.ca_file.empty()) options.tls.ca_pem = read_named_file(flags.ca_file);
  if (!flags.identity_file.empty()) options.ssh.identity = read_named_file(flags.identity_file);
  if (!flags.known_hosts_file.empty()) {
    options.ssh.known_hosts = read_named_file(flags.known_hosts_file);
    options.ssh.origin = flags.known_hosts_file;
  }
  io::log().add_secret(options.credentials.password);
  io::log().add_secret(options.credentials.bearer_token);
}

}  // namespace reconcile::engine
