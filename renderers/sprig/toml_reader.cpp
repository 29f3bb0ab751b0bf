#include <vector>

#include "reconcile/gotemplate/go_operations.hpp"
#include "renderers/gotemplate/rune.hpp"
#include "renderers/sprig/toml.hpp"
#include "renderers/sprig/toml_scalar.hpp"
#include "renderers/sprig/toml_tables.hpp"
#include "renderers/sprig/toml_text.hpp"

namespace reconcile::sprig {
namespace {

constexpr std::size_t toml_depth_max = 200;

bool is_bare(char32_t c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-';
}

std::string shown_or_end(char32_t c) {
  if (c == TomlText::end) return "end of file";
  std::string out = "'";
  gotemplate::append_rune(out, c);
  return out + "'";
}

class TomlReader {
 public:
  using Item = TomlTables::Item;
  using Names = TomlTables::Names;

  TomlReader(gotemplate::Heap& heap, std::string_view text, std::int32_t local_offset)
      : heap_(heap), text_(text), local_offset_(local_offset), tables_(heap) {}

  gotemplate::GoMap* read() {
    try {
      while (read_entry()) {
      }
      return tables_.document();
    } catch (const TomlFault& fault) {
      fail(fault.line, fault.message);
    } catch (const TomlConflict& conflict) {
      fail(text_.line_of(key_place_), conflict.message);
    }
  }

 private:
  [[noreturn]] void fail(std::size_t line, const std::string& message) {
    std::string out = "toml: line " + std::to_string(line);
    const std::string key = tables_.current();
    if (!key.empty()) out += " (last key " + gotemplate::quote(key) + ")";
    throw TomlError{out + ": " + message};
  }

  /// A header or a pair with the end of its line; false at the end of the text.
  bool read_entry() {
    const char32_t c = text_.next();
    if (c == TomlText::end) return false;
    if (is_toml_blank(c) || is_toml_break(c)) return true;
    if (c == '#') {
      skip_comment();
      return true;
    }
    if (c == '[') {
      read_header();
    } else {
      text_.back();
      const TomlTables::Place place = tables_.place();
      const Names names = read_names();
      tables_.enter_pair(names);
      tables_.set_value(read_value(0, false));
      tables_.leave({place.context, 0});
    }
    return read_line_end();
  }

  bool read_line_end() {
    char32_t c = text_.next();
    while (is_toml_blank(c)) c = text_.next();
    if (c == TomlText::end) return false;
    if (c == '#') {
      skip_comment();
      return true;
    }
    if (is_toml_break(c)) return true;
    text_.fail("expected a top-level item to end with a newline, comment, or EOF, but got " +
               quoted_character(c) + " instead");
  }

  void skip_comment() {
    char32_t c = text_.next();
    while (c != TomlText::end && !is_toml_break(c)) c = text_.next();
    text_.back();
  }

  /// One part of a key or header, which may be empty where a wrong character follows.
  std::string read_name() {
    const char32_t quote = text_.peek();
    if (quote == '"' || quote == '\'') {
      text_.next();
      return read_toml_string(text_, quote);
    }
    text_.start_token();
    while (is_bare(text_.next())) {
    }
    text_.back();
    return std::string(text_.token());
  }

  void read_header() {
    const bool is_list = text_.peek() == '[';
    if (is_list) text_.next();
    Names names;
    for (;;) {
      text_.skip_blanks();
      const char32_t c = text_.peek();
      if (c == ']' || c == TomlText::end) {
        text_.fail("unexpected end of table name (table names cannot be empty)");
      }
      if (c == '.') text_.fail("unexpected table separator (table names cannot be empty)");
      add_name(names);
      text_.skip_blanks();
      const char32_t behind = text_.next();
      if (behind == ']') break;
      if (behind == '.') continue;
      text_.fail("expected '.' or ']' to end table name, but got " + quoted_character(behind) +
                 " instead");
    }
    if (is_list) {
      if (const char32_t c = text_.next(); c != ']') {
        text_.fail("expected end of table array name delimiter ']', but got " +
                   quoted_character(c) + " instead");
      }
    }
    check_depth(names.size());
    tables_.enter_header(names, is_list);
  }

  void add_name(Names& names) {
    std::string name = read_name();
    if (names.empty()) key_place_ = text_.place();
    names.push_back(std::move(name));
  }

  /// The parts of a key up to its `=`.
  Names read_names() {
    Names names;
    text_.skip_blanks();
    char32_t c = text_.peek();
    if (c == '=' || c == TomlText::end) text_.fail("unexpected '=': key name appears blank");
    if (c == '.') text_.fail("unexpected '.': keys cannot start with a '.'");
    for (;;) {
      text_.skip_blanks();
      c = text_.peek();
      if (c == '=' || c == TomlText::end) text_.fail("unexpected '='");
      if (c == '.') text_.fail("unexpected '.'");
      add_name(names);
      text_.skip_blanks();
      c = text_.next();
      if (c == '.') continue;
      if (c == '=') break;
      if (c == TomlText::end) text_.fail("unexpected EOF; expected key separator '='");
      const std::string message =
          "expected '.' or '=', but got " + quoted_character(c) + " instead";
      if (c == '\n') text_.fail_before(message);
      text_.fail(message);
    }
    check_depth(tables_.depth() + names.size());
    return names;
  }

  void check_depth(std::size_t depth) {
    if (depth > toml_depth_max) {
      text_.fail_at(text_.place(),
                    "the nesting exceeds the limit of " + std::to_string(toml_depth_max));
    }
  }

  Item read_value(std::size_t depth, bool in_list) {
    check_depth(depth);
    char32_t c = text_.next();
    while (is_toml_blank(c)) c = text_.next();
    Item item;
    if (c == '[') {
      item.list = read_list(depth);
    } else if (c == '{') {
      item.table = read_inline_table(depth, in_list);
    } else if (c == '"' || c == '\'') {
      item.value = heap_.string(read_toml_any_string(text_, c));
    } else {
      text_.back();
      item.value = read_toml_scalar(text_, heap_, local_offset_);
    }
    return item;
  }

  /// Behind white space, line ends and comments.
  char32_t next_token() {
    for (;;) {
      const char32_t c = text_.next();
      if (c == '#') {
        skip_comment();
      } else if (!is_toml_blank(c) && !is_toml_break(c)) {
        return c;
      }
    }
  }

  TomlTables::List* read_list(std::size_t depth) {
    tables_.start_list();
    TomlTables::List* list = tables_.new_list();
    for (;;) {
      char32_t c = next_token();
      if (c == ']') return list;
      if (c == ',') text_.fail("unexpected comma");
      text_.back();
      TomlTables::append(*list, read_value(depth + 1, true));
      c = next_token();
      if (c == ']') return list;
      if (c != ',') {
        text_.fail("expected a comma (',') or array terminator (']'), but got " + shown_or_end(c));
      }
    }
  }

  TomlTables::Table* read_inline_table(std::size_t depth, bool in_list) {
    const TomlTables::Place outer = tables_.place();
    tables_.enter_inline(in_list);
    const TomlTables::Place inner = tables_.place();
    TomlTables::Table* table = tables_.new_table();
    for (;;) {
      char32_t c = next_token();
      if (c == '}') break;
      if (c == ',') text_.fail("unexpected comma");
      text_.back();
      const Names names = read_names();
      tables_.enter_pair(names);
      const Item item = read_value(depth + 1, false);
      tables_.set_value(item);
      tables_.set_inline(*table, names, item);
      tables_.leave({inner.context, tables_.place().name});
      c = next_token();
      if (c == '}') break;
      if (c != ',') {
        text_.fail("expected a comma or an inline table terminator '}', but got " +
                   shown_or_end(c) + " instead");
      }
    }
    tables_.leave(outer);
    return table;
  }

  gotemplate::Heap& heap_;
  TomlText text_;
  std::int32_t local_offset_;
  TomlTables tables_;
  std::size_t key_place_ = 0;  ///< where the first part of the last key ends
};

}  // namespace

gotemplate::GoMap* read_toml(gotemplate::Heap& heap, std::string_view text,
                             std::int32_t local_offset) {
  if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF")) {
    text.remove_prefix(2);
  } else if (text.starts_with("\xEF\xBB\xBF")) {
    text.remove_prefix(3);
  }
  if (text.substr(0, 6).find('\0') != std::string_view::npos) {
    throw TomlError{
        "toml: line 1: files cannot contain NULL bytes; probably using UTF-16; TOML files must be "
        "UTF-8"};
  }
  return TomlReader(heap, text, local_offset).read();
}

}  // namespace reconcile::sprig
