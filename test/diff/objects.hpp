#pragma once

#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>

namespace reconcile::test {

/// A file of fixtures/diff/deployment: "desired", "applied" (as the server returned it after our
/// apply) or "edited" (after kubectl-edit set spec.replicas to 5).
inline std::string deployment(const std::string& name) {
  std::ifstream file(std::string(RECONCILE_SOURCE_DIR) + "/fixtures/diff/deployment/" + name +
                     ".json");
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

/// `text` with the first `from` replaced by `to`; throws where `from` is not in it.
inline std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  if (at == std::string::npos) throw std::logic_error("not in the text: " + from);
  return text.replace(at, from.size(), to);
}

}  // namespace reconcile::test
