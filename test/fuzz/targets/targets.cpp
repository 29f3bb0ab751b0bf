#include "test/fuzz/targets/targets.hpp"

#include <cstdio>
#include <cstdlib>
#include <string>

namespace reconcile::fuzz {

void broken(std::string_view property, std::string_view details) {
  const std::string text = "Broken: " + std::string(property) + "\n" + std::string(details) + "\n";
  std::fputs(text.c_str(), stderr);
  std::abort();
}

std::vector<std::string_view> parts_of(std::string_view input) {
  std::vector<std::string_view> parts;
  while (true) {
    const std::size_t mark = input.find("\n%%");
    parts.push_back(input.substr(0, mark));
    if (mark == std::string_view::npos) return parts;
    input.remove_prefix(mark + 3);
  }
}

}  // namespace reconcile::fuzz
