#pragma once

#include <string>
#include <vector>

#include "base/model/yaml_event.hpp"
#include "reconcile/model/error.hpp"

namespace reconcile::test {

/// Every event of `source` as a line, or the error that ended it: to compare two sources.
inline std::vector<std::string> event_lines(model::YamlEventSource& source) {
  using Type = model::YamlEventType;
  std::vector<std::string> lines;
  try {
    while (true) {
      const model::YamlEvent& event = source.next();
      std::string line = std::to_string(static_cast<int>(event.type));
      if (event.type == Type::scalar || event.type == Type::map_start ||
          event.type == Type::list_start || event.type == Type::alias) {
        line += " " + std::to_string(static_cast<int>(event.style)) +
                (event.plain_implicit ? " plain " : " ") + std::to_string(event.line) + " &" +
                std::string(event.anchor) + " !" + std::string(event.tag) + " " +
                std::string(event.value);
      }
      lines.push_back(std::move(line));
      if (event.type == Type::stream_end) return lines;
    }
  } catch (const model::Error& error) {
    lines.push_back(std::string("error ") + error.what());
  }
  return lines;
}

}  // namespace reconcile::test
