#include "engine/controllers/gate_memory.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "reconcile/io/log.hpp"
#include "reconcile/model/arena.hpp"
#include "reconcile/model/error.hpp"
#include "reconcile/model/json.hpp"

namespace reconcile::engine {
namespace {

constexpr std::streamsize bytes_max = 65'536;

[[noreturn]] void cannot_write(const std::string& path) {
  throw model::Error(model::ErrorCode::unavailable,
                     "cannot write " + path + ": " + std::strerror(errno));
}

void write_synced(const std::string& path, const std::string& text) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (file < 0) cannot_write(path);
  const bool written =
      ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
      ::fsync(file) == 0;
  ::close(file);
  if (!written) cannot_write(path);
}

}  // namespace

GateMemory GateMemory::load(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return {};
  std::string text(bytes_max, '\0');
  file.read(text.data(), bytes_max);
  text.resize(static_cast<std::size_t>(file.gcount()));
  try {
    const model::Document document = model::parse_json(text);
    GateMemory memory;
    memory.admitted = document["admitted"].text();
    memory.tree = document["tree"].text();
    memory.policy_commit = document["policyCommit"].text();
    memory.chain_seq = document["chainSeq"].unsigned_integer().value_or(0);
    memory.reset_seq = document["resetSeq"].unsigned_integer().value_or(0);
    memory.admitted_at = model::parse_rfc3339(document["admittedAt"].text());
    memory.because = document["because"].text();
    const model::Value upstream = document["upstream"];
    for (std::size_t i = 0; i < upstream.size(); ++i) {
      const model::Value seen = upstream.value_at(i);
      memory.upstream[std::string(upstream.key_at(i))] = {
          seen["seq"].unsigned_integer().value_or(0), std::string(seen["commit"].text()),
          seen["forked"].boolean().value_or(false)};
    }
    return memory;
  } catch (const model::Error& error) {
    io::log().warning("Gate's memory not readable", {{"path", path}, {"err", error.what()}});
    return {};
  }
}

void GateMemory::save(const std::string& path) const {
  model::Arena arena;
  model::Node root = model::make_map();
  const auto text = [&](std::string_view key, const std::string& value) {
    model::set(arena, root, key, model::make_string(arena, value));
  };
  text("admitted", admitted);
  text("tree", tree);
  text("policyCommit", policy_commit);
  text("because", because);
  text("admittedAt", model::format_rfc3339_nano(admitted_at));
  model::set(arena, root, "chainSeq", model::make_unsigned(chain_seq));
  model::set(arena, root, "resetSeq", model::make_unsigned(reset_seq));
  model::Node& chains = model::set(arena, root, "upstream", model::make_map());
  for (const auto& [environment, seen] : upstream) {
    model::Node& chain = model::set(arena, chains, environment, model::make_map());
    model::set(arena, chain, "seq", model::make_unsigned(seen.seq));
    model::set(arena, chain, "commit", model::make_string(arena, seen.commit));
    model::set(arena, chain, "forked", model::make_boolean(seen.forked));
  }
  std::error_code code;
  std::filesystem::create_directories(std::filesystem::path(path).parent_path(), code);
  write_synced(path + ".new", model::write_json(model::Value(&root)) + "\n");
  if (std::rename((path + ".new").c_str(), path.c_str()) != 0) cannot_write(path);
}

}  // namespace reconcile::engine
