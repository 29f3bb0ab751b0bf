#pragma once

#include <string_view>

#include "reconcile/gotemplate/go_value.hpp"
#include "reconcile/gotemplate/heap.hpp"
#include "reconcile/model/value.hpp"

// Decoding as Helm's fromYaml and fromJson answer it: failures are data of the result.
namespace reconcile::sprig {

/// The document's root as interface {}; the heap keeps the document.
gotemplate::GoValue kept_value(gotemplate::Heap& heap, model::Document document);

/// {"Error": text} and [text].
gotemplate::GoValue error_map(gotemplate::Heap& heap, std::string_view text);
gotemplate::GoValue error_list(gotemplate::Heap& heap, std::string_view text);

/// The root as map[string]interface {} or []interface {}; null is a nil one. Anything else is Go's
/// error "json: cannot unmarshal … into Go value of type …" behind `prefix`.
gotemplate::GoValue decoded_map(gotemplate::Heap& heap, model::Document document,
                                std::string_view prefix);
gotemplate::GoValue decoded_list(gotemplate::Heap& heap, model::Document document,
                                 std::string_view prefix);

}  // namespace reconcile::sprig
