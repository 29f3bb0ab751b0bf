#include <algorithm>
#include <cmath>
#include <vector>

#include "reconcile/gotemplate/function.hpp"
#include "reconcile/gotemplate/go_object.hpp"
#include "reconcile/gotemplate/go_operations.hpp"
#include "renderers/sprig/duration.hpp"
#include "renderers/sprig/limits.hpp"
#include "renderers/sprig/list_items.hpp"
#include "renderers/sprig/time_object.hpp"
#include "renderers/sprig/toml.hpp"

namespace reconcile::sprig {
namespace {

using gotemplate::FunctionError;
using gotemplate::GoType;
using gotemplate::GoValue;

constexpr int toml_depth_max = 200;

bool is_bare_key(std::string_view key) {
  return !key.empty() && std::all_of(key.begin(), key.end(), [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
  });
}

void append_string(std::string& out, std::string_view text) {
  constexpr std::string_view digits = "0123456789abcdef";
  out += '"';
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const std::size_t named = std::string_view("\"\\\b\t\n\f\r").find(c);
    if (named != std::string_view::npos) {
      out += '\\';
      out += "\"\\btnfr"[named];
    } else if (byte < 0x20 || byte == 0x7F) {
      out += "\\u00";
      out += digits[byte >> 4U];
      out += digits[byte & 15U];
    } else {
      out += c;
    }
  }
  out += '"';
}

bool is_nil(const GoValue& value) {
  return value.is_nil() || value.is_typed_nil();
}

struct Member {
  std::string_view name;
  GoValue value;
};

class TomlWriter {
 public:
  std::string write(const GoValue& value) {
    if (value.is_nil()) throw FunctionError("reflect: call of reflect.Value.Type on zero Value");
    encode({}, value);
    return std::move(out_);
  }

 private:
  using Key = std::vector<std::string_view>;
  enum class Shape : std::uint8_t { nil, scalar, table, table_list };

  static void check_depth(int depth) {
    if (depth > toml_depth_max) {
      throw FunctionError("toToml: the value is cyclic or deeper than the limit of " +
                          std::to_string(toml_depth_max));
    }
  }

  static bool is_table(const GoValue& value) {
    if (value.is_map()) return true;
    return value.type() == GoType::object && as_time(value) == nullptr && !has_text(value);
  }

  /// Pointers that marshal themselves as text, such as *semver.Version.
  static bool has_text(const GoValue& value) {
    std::string text;
    return value.as_object()->fields().empty() && value.as_object()->append_text(text);
  }

  Shape shape_of(const GoValue& value, int depth) {
    check_depth(depth);
    check_result_items("toToml", ++visits_);  // lists may share parts
    if (is_nil(value)) return Shape::nil;
    if (is_table(value)) return Shape::table;
    if (!value.is_slice() || value.type() == GoType::bytes) return Shape::scalar;
    bool all_tables = value.length() > 0;
    for (const GoValue& item : value.as_items()) {
      const Shape shape = shape_of(item, depth + 1);
      if (shape == Shape::nil) throw TomlError{"toml: cannot encode array with nil element"};
      all_tables = all_tables && shape == Shape::table;
    }
    return all_tables ? Shape::table_list : Shape::scalar;
  }

  static std::vector<Member> members_of(const GoValue& value) {
    std::vector<Member> members;
    if (value.is_map()) {
      for (const gotemplate::GoEntry& entry : value.as_map()->entries()) {
        members.push_back({entry.name(), entry.value});
      }
      return members;
    }
    add_fields(*value.as_object(), members);
    return members;
  }

  static void add_fields(const gotemplate::GoObject& object, std::vector<Member>& members) {
    for (std::size_t i = 0; i < object.fields().size(); ++i) {
      const gotemplate::GoField& field = object.fields()[i];
      if (field.is_embedded) {
        add_fields(*object.values()[i].as_object(), members);
      } else if (!field.is_hidden) {
        members.push_back({field.name, object.values()[i]});
      }
    }
  }

  /// Scalars and arrays stand before the tables.
  std::vector<Member> sorted_members(const GoValue& value, std::size_t& direct) {
    std::vector<Member> members = members_of(value);
    const auto tables =
        std::stable_partition(members.begin(), members.end(), [&](const Member& member) {
          const Shape shape = shape_of(member.value, 0);
          return shape == Shape::scalar || shape == Shape::nil;
        });
    direct = static_cast<std::size_t>(tables - members.begin());
    return members;
  }

  void newline() {
    if (!out_.empty()) out_ += '\n';
  }
  void indent(const Key& key) { out_.append(2 * (key.size() - 1), ' '); }
  void append_path(const Key& key) {
    for (std::size_t i = 0; i < key.size(); ++i) {
      if (i > 0) out_ += '.';
      append_toml_key(out_, key[i]);
    }
  }

  void encode(const Key& key, const GoValue& value) {
    check_depth(static_cast<int>(key.size()));
    check_result_bytes("toToml", out_.size());
    switch (shape_of(value, 0)) {
      case Shape::nil:
        if (key.empty() && value.is_slice()) out_ += "[]";
        return;
      case Shape::table:
        return encode_table(key, value);
      case Shape::table_list:
        return encode_table_list(key, value);
      case Shape::scalar:
        break;
    }
    if (key.empty() && value.type() == GoType::complex128) {
      throw TomlError{"unsupported type for key '': complex128"};
    }
    if (!key.empty()) {
      indent(key);
      append_toml_key(out_, key.back());
      out_ += " = ";
    }
    append_element(value);
    if (!key.empty()) newline();
  }

  void encode_members(const Key& key, const GoValue& value) {
    std::size_t direct = 0;
    for (const Member& member : sorted_members(value, direct)) {
      Key path = key;
      path.push_back(member.name);
      encode(path, member.value);
    }
  }

  void encode_table(const Key& key, const GoValue& value) {
    if (key.size() == 1) newline();
    if (!key.empty()) {
      indent(key);
      out_ += '[';
      append_path(key);
      out_ += "]\n";
    }
    encode_members(key, value);
  }

  void encode_table_list(const Key& key, const GoValue& value) {
    if (key.empty()) throw TomlError{"toml: top-level values must be Go maps or structs"};
    for (const GoValue& item : value.as_items()) {
      if (is_nil(item)) continue;
      newline();
      indent(key);
      out_ += "[[";
      append_path(key);
      out_ += "]]\n";
      encode_members(key, item);
    }
  }

  void append_float(double value) {
    if (std::isnan(value) || std::isinf(value)) {
      if (std::signbit(value)) out_ += '-';
      out_ += std::isnan(value) ? "nan" : "inf";
      return;
    }
    std::string text;
    gotemplate::append_float(text, value, 'g');
    out_ += text;
    if (text.find_first_of("e.") == std::string::npos) out_ += ".0";
  }

  void append_time(const GoTime& time) {
    const std::string& zone = time.zone->name();
    const bool is_local =
        zone == local_datetime_zone || zone == local_date_zone || zone == local_time_zone;
    if (!is_local) {
      out_ += time.format(rfc3339_nano);
      return;
    }
    out_ += time.in(TimeZone::utc())
                .format(zone == local_date_zone       ? "2006-01-02"
                        : zone == local_datetime_zone ? "2006-01-02T15:04:05.999999999"
                                                      : "15:04:05.999999999");
  }

  void append_element(const GoValue& value) {
    check_result_bytes("toToml", out_.size());
    const GoType type = value.type();
    if (const GoTime* time = as_time(value)) return append_time(*time);
    if (type == GoType::duration) return append_string(out_, duration_text(value.as_integer()));
    if (type == GoType::string) return append_string(out_, value.as_text());
    if (type == GoType::boolean) {
      out_ += value.as_boolean() ? "true" : "false";
    } else if (gotemplate::is_float_type(type)) {
      append_float(value.as_floating());
    } else if (gotemplate::is_signed_type(type)) {
      out_ += std::to_string(value.as_integer());
    } else if (gotemplate::is_unsigned_type(type)) {
      out_ += std::to_string(value.as_unsigned());
    } else if (value.is_slice()) {
      append_list(value);
    } else if (is_table(value)) {
      append_inline_table(value);
    } else if (type == GoType::object) {
      std::string text;
      value.as_object()->append_text(text);
      append_string(out_, text);
    } else {
      throw TomlError{"unsupported type: " + std::string(value.type_name())};
    }
  }

  void append_list(const GoValue& value) {
    gotemplate::Heap heap;
    const auto items = items_of(heap, value);
    out_ += '[';
    for (std::size_t i = 0; i < items.size(); ++i) {
      if (i > 0) out_ += ", ";
      append_element(items[i]);
    }
    out_ += ']';
  }

  void append_inline_table(const GoValue& value) {
    std::size_t direct = 0;
    const std::vector<Member> members = sorted_members(value, direct);
    out_ += '{';
    for (std::size_t i = 0; i < members.size(); ++i) {
      if (is_nil(members[i].value)) continue;
      append_toml_key(out_, members[i].name);
      out_ += " = ";
      append_element(members[i].value);
      if (i + 1 != members.size()) out_ += ", ";
    }
    out_ += '}';
  }

  std::string out_;
  std::uint64_t visits_ = 0;
};

}  // namespace

void append_toml_key(std::string& out, std::string_view key) {
  if (is_bare_key(key)) {
    out += key;
  } else {
    append_string(out, key);
  }
}

std::string write_toml(const GoValue& value) {
  return TomlWriter().write(value);
}

}  // namespace reconcile::sprig
