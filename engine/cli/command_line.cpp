#include "engine/cli/command_line.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iostream>
#include <iterator>
#include <system_error>

#include "reconcile/model/error.hpp"

namespace reconcile::engine {
namespace {

constexpr std::size_t file_bytes_max = 100U << 20U;

}  // namespace

std::string read_named_file(const std::string& path) {
  std::ifstream file;
  if (path != "-") {
    file.open(path, std::ios::binary);
    std::error_code code;
    if (!file || std::filesystem::is_directory(path, code)) {
      throw model::Error(
          errno == EACCES ? model::ErrorCode::unauthorized : model::ErrorCode::not_found,
          "cannot read file " + path + ": " + (file ? "it is a directory" : std::strerror(errno)));
    }
  }
  std::istream& input = path == "-" ? std::cin : file;
  std::string content;
  char buffer[65536];
  while (input.read(buffer, sizeof buffer) || input.gcount() > 0) {
    content.append(buffer, static_cast<std::size_t>(input.gcount()));
    if (content.size() > file_bytes_max) {
      throw model::Error(
          model::ErrorCode::limit_exceeded,
          "expected a file of at most " + std::to_string(file_bytes_max) + " bytes: " + path);
    }
  }
  return content;
}

std::string path_below_machine_root(const std::string& path) {
  const std::filesystem::path absolute = std::filesystem::absolute(path).lexically_normal();
  std::string text = absolute.string();
  while (text.size() > 1 && text.ends_with('/')) text.pop_back();
  return text.substr(1);
}

void name_as_typed(model::Error& error, const std::string& path) {
  const std::string root = path_below_machine_root(path);
  if (!error.file() || !error.file()->starts_with(root)) return;
  const std::string rest = error.file()->substr(root.size());
  if (rest.empty()) {
    error.in_file(path, error.position());
  } else if (root.empty() || rest.front() == '/') {
    error.in_file((std::filesystem::path(path) / rest.substr(root.empty() ? 0 : 1)).string(),
                  error.position());
  }
}

}  // namespace reconcile::engine
