#include "test/integration/cluster.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>

#include "reconcile/kube/client.hpp"
#include "reconcile/model/error.hpp"
#include "reconcile/model/json.hpp"
#include "reconcile/model/yaml.hpp"
#include "test/support/patience.hpp"

namespace reconcile::test {
namespace {

constexpr std::chrono::milliseconds poll_interval(20);

std::string file_text(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string cluster_directory() {
  const char* path = std::getenv("RECONCILE_TEST_CLUSTER");
  if (path == nullptr) {
    throw std::runtime_error(
        "expected the folder of a control plane (test/cluster/up) in RECONCILE_TEST_CLUSTER");
  }
  return std::filesystem::absolute(path).string();
}

/// The number behind `key` in a file of lines "KEY NUMBER" or "KEY=NUMBER".
int number_of(const std::string& path, const std::string& key) {
  std::ifstream file(path);
  int number = 0;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with(key)) number = std::stoi(line.substr(key.size() + 1));
  }
  return number;
}

}  // namespace

const model::Gvk config_map_kind{"", "v1", "ConfigMap"};
const model::Gvk deployment_kind{"apps", "v1", "Deployment"};
const model::Gvk namespace_kind{"", "v1", "Namespace"};
const model::Gvk git_repository_kind{"source.toolkit.fluxcd.io", "v1", "GitRepository"};
const model::Gvk kustomization_kind{"kustomize.toolkit.fluxcd.io", "v1", "Kustomization"};
const model::Gvk helm_release_kind{"helm.toolkit.fluxcd.io", "v2", "HelmRelease"};

bool eventually(const std::function<bool()>& holds, std::chrono::milliseconds limit) {
  const auto end = std::chrono::steady_clock::now() + limit * patience();
  while (!holds()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(poll_interval);
  }
  return true;
}

struct Cluster::Impl {
  explicit Impl(const std::string& directory)
      : client(executor, http, kube::load_kubeconfig({directory + "/kubeconfig"})) {}
  io::Executor executor{{.workers = 2}};
  io::HttpClient http{executor};
  kube::Client client;
};

Cluster& Cluster::instance() {
  static Cluster cluster(cluster_directory());
  return cluster;
}

Cluster::Cluster(std::string directory)
    : directory_(std::move(directory)), impl_(std::make_unique<Impl>(directory_)) {
  for (const auto& file :
       std::filesystem::directory_iterator(RECONCILE_SOURCE_DIR "/deploy/crds")) {
    if (file.path().filename() != "kustomization.yaml") apply(file_text(file.path().string()));
  }
  const bool served = eventually([this] {
    impl_->client.invalidate_discovery();
    return impl_->client.resource(helm_release_kind) &&
           impl_->client.resource(kustomization_kind) &&
           impl_->client.resource(git_repository_kind);
  });
  if (!served) throw std::runtime_error("the kinds of deploy/crds are not served");
}

Cluster::~Cluster() = default;

std::string Cluster::agent_kubeconfig_at(std::uint16_t port) const {
  std::string text = file_text(agent_kubeconfig());
  const std::string own = ":" + std::to_string(server_port());
  return text.replace(text.find(own), own.size(), ":" + std::to_string(port));
}

kube::Client& Cluster::client() noexcept {
  return impl_->client;
}

int Cluster::pid_of(const std::string& program) const {
  return number_of(directory_ + "/pids", program);
}

std::uint16_t Cluster::server_port() const {
  return static_cast<std::uint16_t>(number_of(directory_ + "/ports", "apiserver_port"));
}

void Cluster::start_again() const {
  const std::string command =
      RECONCILE_SOURCE_DIR "/test/cluster/up '" + directory_ + "' >/dev/null 2>&1";
  if (std::system(command.c_str()) != 0) throw std::runtime_error("test/cluster/up failed");
}

void Cluster::apply(const std::string& yaml) {
  for (const model::Document& document : model::parse_yaml_stream(yaml)) {
    const model::Object object(document);
    if (!impl_->client.resource(object.gvk())) impl_->client.invalidate_discovery();
    impl_->client.send(kube::Request::apply(object, "test"))
        .require_ok("applying " + object.id().display());
  }
}

model::Document Cluster::get(const model::Gvk& gvk, const std::string& space,
                             const std::string& name) {
  const kube::Response response = impl_->client.send(kube::Request::get(gvk, space, name));
  if (response.status.not_found()) return {};
  response.require_ok("reading " + gvk.kind + "/" + space + "/" + name);
  return response.document();
}

std::vector<model::Document> Cluster::list(const model::Gvk& gvk, const std::string& space,
                                           const std::string& label_selector) {
  std::vector<model::Document> found;
  impl_->client.list(
      {gvk, space, label_selector, ""},
      [&](const model::Document& object, std::string_view) { found.push_back(object); });
  return found;
}

void Cluster::patch(const model::Gvk& gvk, const std::string& space, const std::string& name,
                    const std::string& json) {
  impl_->client
      .send(kube::Request::patch(kube::Verb::merge_patch, gvk, space, name, json, "somebody"))
      .require_ok("patching " + gvk.kind + "/" + space + "/" + name);
}

void Cluster::remove(const model::Gvk& gvk, const std::string& space, const std::string& name) {
  impl_->client.send(kube::Request::remove(gvk, space, name));
}

void Cluster::remove_and_wait(const model::Gvk& gvk, const std::string& space,
                              const std::string& name) {
  remove(gvk, space, name);
  if (!eventually([&] { return !exists(gvk, space, name); }, std::chrono::seconds(60))) {
    throw std::runtime_error(gvk.kind + "/" + space + "/" + name + " is not gone after 60 s");
  }
}

std::vector<model::Gvk> Cluster::kinds() {
  impl_->client.invalidate_discovery();
  std::vector<model::Gvk> found;
  for (const kube::ApiResource& resource : impl_->client.resources()->all()) {
    if (resource.allows("list") && resource.allows("delete")) found.push_back(resource.gvk);
  }
  return found;
}

std::vector<model::Document> Cluster::labelled(const std::string& label_selector) {
  std::vector<model::Document> found;
  for (const model::Gvk& gvk : kinds()) {
    for (model::Document& object : list(gvk, "", label_selector)) {
      found.push_back(std::move(object));
    }
  }
  return found;
}

AuditCount::AuditCount(std::string user)
    : user_(std::move(user)), path_(Cluster::instance().directory() + "/audit.log") {
  offset_ = std::filesystem::file_size(path_);
}

void AuditCount::read() {
  std::ifstream log(path_, std::ios::binary);
  log.seekg(static_cast<std::streamoff>(offset_));
  for (std::string line; std::getline(log, line);) {
    if (log.eof()) return;  // a line that is still being written
    offset_ += line.size() + 1;
    if (line.find("\"" + user_ + "\"") == std::string::npos) continue;
    model::Document event;
    try {
      event = model::parse_json(line);
    } catch (const model::Error&) {
      continue;  // the rest of a line that was cut by the start of the count
    }
    if (event["user"]["username"].text() != user_) continue;
    const std::string verb(event["verb"].text());
    const bool ends = event["stage"].text() == "ResponseComplete";
    if (ends == (verb == "watch")) continue;
    const std::string_view started = event["requestReceivedTimestamp"].text();
    ++by_second_[std::string(started.substr(0, 19))];
    if (verb == "watch") continue;
    const std::string_view resource = event["objectRef"]["resource"].text();
    const std::string_view path = event["requestURI"].text();
    // Who leads costs requests with and without passes.
    if (resource == "leases") continue;
    if (event["responseStatus"]["code"].integer() == 429) ++refused_;
    ++counts_[verb + " " + std::string(resource.empty() ? path : resource)];
  }
}

std::map<std::string, std::size_t> AuditCount::requests() {
  read();
  return counts_;
}

std::size_t AuditCount::total() {
  std::size_t sum = 0;
  for (const auto& [what, count] : requests()) sum += count;
  return sum;
}

std::size_t AuditCount::refused() {
  read();
  return refused_;
}

std::size_t AuditCount::busiest_second() {
  read();
  std::size_t most = 0;
  for (const auto& [second, count] : by_second_) most = std::max(most, count);
  return most;
}

std::string AuditCount::text() {
  std::string lines;
  for (const auto& [what, count] : requests()) {
    lines += std::to_string(count) + " " + what + "\n";
  }
  return lines;
}

}  // namespace reconcile::test
