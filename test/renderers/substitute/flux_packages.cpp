#include "test/renderers/substitute/flux_packages.hpp"

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "reconcile/model/json.hpp"

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
  return line + "}}\n";
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
  std::string pattern = std::filesystem::temp_directory_path() / "reconcile-peer-XXXXXX";
  if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder");
  const std::filesystem::path folder = pattern;
  {
    std::ofstream input(folder / "requests", std::ios::binary);
    for (const PeerRequest& request : requests) input << request_line(request);
  }
  const std::string command = "'" + std::string(program) + "' <'" + (folder / "requests").string() +
                              "' >'" + (folder / "answers").string() + "'";
  const int status = std::system(command.c_str());
  std::istringstream lines(read_file(folder / "answers"));
  std::filesystem::remove_all(folder);
  std::vector<PeerAnswer> answers;
  for (std::string line; std::getline(lines, line);) {
    const model::Document answer = model::parse_json(line);
    answers.push_back({std::string(answer["output"].text()), std::string(answer["error"].text())});
  }
  if (status != 0 || answers.size() != requests.size()) {
    throw std::runtime_error("expected an answer to each request of " + std::string(program));
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
