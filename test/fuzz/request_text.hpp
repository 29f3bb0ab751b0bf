#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "reconcile/model/value.hpp"

namespace reconcile::fuzz {

// The JSON of requests and answers (test/peers/lineserver). A text that is no UTF-8 is an object
// with its base64.

/// Appends the text's JSON to `line`.
void add_text(std::string& line, std::string_view text);
/// Appends `,"name":text`.
void add_member(std::string& line, std::string_view name, std::string_view text);
/// The same of a list; nothing where it is empty.
void add_list(std::string& line, std::string_view name, const std::vector<std::string>& items);
/// What an answer's value says.
std::string text_of(model::Value value);

}  // namespace reconcile::fuzz
