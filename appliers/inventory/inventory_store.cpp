// The inventory in the cluster. One Secret while the payload fits into a shard; else the payload
// goes to Secrets named after its digest first, and the head that names them is written last, so a
// reader finds the old inventory or the new one. Tests:
// test/appliers/inventory/inventory_store_test.cpp.
#include <algorithm>
#include <cctype>

#include "reconcile/appliers/found_inventories.hpp"
#include "reconcile/appliers/inventory.hpp"
#include "reconcile/model/digest.hpp"
#include "reconcile/model/error.hpp"
#include "reconcile/model/json.hpp"

namespace reconcile::appliers {

namespace {

constexpr std::size_t name_part_max = 60;
constexpr std::size_t shards_max = 128;  // 64 MiB
const model::Gvk secret_gvk{"", "v1", "Secret"};

/// A part of a Secret's name: lower case, at most 60 bytes, nothing that DNS forbids.
std::string name_part(std::string_view text) {
  std::string out;
  for (const char c : text.substr(0, name_part_max)) {
    const auto byte = static_cast<unsigned char>(c);
    out += std::isalnum(byte) != 0 ? static_cast<char>(std::tolower(byte)) : '-';
  }
  return out;
}

std::string name_of(const UnitKey& unit) {
  const std::string hash = model::sha256_hex(unit.display()).substr(0, 10);
  return "reconcile-inventory-" + name_part(to_string(unit.kind)) + '-' +
         name_part(unit.namespace_name) + '-' + name_part(unit.name) + '-' + hash;
}

struct SecretText {
  std::string name;
  std::string namespace_name;
  std::string unit;
  std::string resource_version;  // empty: none is named
  std::vector<std::pair<std::string, std::string>> data;
};

std::string write_secret(const SecretText& secret) {
  std::string out = R"({"apiVersion":"v1","kind":"Secret","metadata":{"name":)";
  model::write_json_string(secret.name, out);
  out += R"(,"namespace":)";
  model::write_json_string(secret.namespace_name, out);
  if (!secret.resource_version.empty()) {
    out += R"(,"resourceVersion":)";
    model::write_json_string(secret.resource_version, out);
  }
  out += R"(,"labels":{"app.kubernetes.io/managed-by":"reconcile"})";
  out += R"(,"annotations":{"reconcile.dev/unit":)";
  model::write_json_string(secret.unit, out);
  out += R"(}},"type":")" + std::string(inventory_secret_type) + R"(","data":{)";
  for (const auto& [key, value] : secret.data) {
    if (out.back() != '{') out += ',';
    model::write_json_string(key, out);
    out += ":\"" + model::base64_encode(value) + '"';
  }
  return out + "}}";
}

std::vector<std::string> split_lines(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    if (end > begin) lines.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return lines;
}

ClusterRequest secret_request(Verb verb, const std::string& namespace_name, const std::string& name,
                              std::string body = {}) {
  ClusterRequest request;
  request.verb = verb;
  request.gvk = secret_gvk;
  request.namespace_name = namespace_name;
  request.name = name;
  request.body = std::move(body);
  request.field_manager = "reconcile";
  return request;
}

}  // namespace

InventoryStore::InventoryStore(ClusterPort& port, UnitKey unit, InventoryStoreOptions options)
    : port_(port),
      unit_(std::move(unit)),
      options_(std::move(options)),
      secret_name_(name_of(unit_)) {
}

std::string InventoryStore::read_payload(const model::Document& head, Stored& stored) {
  const model::Value data = head["data"];
  if (data.contains("inventory")) return model::base64_decode(data["inventory"].text());
  stored.shards = split_lines(model::base64_decode(data["shards"].text()));
  if (stored.shards.empty() || stored.shards.size() > shards_max)
    throw model::Error(model::ErrorCode::invalid_input,
                       "Secret/" + options_.namespace_name + '/' + secret_name_ +
                           ": expected data.inventory or 1 to 128 data.shards, found " +
                           std::to_string(stored.shards.size()));
  std::string payload;
  for (const std::string& name : stored.shards) {
    const ClusterAnswer answer = get(name);
    if (!answer.ok()) throw error_of(answer, "read inventory Secret " + name);
    payload += model::base64_decode(answer.object["data"]["inventory"].text());
  }
  return payload;
}

ClusterAnswer InventoryStore::get(const std::string& name) {
  if (options_.found != nullptr)
    if (std::optional<ClusterAnswer> found = options_.found->take(name)) return std::move(*found);
  return send(port_, secret_request(Verb::get, options_.namespace_name, name));
}

const InventoryStore::Stored& InventoryStore::read() {
  if (stored_) return *stored_;
  const ClusterAnswer answer = get(secret_name_);
  Stored stored;
  if (answer.ok()) {
    stored.payload = read_payload(answer.object, stored);
    stored.digest = decode_inventory(unit_, stored.payload).digest();
    stored.resource_version = answer.object["metadata"]["resourceVersion"].text();
  } else if (answer.code != 404) {
    throw error_of(answer, "read inventory Secret " + secret_name_);
  }
  stored_ = std::move(stored);
  return *stored_;
}

Inventory InventoryStore::load() {
  const Stored& stored = read();
  return stored.payload.empty() ? Inventory() : decode_inventory(unit_, stored.payload);
}

bool InventoryStore::holds(model::Hash128 digest) {
  return read().digest == digest;
}

std::vector<std::string> InventoryStore::write_shards(const std::string& payload) {
  const std::string digest = model::sha256_hex(payload).substr(0, 10);
  std::vector<std::string> names;
  for (std::size_t begin = 0; begin < payload.size(); begin += options_.shard_bytes_max) {
    const std::string name = secret_name_ + '-' + digest + '-' + std::to_string(names.size());
    const std::string body =
        write_secret({name,
                      options_.namespace_name,
                      unit_.display(),
                      {},
                      {{"inventory", payload.substr(begin, options_.shard_bytes_max)}}});
    const ClusterAnswer answer =
        send(port_, secret_request(Verb::create, options_.namespace_name, name, body));
    // The name is the content's digest: one that is there already is the right one.
    if (!answer.ok() && answer.code != 409)
      throw error_of(answer, "write inventory Secret " + name);
    names.push_back(name);
    ++writes_;
  }
  return names;
}

void InventoryStore::write_head(const std::string& body, Stored& next) {
  const Verb verb = stored_->resource_version.empty() ? Verb::create : Verb::replace;
  stored_.reset();  // Until it is answered nobody knows what is there.
  const ClusterAnswer answer =
      send(port_, secret_request(verb, options_.namespace_name, secret_name_, body));
  if (!answer.ok()) {
    model::Error error = error_of(answer, "write inventory Secret " + secret_name_);
    if (verb == Verb::replace && answer.code == 404)
      throw model::Error(model::ErrorCode::conflict, error.message());
    throw error;
  }
  ++writes_;
  next.resource_version = answer.object["metadata"]["resourceVersion"].text();
}

void InventoryStore::save(const Inventory& inventory) {
  const model::Hash128 digest = inventory.digest();
  if (holds(digest)) return;
  std::string payload = encode_inventory(unit_, inventory);
  if (payload.size() > options_.shard_bytes_max * shards_max)
    throw model::Error(model::ErrorCode::limit_exceeded,
                       "inventory of " + unit_.display() + " needs more than 128 Secrets");
  Stored next;
  next.digest = digest;
  SecretText head{
      secret_name_, options_.namespace_name, unit_.display(), stored_->resource_version, {}};
  if (payload.size() <= options_.shard_bytes_max) {
    head.data = {{"inventory", payload}};
  } else {
    next.shards = write_shards(payload);
    std::string names;
    for (const std::string& name : next.shards) names += name + '\n';
    head.data = {{"shards", names}};
  }
  std::vector<std::string> obsolete;
  for (const std::string& name : stored_->shards)
    if (std::find(next.shards.begin(), next.shards.end(), name) == next.shards.end())
      obsolete.push_back(name);
  write_head(write_secret(head), next);
  next.payload = std::move(payload);
  stored_ = std::move(next);
  remove_secrets(obsolete);
}

void InventoryStore::remove() {
  read();
  std::vector<std::string> names{secret_name_};
  names.insert(names.end(), stored_->shards.begin(), stored_->shards.end());
  if (!stored_->resource_version.empty()) remove_secrets(names);
  stored_.reset();
}

void InventoryStore::remove_secrets(const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    const ClusterAnswer answer =
        send(port_, secret_request(Verb::remove, options_.namespace_name, name));
    if (!answer.ok() && answer.code != 404)
      throw error_of(answer, "remove inventory Secret " + name);
  }
}

}  // namespace reconcile::appliers
