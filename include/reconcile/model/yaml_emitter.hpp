#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace reconcile::model {

struct ScalarTraits;

/// Which Go writer's bytes are produced.
enum class YamlForm {
  v2,          ///< sigs.k8s.io/yaml 1.6.0 Marshal: JSON, read and written again by v2; folds at 80
  v3_wide,     ///< go.yaml.in/yaml 3.0.5 with indent 2: lists indented under their key
  v3_compact,  ///< the same with CompactSeqIndent, as kyaml writes
};

/// Levels of nesting that a writer accepts; beyond them it fails with Error(limit_exceeded).
inline constexpr std::size_t yaml_write_depth_max = 1000;

/// Writes one document piece by piece. Not safe for threads. `out` must outlive it.
class YamlEmitter {
 public:
  YamlEmitter(std::string& out, YamlForm form);

  // Scalars, as the value of the last key or item, or as the root. `text` quotes where it must.
  // In the v2 form, `floating` and `text` throw Error(invalid_input) where Go's JSON hop fails.
  void null();
  void boolean(bool value);
  void integer(std::int64_t value);
  void unsigned_integer(std::uint64_t value);
  void floating(double value);
  void text(std::string_view value);
  /// A number kept as text (Go's json.Number): re-read by the v2 form, a string for the v3 forms.
  void number_text(std::string_view value);
  /// Text written without quotes whatever it resolves to (times in the v3 forms).
  void plain_text(std::string_view value);

  /// A map or list without entries.
  void empty_map();
  void empty_list();
  /// Opens a map or list that has entries; each is closed by `end`.
  void begin_map();
  void begin_list();
  void key(std::string_view key);
  void item();
  void end();
  /// Ends the document with its newline.
  void finish();

 private:
  enum class Role : std::uint8_t { root, item, key, value };

  void indent_more(bool indentless);
  void write_indent();
  void put_break();
  std::size_t put_character(std::string_view text, std::size_t i);
  std::size_t put_text_break(std::string_view text, std::size_t i);
  void indicator(char c, bool need_space, bool is_space, bool is_indent);
  void plain_word(std::string_view word);
  void scalar(std::string_view text, const ScalarTraits& traits, bool simple_key);
  void tagged_binary(std::string_view bytes);
  void write_plain(std::string_view text, bool breakable, bool wide);
  void write_folded(std::string_view text);
  void write_single_quoted(std::string_view text, bool breakable);
  void write_double_quoted(std::string_view text, bool breakable);
  void write_block_header(std::string_view text);
  void write_literal(std::string_view text, bool ascii);
  void write_lines(std::string_view text);

  std::string& out_;
  std::string scratch_;
  std::vector<int> indents_;
  YamlForm form_;
  int width_;
  Role role_ = Role::root;
  int indent_ = -1;
  int column_ = 0;
  bool whitespace_ = true;
  bool indention_ = true;
};

/// A key of a map being written and its place among the map's entries.
struct YamlKey {
  std::string_view name;
  std::size_t place = 0;
};

/// Sorts as go-yaml's keyList of `form` does. Where that order is not transitive (v2), the result
/// still depends on the set of keys alone.
void sort_yaml_keys(YamlKey* first, YamlKey* last, YamlForm form);

}  // namespace reconcile::model
