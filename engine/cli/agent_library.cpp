#include "engine/cli/agent_library.hpp"

#include <dlfcn.h>

#include <filesystem>
#include <iostream>
#include <string>
#include <system_error>

#include "engine/cli/command_line.hpp"

namespace reconcile::engine {
namespace {

constexpr const char* library_name = "libreconcile_agent.so";
constexpr const char* entry_name = "reconcile_agent_main";

}  // namespace

int run_in_agent_library(int argc, char** argv) {
  std::error_code code;
  const std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe", code);
  const std::filesystem::path folder = program.parent_path();
  std::string problem = code.message();
  for (const std::filesystem::path& path :
       {folder / ".." / "lib" / library_name, folder / library_name}) {
    if (!std::filesystem::exists(path, code)) continue;
    void* library = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
    void* entry = library == nullptr ? nullptr : ::dlsym(library, entry_name);
    if (entry != nullptr) return reinterpret_cast<int (*)(int, char**)>(entry)(argc, argv);
    problem = ::dlerror();
  }
  std::cerr << "Error: cannot open " << library_name << " beside " << program.string()
            << (problem.empty() ? "" : ": " + problem) << "\n";
  return exit_failed;
}

}  // namespace reconcile::engine
