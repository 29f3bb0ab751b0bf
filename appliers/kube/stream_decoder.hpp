#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace reconcile::kube {

/// Follows JSON text from outside: how deep the next byte stands and whether it is inside a string.
/// Checks nothing: each piece that is cut out goes through a real parser.
class JsonDepth {
 public:
  /// Takes one byte.
  void take(char c) noexcept {
    if (in_string_) {
      if (escaped_) {
        escaped_ = false;
      } else if (c == '\\') {
        escaped_ = true;
      } else if (c == '"') {
        in_string_ = false;
      }
    } else if (c == '"') {
      in_string_ = true;
    } else if (c == '{' || c == '[') {
      ++depth_;
    } else if (c == '}' || c == ']') {
      --depth_;
    }
  }
  /// How many of the next bytes change nothing, so that they need not be taken.
  [[nodiscard]] std::size_t skip(std::string_view bytes) const noexcept;
  [[nodiscard]] int depth() const noexcept { return depth_; }
  [[nodiscard]] bool in_string() const noexcept { return in_string_; }

 private:
  int depth_ = 0;
  bool in_string_ = false;
  bool escaped_ = false;
};

/// Cuts a Kubernetes list, as it comes in, into its items and the envelope around them. Memory is
/// one item. (Tests: list_decoder cases of stream_decoder_test.cpp.)
class ListDecoder {
 public:
  using Item = std::function<void(std::string_view raw)>;

  ListDecoder(Item item, std::size_t item_bytes_max)
      : item_(std::move(item)), item_bytes_max_(item_bytes_max) {}

  /// Throws Error(limit_exceeded), and what the item callback throws.
  void feed(std::string_view bytes);
  /// The list without its items: `{"kind":…,"metadata":{…},"items":[]}`.
  [[nodiscard]] const std::string& envelope() const noexcept { return envelope_; }
  /// Whether the outermost value is complete.
  [[nodiscard]] bool complete() const noexcept { return begun_ && scan_.depth() == 0; }

 private:
  std::size_t feed_envelope(std::string_view bytes);
  std::size_t feed_items(std::string_view bytes);

  Item item_;
  const std::size_t item_bytes_max_;
  JsonDepth scan_;
  std::string envelope_;
  std::string current_;    ///< the item that is not complete yet
  std::string last_text_;  ///< the last string at depth 1, to know the key "items"
  char last_mark_ = 0;     ///< the last structural byte at depth 1
  bool begun_ = false;
  bool in_items_ = false;
};

/// Cuts a watch's answer into its events.
class EventDecoder {
 public:
  using Event = std::function<void(std::string_view raw)>;

  EventDecoder(Event event, std::size_t event_bytes_max)
      : event_(std::move(event)), event_bytes_max_(event_bytes_max) {}

  /// Throws as ListDecoder::feed.
  void feed(std::string_view bytes);

 private:
  Event event_;
  const std::size_t event_bytes_max_;
  JsonDepth scan_;
  std::string current_;
};

/// `{"type":"ADDED","object":{…}}` cut without parsing; both empty where the text is something
/// else.
struct EventText {
  std::string_view type;
  std::string_view object;
};
EventText split_event(std::string_view raw);

}  // namespace reconcile::kube
