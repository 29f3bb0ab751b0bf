#pragma once

#include <string_view>

namespace reconcile::model {

struct Metaschema {
  std::string_view url;
  std::string_view text;
};

/// The text of a published metaschema by its address without fragment; empty where unknown.
std::string_view find_metaschema(std::string_view url);

}  // namespace reconcile::model
