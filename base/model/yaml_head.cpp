// Heads of manifests: a chart's render is read only for what it is called, so most of each document
// is checked by the scanner and the parser, as it has to be, and built by nobody. What could fail
// or count later than there (anchors, tags, odd keys, numbers that JSON lacks) is left to a full
// read. Tests: test/model/yaml_head_test.cpp.
#include <algorithm>
#include <vector>

#include "base/model/yaml_builder.hpp"
#include "base/model/yaml_event.hpp"
#include "base/model/yaml_quick_source.hpp"
#include "reconcile/model/yaml.hpp"

namespace reconcile::model {

namespace {

constexpr std::size_t skipped_depth_max = 500;
constexpr std::size_t skipped_nodes_max = 1'000'000;

/// Thrown where only a full read can tell.
struct Unusual {};

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

bool same_ascii(std::string_view left, std::string_view right) {
  return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                    [](char a, char b) { return lower(a) == lower(b); });
}

/// Whether a key surely is a string, or becomes one without complaint.
bool is_ordinary_key(const YamlEvent& event) {
  if (event.type != YamlEventType::scalar || !event.anchor.empty() || !event.tag.empty()) {
    return false;
  }
  if (!event.plain_implicit) return true;
  if (event.value.empty() || same_ascii(event.value, "null")) return false;
  const char first = lower(event.value[0]);
  return (first >= 'a' && first <= 'z') || first == '_' || first == '/';
}

/// Whether a plain scalar may be one of the numbers without an end, or none: ".inf", "-.Inf".
bool may_be_unbounded(const YamlEvent& event) {
  std::string_view text = event.value;
  if (!event.plain_implicit || text.size() < 4 || text.size() > 5) return false;
  if (text[0] == '+' || text[0] == '-') text.remove_prefix(1);
  return text[0] == '.' && (lower(text[1]) == 'i' || lower(text[1]) == 'n');
}

/// The events of a document, with a null for each value of the root map whose key is not kept.
class HeadSource final : public YamlEventSource {
 public:
  HeadSource(YamlEventSource& events, std::span<const std::string_view> kept)
      : events_(events), kept_(kept) {
    null_.type = YamlEventType::scalar;
    null_.style = Style::plain;
    null_.plain_implicit = true;
    null_.value = "~";
  }

  const YamlEvent& next() override {
    if (skips_value_) {
      skips_value_ = false;
      skip_value();
      return null_;
    }
    const YamlEvent& event = events_.next();
    if (depth_ == 1 && is_map_ && at_key_ && is_ordinary_key(event)) {
      at_key_ = false;
      null_.line = event.line;
      skips_value_ = std::none_of(kept_.begin(), kept_.end(), [&](std::string_view name) {
        return same_ascii(name, event.value);
      });
      if (skips_value_) at_key_ = true;
      return event;
    }
    pass(event);
    return event;
  }

 private:
  /// Notes what an event that is handed on means for the place in the root map.
  void pass(const YamlEvent& event) {
    switch (event.type) {
      case YamlEventType::list_start:
      case YamlEventType::map_start:
        if (depth_ == 0) is_map_ = at_key_ = event.type == YamlEventType::map_start;
        ++depth_;
        return;
      case YamlEventType::list_end:
      case YamlEventType::map_end:
        --depth_;
        break;
      default:
        break;
    }
    // One child of the root has ended: a key or its value.
    if (depth_ == 1) at_key_ = !at_key_;
  }

  void skip_value() {
    // Of each open collection: whether it is a map whose next child is a key.
    open_.clear();
    do {
      const YamlEvent& event = events_.next();
      if (event.type == YamlEventType::list_end || event.type == YamlEventType::map_end) {
        open_.pop_back();
      } else {
        skip_node(event);
      }
    } while (!open_.empty());
  }

  void skip_node(const YamlEvent& event) {
    const bool is_key = !open_.empty() && open_.back() == Place::key;
    if (is_key && !is_ordinary_key(event)) throw Unusual();
    if (!open_.empty() && open_.back() != Place::item) {
      open_.back() = is_key ? Place::value : Place::key;
    }
    const bool is_scalar = event.type == YamlEventType::scalar;
    const bool plain = event.anchor.empty() && event.tag.empty();
    if (!plain || event.type == YamlEventType::alias || ++nodes_ > skipped_nodes_max ||
        (is_scalar && may_be_unbounded(event))) {
      throw Unusual();
    }
    if (is_scalar) return;
    open_.push_back(event.type == YamlEventType::map_start ? Place::key : Place::item);
    if (open_.size() > skipped_depth_max) throw Unusual();
  }

  enum class Place : std::uint8_t { item, key, value };

  YamlEventSource& events_;
  std::span<const std::string_view> kept_;
  YamlEvent null_;
  std::size_t depth_ = 0;
  std::size_t nodes_ = 0;
  bool is_map_ = false;
  bool at_key_ = false;
  bool skips_value_ = false;
  std::vector<Place> open_;
};

}  // namespace

Document parse_yaml_head(std::string_view text, std::span<const std::string_view> kept) {
  const YamlOptions options;
  if (text.size() > options.limits.bytes_max) return parse_yaml(text);
  try {
    const auto events = make_yaml_source(text, options.dialect);
    if (events->next().type == YamlEventType::stream_end) return parse_yaml(text);
    HeadSource head(*events, kept);
    auto arena = std::make_shared<Arena>();
    Node* const root = arena->new_node();
    *root = YamlBuilder(head, options, *arena).build_document();
    return {std::move(arena), Value(root)};
  } catch (const Unusual&) {
    return parse_yaml(text);
  }
}

}  // namespace reconcile::model
