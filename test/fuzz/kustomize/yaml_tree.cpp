#include "test/fuzz/kustomize/yaml_tree.hpp"

#include <algorithm>
#include <cctype>

#include "reconcile/model/json.hpp"

namespace reconcile::fuzz {
namespace {

bool is_plain(const std::string& text) {
  if (text.empty() || std::isalpha(static_cast<unsigned char>(text[0])) == 0) return false;
  for (const std::string_view word :
       {"true", "false", "null", "yes", "no", "on", "off", "y", "n"}) {
    if (text.size() == word.size() &&
        std::equal(text.begin(), text.end(), word.begin(),
                   [](char a, char b) { return std::tolower(a) == b; })) {
      return false;
    }
  }
  return std::all_of(text.begin(), text.end(), [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_' || c == '.' ||
           c == '/';
  });
}

std::string quoted(const std::string& text) {
  std::string json;
  model::write_json_string(text, json, false);
  return json;
}

/// Whether the text can stand as a literal block.
bool is_literal(const std::string& text) {
  return text.find('\n') != std::string::npos && text[0] != ' ' && text[0] != '\n' &&
         std::all_of(text.begin(), text.end(),
                     [](char c) { return c == '\n' || static_cast<unsigned char>(c) >= ' '; });
}

class Writer {
 public:
  Writer(Style style, Chooser& random) : style_(style), random_(random) {}

  std::string run(const Yaml& tree) {
    if (style_ == Style::json) return flow(tree) + "\n";
    if (tree.kind == Yaml::Kind::map && !tree.entries.empty()) {
      map(tree, 0);
    } else if (tree.kind == Yaml::Kind::list && !tree.items.empty()) {
      sequence(tree, 0);
    } else {
      text_ = flow(tree) + "\n";
    }
    return std::move(text_);
  }

 private:
  bool noise(std::size_t percent) { return style_ == Style::noisy && random_.chance(percent); }

  std::string scalar(const Yaml& value) {
    if (value.kind == Yaml::Kind::raw) return value.scalar;
    if (style_ != Style::json && is_plain(value.scalar) && !noise(10)) return value.scalar;
    const bool single = value.scalar.find_first_of("'\n\r\t") == std::string::npos;
    if (noise(40) && single) return "'" + value.scalar + "'";
    return quoted(value.scalar);
  }

  std::string key(const std::string& name) {
    return style_ != Style::json && (is_plain(name) || name[0] == '$') ? name : quoted(name);
  }

  std::string flow(const Yaml& value) {
    if (value.is_scalar()) return scalar(value);
    std::string text;
    std::string_view mark;
    if (value.kind == Yaml::Kind::map) {
      for (const auto& [name, item] : value.entries) {
        text += std::string(mark) + key(name) + ": " + flow(item);
        mark = ", ";
      }
      return "{" + text + "}";
    }
    for (const Yaml& item : value.items) {
      text += std::string(mark) + flow(item);
      mark = ", ";
    }
    return "[" + text + "]";
  }

  void comment_line(std::size_t indent) {
    if (noise(2)) text_ += std::string(random_.below(indent + 3), ' ') + "# a comment: {\n";
    if (noise(1)) text_ += "\n";
  }

  void end_line() { text_ += noise(3) ? " # note\n" : "\n"; }

  void literal(const std::string& value, std::size_t indent) {
    const std::size_t last = value.find_last_not_of('\n');
    const std::size_t ends = value.size() - 1 - last;
    text_ += ends == 0 ? " |-\n" : ends == 1 ? " |\n" : " |+\n";
    const std::string body = value.substr(0, value.size() - std::min<std::size_t>(ends, 1));
    std::size_t start = 0;
    while (start <= body.size()) {
      const std::size_t end = std::min(body.find('\n', start), body.size());
      if (end > start) text_ += std::string(indent, ' ') + body.substr(start, end - start);
      text_ += "\n";
      start = end + 1;
    }
  }

  /// Behind "key:" or "-".
  void value(const Yaml& item, std::size_t indent) {
    if (item.kind == Yaml::Kind::text && is_literal(item.scalar) && !noise(30)) {
      literal(item.scalar, indent + 2);
      return;
    }
    const bool is_empty = item.is_scalar() || (item.entries.empty() && item.items.empty());
    if (is_empty || noise(8)) {
      text_ += " " + flow(item);
      end_line();
      return;
    }
    end_line();
    if (item.kind == Yaml::Kind::map) {
      map(item, indent + 2);
    } else {
      sequence(item, indent + (noise(30) ? 2 : 0));
    }
  }

  void map(const Yaml& tree, std::size_t indent, bool first_is_placed = false) {
    for (const auto& [name, item] : tree.entries) {
      if (!first_is_placed) {
        comment_line(indent);
        text_ += std::string(indent, ' ');
      }
      first_is_placed = false;
      text_ += key(name) + ":";
      value(item, indent);
    }
  }

  void sequence(const Yaml& tree, std::size_t indent) {
    for (const Yaml& item : tree.items) {
      comment_line(indent);
      text_ += std::string(indent, ' ') + "-";
      if (item.kind == Yaml::Kind::map && !item.entries.empty() && !noise(8)) {
        text_ += " ";
        map(item, indent + 2, true);
      } else if (item.kind == Yaml::Kind::list) {
        text_ += " " + flow(item);
        end_line();
      } else {
        value(item, indent);
      }
    }
  }

  Style style_;
  Chooser& random_;
  std::string text_;
};

}  // namespace

Yaml& Yaml::operator[](std::string_view key) {
  for (Entry& entry : entries) {
    if (entry.first == key) return entry.second;
  }
  return entries.emplace_back(std::string(key), Yaml()).second;
}

const Yaml* Yaml::find(std::string_view key) const {
  for (const Entry& entry : entries) {
    if (entry.first == key) return &entry.second;
  }
  return nullptr;
}

Yaml raw(std::string scalar) {
  Yaml made(std::move(scalar));
  made.kind = Yaml::Kind::raw;
  return made;
}

Yaml raw(std::int64_t number) {
  return raw(std::to_string(number));
}

Yaml list(std::vector<Yaml> items) {
  Yaml made;
  made.kind = Yaml::Kind::list;
  made.items = std::move(items);
  return made;
}

Yaml map_of(std::initializer_list<Yaml::Entry> entries) {
  Yaml made;
  made.entries = entries;
  return made;
}

Yaml texts(const std::vector<std::string>& items) {
  return list({items.begin(), items.end()});
}

std::vector<Step> random_way(Chooser& random, const Yaml& tree) {
  std::vector<Step> way;
  const Yaml* at = &tree;
  while (!at->is_scalar() && (way.empty() || random.chance(85))) {
    Step step;
    if (at->kind == Yaml::Kind::map) {
      if (at->entries.empty()) break;
      const Yaml::Entry& entry = at->entries[random.below(at->entries.size())];
      step.key = entry.first;
      step.value = &entry.second;
    } else {
      if (at->items.empty()) break;
      step.is_index = true;
      step.index = random.below(at->items.size());
      step.value = &at->items[step.index];
    }
    at = step.value;
    way.push_back(std::move(step));
  }
  return way;
}

std::string write(const Yaml& tree, Style style, Chooser& random) {
  return Writer(style, random).run(tree);
}

}  // namespace reconcile::fuzz
