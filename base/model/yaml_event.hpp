#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "reconcile/model/arena.hpp"
#include "reconcile/model/yaml.hpp"

namespace reconcile::model {

enum class YamlEventType : std::uint8_t {
  stream_end,
  document_start,
  document_end,
  scalar,
  alias,
  list_start,
  list_end,
  map_start,
  map_end,
};

/// One step of a document. The texts are valid until the next event is taken.
struct YamlEvent {
  YamlEventType type = YamlEventType::stream_end;
  Style style = Style::any;
  /// A scalar whose tag may be left out: plain, or tagged with the lone "!".
  bool plain_implicit = false;
  std::uint32_t line = 0;  ///< from 1
  std::string_view value;  ///< a scalar's text, an alias's name
  std::string_view anchor;
  std::string_view tag;  ///< in long form, "tag:yaml.org,2002:str"; empty without
};

/// Gives the events of a text in order.
class YamlEventSource {
 public:
  virtual ~YamlEventSource() = default;

  /// The next event; after stream_end it must not be called again. Throws Error(invalid_input) with
  /// go-yaml's message, "yaml: line N: problem".
  virtual const YamlEvent& next() = 0;
};

/// Events by libyaml, with the differences of go-yaml's scanner corrected. `text` must outlive it.
std::unique_ptr<YamlEventSource> make_libyaml_source(std::string_view text, YamlDialect dialect);

}  // namespace reconcile::model
