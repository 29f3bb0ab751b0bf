#include "renderers/sprig/toml_reader.hpp"

#include <algorithm>
#include <set>
#include <vector>

#include "reconcile/gotemplate/go_operations.hpp"
#include "renderers/gotemplate/rune.hpp"

namespace reconcile::sprig {
namespace {

using gotemplate::GoMap;
using gotemplate::GoType;
using gotemplate::GoValue;
using Path = std::vector<std::string>;

constexpr int toml_depth_max = 200;

bool is_bare(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-';
}

std::string joined(const Path& path) {
  std::string out;
  for (const std::string& part : path) {
    if (!out.empty()) out += '.';
    const bool bare = !part.empty() && std::all_of(part.begin(), part.end(), is_bare);
    out += bare ? part : gotemplate::quote(part);
  }
  return out;
}

class TomlReader {
 public:
  TomlReader(gotemplate::Heap& heap, std::string_view text, std::int32_t local_offset)
      : heap_(heap), text_(text), local_offset_(local_offset), root_(heap.map()), table_(root_) {}

  GoMap* read() {
    for (;;) {
      text_.set_last_key(joined(context_));
      text_.skip_space();
      if (text_.at_end()) return root_;
      if (text_.peek() == '[') {
        read_header();
      } else {
        read_pair(table_, context_, 0);
      }
      end_line();
    }
  }

 private:
  void end_line() {
    text_.set_last_key(joined(context_));
    text_.skip_blanks();
    if (text_.peek() == '#') text_.skip_comment();
    if (text_.at_end() || text_.take("\n") || text_.take("\r\n")) return;
    text_.fail("expected a top-level item to end with a newline, comment, or EOF, but got " +
               text_.shown() + " instead");
  }

  std::string read_name() {
    if (text_.peek() == '"' || text_.peek() == '\'') return read_toml_string(text_);
    std::string name;
    while (is_bare(text_.peek())) name += text_.take();
    return name;
  }

  Path read_header_path() {
    Path path;
    for (;;) {
      text_.skip_blanks();
      if (text_.peek() == ']' || text_.at_end()) {
        text_.fail("unexpected end of table name (table names cannot be empty)");
      }
      if (text_.peek() == '.') {
        text_.fail("unexpected table separator (table names cannot be empty)");
      }
      path.push_back(read_name());
      text_.skip_blanks();
      if (text_.take(".")) continue;
      if (text_.take("]")) return path;
      const std::string shown = text_.shown();
      if (!text_.at_end()) text_.take();  // a line end counts as read
      text_.fail("expected '.' or ']' to end table name, but got " + shown + " instead");
    }
  }

  Path read_key_path() {
    Path path;
    text_.skip_blanks();
    if (text_.peek() == '=' || text_.at_end()) text_.fail("unexpected '=': key name appears blank");
    if (text_.peek() == '.') text_.fail("unexpected '.': keys cannot start with a '.'");
    for (;;) {
      text_.skip_blanks();
      path.push_back(read_name());
      text_.skip_blanks();
      if (text_.at_end()) text_.fail("unexpected EOF; expected key separator '='");
      if (text_.take(".")) continue;
      if (text_.take("=")) return path;
      text_.fail("expected '.' or '=', but got " + text_.shown() + " instead");
    }
  }

  [[noreturn]] void fail_defined(const Path& path) {
    text_.fail("Key '" + joined(path) + "' has already been defined.");
  }

  /// The table under `name`, made where it is missing; of a list of tables the last one.
  GoMap* table_under(GoMap* parent, const std::string& name, const Path& path) {
    const GoValue* found = parent->find(name);
    if (found == nullptr) {
      GoMap* made = heap_.map();
      parent->set_copy(name, GoValue::map(made));
      return made;
    }
    if (found->type() == GoType::maps && found->length() > 0) {
      return found->as_items().back().as_map();
    }
    if (found->type() != GoType::map || closed_.contains(found->as_map())) fail_defined(path);
    return found->as_map();
  }

  /// [a.b] or [[a.b]]
  void read_header() {
    text_.take();
    const bool is_list = text_.take("[");
    const Path path = read_header_path();
    if (is_list && !text_.take("]")) {
      text_.fail("expected end of table array name delimiter ']', but got " + text_.shown() +
                 " instead");
    }
    text_.set_last_key(joined(path));
    check_depth(static_cast<int>(path.size()));
    GoMap* parent = root_;
    for (std::size_t i = 0; i + 1 < path.size(); ++i) parent = table_under(parent, path[i], path);
    table_ = is_list ? appended_table(parent, path) : opened_table(parent, path);
    context_ = path;
  }

  GoMap* opened_table(GoMap* parent, const Path& path) {
    const GoValue* found = parent->find(path.back());
    if (found != nullptr && found->type() != GoType::map) fail_defined(path);
    GoMap* table = table_under(parent, path.back(), path);
    if (!opened_.insert(table).second || dotted_.contains(table)) fail_defined(path);
    return table;
  }

  GoMap* appended_table(GoMap* parent, const Path& path) {
    std::vector<GoValue> tables;
    if (const GoValue* found = parent->find(path.back())) {
      if (found->type() != GoType::maps) fail_defined(path);
      tables.assign(found->as_items().begin(), found->as_items().end());
    }
    GoMap* table = heap_.map();
    tables.push_back(GoValue::map(table));
    parent->set_copy(path.back(), heap_.slice(tables, GoType::maps));
    return table;
  }

  void check_depth(int depth) {
    if (depth > toml_depth_max) {
      text_.fail("the nesting exceeds the limit of " + std::to_string(toml_depth_max));
    }
  }

  void read_pair(GoMap* table, const Path& context, int depth) {
    Path path = read_key_path();
    Path whole = context;
    whole.insert(whole.end(), path.begin(), path.end());
    text_.set_last_key(joined(whole));
    check_depth(depth + static_cast<int>(path.size()));
    for (std::size_t i = 0; i + 1 < path.size(); ++i) {
      table = table_under(table, path[i], whole);
      if (opened_.contains(table)) fail_defined(whole);
      dotted_.insert(table);
    }
    GoValue value = read_value(whole, depth);
    const bool below_table = depth == 0 && whole.size() > 1;
    if (below_table && path.back().empty() && value.is_slice()) value = only_tables(value);
    if (table->contains(path.back())) fail_defined(whole);
    table->set_copy(path.back(), value);
  }

  /// BurntSushi/toml 1.6.0 takes the inline tables of a list under an empty key of a table, where
  /// there are any, for the whole list.
  GoValue only_tables(const GoValue& list) {
    std::vector<GoValue> tables;
    add_tables(list, tables);
    return tables.empty() ? list : heap_.slice(tables);
  }
  static void add_tables(const GoValue& list, std::vector<GoValue>& tables) {
    for (const GoValue& item : list.as_items()) {
      if (item.is_map()) tables.push_back(item);
      if (item.is_slice()) add_tables(item, tables);
    }
  }

  GoValue read_value(const Path& path, int depth) {
    check_depth(depth);
    text_.skip_blanks();
    const char c = text_.peek();
    if (c == '"' || c == '\'') return heap_.string(read_toml_string(text_));
    if (c == '[') return read_list(path, depth);
    if (c == '{') return read_inline_table(path, depth);
    return read_toml_scalar(text_, heap_, local_offset_);
  }

  [[nodiscard]] std::string shown_or_end() const {
    return text_.at_end() ? "end of file" : text_.shown();
  }

  GoValue read_list(const Path& path, int depth) {
    text_.take();
    std::vector<GoValue> items;
    for (;;) {
      text_.skip_space();
      if (text_.take("]")) return heap_.slice(items);
      if (text_.peek() == ',') text_.fail("unexpected comma");
      items.push_back(read_value(path, depth + 1));
      text_.skip_space();
      if (text_.take(",")) continue;
      if (text_.take("]")) return heap_.slice(items);
      text_.fail("expected a comma (',') or array terminator (']'), but got " + shown_or_end());
    }
  }

  GoValue read_inline_table(const Path& path, int depth) {
    text_.take();
    GoMap* table = heap_.map();
    for (;;) {
      text_.skip_space();
      if (text_.take("}")) break;
      if (text_.peek() == ',') text_.fail("unexpected comma");
      read_pair(table, path, depth + 1);
      text_.skip_space();
      if (text_.take(",")) continue;
      if (text_.take("}")) break;
      text_.fail("expected a comma or an inline table terminator '}', but got " + shown_or_end() +
                 " instead");
    }
    closed_.insert(table);
    return GoValue::map(table);
  }

  gotemplate::Heap& heap_;
  TomlText text_;
  std::int32_t local_offset_;
  GoMap* root_;
  GoMap* table_;
  Path context_;
  std::set<const GoMap*> opened_;  ///< named by a header
  std::set<const GoMap*> dotted_;  ///< made by a dotted key
  std::set<const GoMap*> closed_;  ///< inline: nothing may be added
};

}  // namespace

bool TomlText::take(std::string_view expected) {
  if (!rest().starts_with(expected)) return false;
  next_ += expected.size();
  return true;
}

void TomlText::skip_blanks() {
  while (peek() == ' ' || peek() == '\t') ++next_;
}

void TomlText::skip_space() {
  for (;;) {
    skip_blanks();
    if (peek() == '#') {
      skip_comment();
    } else if (!take("\n") && !take("\r\n")) {
      return;
    }
  }
}

void TomlText::skip_comment() {
  while (!at_end() && peek() != '\n') ++next_;
}

void TomlText::fail(const std::string& message) const {
  const std::string_view read = text_.substr(0, std::min(next_, text_.size()));
  std::string out = "toml: line " + std::to_string(std::count(read.begin(), read.end(), '\n') + 1);
  if (!last_key_.empty()) out += " (last key " + gotemplate::quote(last_key_) + ")";
  throw TomlError{out + ": " + message};
}

std::string TomlText::shown() const {
  std::string out;
  const gotemplate::Rune rune = at_end() ? gotemplate::Rune{0, 0} : gotemplate::decode_rune(rest());
  gotemplate::append_quoted_rune(out, rune.value, gotemplate::QuoteStyle::unicode);
  return out;
}

std::string TomlText::shown_from(std::size_t place) const {
  const std::size_t size = at_end() ? 0 : gotemplate::decode_rune(rest()).bytes;
  return gotemplate::quote(text_.substr(place, next_ + size - place));
}

gotemplate::GoMap* read_toml(gotemplate::Heap& heap, std::string_view text,
                             std::int32_t local_offset) {
  if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF")) {
    text.remove_prefix(2);
  } else if (text.starts_with("\xEF\xBB\xBF")) {
    text.remove_prefix(3);
  }
  return TomlReader(heap, text, local_offset).read();
}

}  // namespace reconcile::sprig
