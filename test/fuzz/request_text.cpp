#include "test/fuzz/request_text.hpp"

#include "reconcile/model/digest.hpp"
#include "reconcile/model/json.hpp"

namespace reconcile::fuzz {
namespace {

bool is_utf8(std::string_view text) {
  std::string json;
  model::write_json_string(text, json);
  return model::parse_json(json).root().text() == text;
}

}  // namespace

void add_text(std::string& line, std::string_view text) {
  if (is_utf8(text)) {
    model::write_json_string(text, line, false);
  } else {
    line += "{\"base64\":\"" + model::base64_encode(text) + "\"}";
  }
}

std::string text_of(model::Value value) {
  if (value.is_map()) return model::base64_decode(value["base64"].text());
  return std::string(value.text());
}

void add_member(std::string& line, std::string_view name, std::string_view text) {
  line += std::string(",\"") + std::string(name) + "\":";
  add_text(line, text);
}

void add_list(std::string& line, std::string_view name, const std::vector<std::string>& items) {
  if (items.empty()) return;
  line += ",\"" + std::string(name) + "\":";
  char mark = '[';
  for (const std::string& item : items) {
    line += mark;
    mark = ',';
    add_text(line, item);
  }
  line += ']';
}

}  // namespace reconcile::fuzz
