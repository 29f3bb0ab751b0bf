#include "engine/cli/webhook_flags.hpp"

#include <CLI/CLI.hpp>

#include "engine/cli/command_line.hpp"
#include "reconcile/model/error.hpp"

namespace reconcile::engine {

void add_webhook_flags(CLI::App& app, WebhookFlags& flags) {
  app.add_option("--webhook-listen-address", flags.address, "address of /hook/");
  app.add_option("--webhook-listen-port", flags.port,
                 "port of /hook/; nothing listens before there is a path to serve; 0 = any free "
                 "one, printed in the log");
  app.add_option("--webhook-token-file", flags.token_file,
                 "file with the token of a webhook for the root unit's repository; `reconcile "
                 "receiver path` prints its path; empty: Receiver objects only")
      ->envname("RECONCILE_WEBHOOK_TOKEN_FILE");
  app.add_option("--webhook-type", flags.type,
                 "how that webhook proves itself: " + webhook_type_names() +
                     "; github is for Gitea, Forgejo and Gogs too")
      ->envname("RECONCILE_WEBHOOK_TYPE");
}

ReceiverOptions webhook_options(const WebhookFlags& flags, const std::string& agent_namespace) {
  ReceiverOptions options;
  options.server.address = flags.address;
  options.server.port = flags.port;
  options.agent_namespace = agent_namespace;
  const std::optional<WebhookType> type = parse_webhook_type(flags.type);
  if (!type) {
    throw model::Error(model::ErrorCode::invalid_input, "expected one of " + webhook_type_names() +
                                                            " in --webhook-type, found \"" +
                                                            flags.type + "\"");
  }
  if (flags.token_file.empty()) return options;
  options.root = RootWebhook{[path = flags.token_file] { return read_webhook_token(path); }, *type};
  return options;
}

std::string read_webhook_token(const std::string& path) {
  std::string token = read_named_file(path);
  while (!token.empty() && (token.back() == '\n' || token.back() == '\r')) token.pop_back();
  if (token.empty()) {
    throw model::Error(model::ErrorCode::invalid_input,
                       "expected a token in the file, found nothing")
        .in_file(path);
  }
  return token;
}

}  // namespace reconcile::engine
