#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <vector>

#include "reconcile/model/error.hpp"
#include "reconcile/model/json.hpp"
#include "reconcile/model/yaml.hpp"
#include "renderers/kustomize/json_patch.hpp"

// Reading of JSON patches. kustomize 5.8.2 (json-patch v4.13.0) reads the values of a patch that is
// JSON no earlier than it needs them.

namespace reconcile::kustomize {

using model::Document;
using model::Error;
using model::ErrorCode;
using model::Value;

namespace {

/// Takes the place of numbers that no float64 holds until it is known whether they are used.
constexpr std::string_view placeholder = "1.7976931348623157e308";

// A walk over JSON text that is known to be right.
class JsonText {
 public:
  explicit JsonText(std::string_view text) : text_(text) {}

  // One value without blanks and with sorted keys, every scalar as it is written.
  std::string sorted_value() {
    const char first = peek();
    if (first == '{') {
      std::vector<std::pair<std::string, std::string>> members;
      for_each_member([&](std::string key) {
        std::erase_if(members, [&](const auto& member) { return member.first == key; });
        members.emplace_back(std::move(key), sorted_value());
      });
      std::sort(members.begin(), members.end());
      std::string text;
      for (const auto& [key, value] : members) {
        text += text.empty() ? "" : ",";
        model::write_json_string(key, text);
        text += ":" + value;
      }
      return "{" + text + "}";
    }
    if (first != '[') return std::string(scalar());
    std::string text;
    for_each_item([&] {
      text += text.empty() ? "" : ",";
      text += sorted_value();
    });
    return "[" + text + "]";
  }

  template <class Visit>
  void for_each_member(const Visit& visit) {
    take('{');
    while (peek() != '}') {
      const Document key = model::parse_json(scalar());
      take(':');
      visit(std::string(key.root().text()));
      if (peek() == ',') take(',');
    }
    take('}');
  }

  template <class Visit>
  void for_each_item(const Visit& visit) {
    take('[');
    while (peek() != ']') {
      visit();
      if (peek() == ',') take(',');
    }
    take(']');
  }

  // A string with its quotes, a number or a word.
  std::string_view scalar() {
    const std::size_t start = (peek(), next_);
    if (text_[next_++] == '"') {
      while (text_[next_] != '"') next_ += text_[next_] == '\\' ? 2 : 1;
      ++next_;
    } else {
      next_ = std::min(text_.find_first_of(",]}: \t\r\n", next_), text_.size());
    }
    return text_.substr(start, next_ - start);
  }

 private:
  char peek() {
    next_ = std::min(text_.find_first_not_of(" \t\r\n", next_), text_.size());
    if (next_ == text_.size()) throw Error(ErrorCode::invalid_input, "unexpected end of JSON");
    return text_[next_];
  }
  void take(char expected) {
    if (peek() != expected) throw Error(ErrorCode::invalid_input, "unexpected character in JSON");
    ++next_;
  }

  std::string_view text_;
  std::size_t next_ = 0;
};

bool is_number_start(char c) {
  return c == '-' || (c >= '0' && c <= '9');
}

// The text with the placeholder for every number that no float64 holds; empty where there is none.
std::string with_placeholders(std::string_view text) {
  std::string result;
  std::size_t copied = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '"') {
      for (++i; i < text.size() && text[i] != '"'; ++i) i += text[i] == '\\' ? 1 : 0;
      continue;
    }
    if (!is_number_start(text[i])) continue;
    const std::size_t end = std::min(text.find_first_not_of("0123456789+-.eE", i), text.size());
    const double value = std::strtod(std::string(text.substr(i, end - i)).c_str(), nullptr);
    if (std::abs(value) > std::numeric_limits<double>::max()) {
      result += text.substr(copied, i - copied);
      result += placeholder;
      copied = end;
    }
    i = end - 1;
  }
  if (!result.empty()) result += text.substr(copied);
  return result;
}

void make_infinite(Node& node) {
  if (node.kind == Kind::floating && raw_text(node) == placeholder) {
    node.floating = std::numeric_limits<double>::infinity();
  } else if (node.kind == Kind::list) {
    for (Node& item : items_of(node)) make_infinite(item);
  } else if (node.kind == Kind::map) {
    for (Entry& entry : entries_of(node)) make_infinite(entry.value);
  }
}

void add_written_values(Arena& arena, Node& operations, std::string_view text) {
  JsonText reader(text);
  std::uint32_t index = 0;
  reader.for_each_item([&] {
    Node& operation = operations.items[index++];
    reader.for_each_member([&](const std::string& key) {
      const std::string value = reader.sorted_value();
      if (key != "value" || operation.kind != Kind::map) return;
      model::set(arena, operation, written_value, model::make_string(arena, value));
    });
  });
}

Document read_json(std::string_view text) {
  const std::string replaced = with_placeholders(text);
  const bool has_tests = text.find("\"test\"") != std::string_view::npos;
  Document read = model::parse_json(replaced.empty() ? text : std::string_view(replaced));
  if ((replaced.empty() && !has_tests) || !read.root().is_list()) return read;
  auto arena = std::make_shared<Arena>();
  Node* const operations = arena->new_node();
  *operations = model::copy_node(*arena, read.root());
  if (!replaced.empty()) make_infinite(*operations);
  bool are_maps = true;
  for (const Node& operation : items_of(*operations)) are_maps &= operation.kind == Kind::map;
  if (are_maps) add_written_values(*arena, *operations, text);
  return {arena, Value(operations)};
}

}  // namespace

Document decode_json_patch(std::string_view text) {
  // kustomize takes a text that begins a list of JSON for JSON.
  Document document = text.starts_with('[') ? read_json(text) : model::parse_yaml(text);
  const Value root = document.root();
  if (!root.is_list() && !root.is_null()) {
    throw Error(ErrorCode::invalid_input,
                "json: cannot unmarshal object into Go value of type jsonpatch.Patch");
  }
  for (std::size_t i = 0; i < root.size(); ++i) {
    if (!root.at(i).is_map()) {
      throw Error(ErrorCode::invalid_input,
                  "json: cannot unmarshal value into Go value of type jsonpatch.Operation");
    }
  }
  return document;
}

}  // namespace reconcile::kustomize
