// A live object folded into 72 bytes. What is hashed are the values at our paths (texts as they
// are, all else as canonical JSON), in the order of our trie, so two objects with one entry are
// compared value by value. Tests: test/diff/fingerprint_test.cpp.
#include "reconcile/diff/fingerprint.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <numeric>

#include "diff/left_places.hpp"
#include "diff/trie_walk.hpp"
#include "reconcile/diff/empty_lists.hpp"
#include "reconcile/model/json.hpp"

namespace reconcile::diff {

namespace {

constexpr char absent_mark = '\x01';
constexpr char node_mark = '\x02';
constexpr char shared_mark = '\x03';
constexpr char order_mark = '\x04';
constexpr char gone_mark = '\x05';
constexpr char text_mark = '\x06';
constexpr std::size_t usual_bytes = 8192;  ///< of what is hashed of an object

void append_text(std::string_view text, std::string& out) {
  out += text_mark;
  const std::uint64_t size = text.size();
  out.append(reinterpret_cast<const char*>(&size), sizeof size);
  out += text;
}

/// A trie as the server writes it, its keys sorted at each level; false where they are not.
bool append_sorted(model::Value trie, std::size_t depth, std::string& out) {
  if (depth > trie_depth_max) return false;
  std::string_view last;
  for (std::size_t i = 0; i < trie.size(); ++i) {
    const std::string_view key = trie.key_at(i);
    if (i > 0 && key <= last) return false;
    last = key;
    append_text(key, out);
    if (!append_sorted(trie.value_at(i), depth + 1, out)) return false;
  }
  out += node_mark;
  return true;
}

void append_trie(model::Value trie, std::string& out) {
  const std::size_t begin = out.size();
  if (append_sorted(trie, 0, out)) return;
  out.resize(begin);
  model::write_json(trie, out, model::canonical_json);
}

bool is_secret(model::Value object) {
  return object["kind"].text() == "Secret" && object["apiVersion"].text() == "v1";
}

model::Hash128 digest(std::string_view bytes, bool secret, std::string_view key) {
  if (!secret) return model::fast_hash(bytes);
  static const std::string random_key = model::random_bytes(32);
  const std::string mac =
      model::hmac_sha256(key.empty() ? std::string_view(random_key) : key, bytes);
  model::Hash128 hash;
  std::memcpy(&hash.high, mac.data(), sizeof hash.high);
  std::memcpy(&hash.low, mac.data() + sizeof hash.high, sizeof hash.low);
  return hash;
}

/// Appends the values that our entry owns to a buffer.
class ValueSink {
 public:
  ValueSink(std::vector<ManagedEntry> others, std::string& out)
      : others_(std::move(others)), out_(out) {}

  void on_field(const RawPath& path, model::Value trie, model::Value live) {
    if (!live.present()) {
      out_ += absent_mark;
    } else if (!is_leaf(trie)) {
      out_ += node_mark;
      out_ += static_cast<char>('0' + static_cast<int>(live.kind()));
    } else if (live.size() > 0 && is_shared(path)) {
      // An empty map of ours that others fill: its content is theirs.
      out_ += shared_mark;
    } else if (live.is_string()) {
      append_text(live.text(), out_);
    } else {
      model::write_json(live, out_, model::canonical_json);
    }
    out_ += '\n';
  }

  /// An empty structure that goes is a difference, although what we own in it was absent before.
  void on_gone() { out_ += gone_mark; }

  void on_order(const std::vector<std::size_t>& positions) {
    std::vector<std::size_t> order(positions.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(),
              [&](std::size_t a, std::size_t b) { return positions[a] < positions[b]; });
    out_ += order_mark;
    for (const std::size_t item : order) {
      char digits[24];
      const auto end = std::to_chars(digits, digits + sizeof digits, item).ptr;
      out_.append(digits, end);
      out_ += ' ';
    }
    out_ += '\n';
  }

 private:
  [[nodiscard]] bool is_shared(const RawPath& path) const {
    return std::any_of(others_.begin(), others_.end(), [&](const ManagedEntry& entry) {
      model::Value trie = entry.fields;
      for (const std::string_view key : path) trie = trie[key];
      return trie.present() && !is_leaf(trie);
    });
  }

  std::vector<ManagedEntry> others_;
  std::string& out_;
};

bool equal_word(std::string_view text, std::string_view word) {
  return std::equal(text.begin(), text.end(), word.begin(), word.end(), [](char a, char b) {
    return (a >= 'A' && a <= 'Z' ? static_cast<char>(a - 'A' + 'a') : a) == b;
  });
}

struct FlagRule {
  std::string_view key;
  std::string_view value;  // lower case
  ManagementFlag flag;
};
constexpr FlagRule flag_rules[] = {
    {"kustomize.toolkit.fluxcd.io/reconcile", "disabled", reconcile_disabled},
    {"kustomize.toolkit.fluxcd.io/ssa", "ignore", ssa_ignore},
    {"kustomize.toolkit.fluxcd.io/ssa", "ifnotpresent", ssa_if_not_present},
    {"kustomize.toolkit.fluxcd.io/ssa", "merge", ssa_merge},
    {"kustomize.toolkit.fluxcd.io/force", "enabled", force_enabled},
    {"kustomize.toolkit.fluxcd.io/prune", "disabled", prune_disabled},
};

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

bool parse_uuid(std::string_view text, Uid& uid) {
  if (text.size() != 36) return false;
  std::size_t nibble = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (i == 8 || i == 13 || i == 18 || i == 23) {
      if (text[i] != '-') return false;
      continue;
    }
    const int digit = hex_digit(text[i]);
    if (digit < 0) return false;
    std::uint8_t& byte = uid.bytes[nibble / 2];
    byte = static_cast<std::uint8_t>(nibble % 2 == 0 ? digit << 4 : byte | digit);
    ++nibble;
  }
  return true;
}

}  // namespace

Uid Uid::parse(std::string_view text) {
  Uid uid;
  if (text.empty() || parse_uuid(text, uid)) return uid;
  const model::Hash128 hash = model::fast_hash(text);
  std::memcpy(uid.bytes.data(), &hash.high, 8);
  std::memcpy(uid.bytes.data() + 8, &hash.low, 8);
  return uid;
}

std::string Uid::text() const {
  if (!present()) return {};
  const std::string hex = model::hex_encode({reinterpret_cast<const char*>(bytes.data()), 16});
  return hex.substr(0, 8) + '-' + hex.substr(8, 4) + '-' + hex.substr(12, 4) + '-' +
         hex.substr(16, 4) + '-' + hex.substr(20);
}

std::uint8_t management_flags(model::Value object) {
  const model::Value metadata = object["metadata"];
  const model::Value annotations = metadata["annotations"];
  const model::Value labels = metadata["labels"];
  std::uint8_t flags = 0;
  for (const FlagRule& rule : flag_rules)
    if (equal_word(annotations[rule.key].text(), rule.value) ||
        equal_word(labels[rule.key].text(), rule.value))
      flags = static_cast<std::uint8_t>(flags | rule.flag);
  for (const ManagedEntry& entry : managed_entries(object))
    if (claims_scale(entry)) flags = static_cast<std::uint8_t>(flags | replicas_handed_over);
  if (!metadata["deletionTimestamp"].is_null())
    flags = static_cast<std::uint8_t>(flags | terminating);
  return flags;
}

std::uint64_t resource_version(model::Value object) {
  const std::string_view text = object["metadata"]["resourceVersion"].text();
  std::uint64_t version = 0;
  std::from_chars(text.data(), text.data() + text.size(), version);
  return version;
}

Fingerprint fold(model::Value live, const FoldOptions& options) {
  Fingerprint result;
  const model::Value metadata = live["metadata"];
  result.resource_version = resource_version(live);
  result.generation = metadata["generation"].integer().value_or(0);
  result.uid = Uid::parse(metadata["uid"].text());
  result.flags = management_flags(live);

  std::vector<ManagedEntry> others;
  std::optional<ManagedEntry> own;
  for (const ManagedEntry& entry : managed_entries(live)) {
    if (claims_scale(entry) && entry.manager == autoscaler_manager) result.autoscaled = true;
    const bool is_own = entry.manager == options.manager && entry.operation == Operation::apply &&
                        entry.subresource.empty();
    if (is_own && !own)
      own = entry;
    else
      others.push_back(entry);
  }
  model::Value trie = own ? own->fields : model::Value();
  LeftFold left;
  if (!options.left.empty()) {
    left = fold_left(trie, live, options.left, options.manager);
    result.shares_fields = left.is_left;
    trie = left.trie.root();
  }
  if (!own) return result;
  std::string bytes;
  bytes.reserve(usual_bytes);
  bytes += own->api_version;
  bytes += '\n';
  append_trie(trie, bytes);
  result.entry = model::fast_hash(bytes);
  bytes.assign(left.bytes);
  ValueSink sink(std::move(others), bytes);
  RawPath path;
  walk_trie(trie, live, path, sink);
  fold_empty_lists(options.empty_lists, trie, live, bytes);
  result.values = digest(bytes, is_secret(live), options.secret_key);
  return result;
}

model::Hash128 desired_digest(model::Value desired, std::string_view json,
                              std::string_view secret_key) {
  return digest(json, is_secret(desired), secret_key);
}

}  // namespace reconcile::diff
