#include "test/renderers/substitute/flux_packages.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "reconcile/model/json.hpp"
#include "test/support/line_program.hpp"

namespace reconcile::substitute {
namespace {

std::string request_line(const PeerRequest& request) {
  std::string line = "{\"mode\":";
  model::write_json_string(request.mode, line);
  line += ",\"text\":";
  model::write_json_string(request.text, line);
  line += std::string(",\"strict\":") + (request.strict ? "true" : "false") + ",\"variables\":{";
  bool first = true;
  for (const auto& [name, value] : request.variables) {
    if (!first) line += ",";
    first = false;
    model::write_json_string(name, line);
    line += ":";
    model::write_json_string(value, line);
  }
  return line + "}}";
}

std::string read_file(const std::filesystem::path& path) {
  std::ifstream opened(path, std::ios::binary);
  if (!opened) throw std::runtime_error("expected a file " + path.string());
  std::ostringstream text;
  text << opened.rdbuf();
  return text.str();
}

}  // namespace

std::vector<PeerAnswer> ask_flux_packages(const std::vector<PeerRequest>& requests) {
  const char* program = std::getenv("RECONCILE_FLUX_PACKAGES");
  if (program == nullptr) throw std::runtime_error("expected RECONCILE_FLUX_PACKAGES to be set");
  std::vector<std::string> lines;
  for (const PeerRequest& request : requests) lines.push_back(request_line(request));
  std::vector<PeerAnswer> answers;
  for (const std::string& line : test::LineProgram({program}).ask(lines)) {
    const model::Document answer = model::parse_json(line);
    answers.push_back({std::string(answer["output"].text()), std::string(answer["error"].text())});
  }
  return answers;
}

std::string as_json_carries(const std::string& text) {
  std::string json;
  model::write_json_string(text, json);
  return std::string(model::parse_json(json).root().text());
}

std::string read_fixture(const std::string& path) {
  return read_file(std::filesystem::path(RECONCILE_SOURCE_DIR) / "fixtures/renderers/substitute" /
                   path);
}

}  // namespace reconcile::substitute
