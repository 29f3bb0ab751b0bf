#include "engine/cli/plan_file.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "reconcile/model/error.hpp"

namespace reconcile::engine {
namespace {

[[noreturn]] void fail(const std::string& path) {
  throw model::Error(model::ErrorCode::invalid_input,
                     "cannot write " + path + ": " + std::strerror(errno));
}

bool write_all(int descriptor, const std::string& text) {
  for (std::size_t done = 0; done < text.size();) {
    const ssize_t written = ::write(descriptor, text.data() + done, text.size() - done);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    done += static_cast<std::size_t>(written);
  }
  return true;
}

}  // namespace

void write_private_file(const std::string& path, const std::string& text) {
  // mkstemp replaces the letters behind the dot, and makes the file with mode 0600.
  std::string temporary = path + ".XXXXXX";
  const int descriptor = ::mkstemp(temporary.data());
  if (descriptor < 0) fail(path);
  const bool written = write_all(descriptor, text);
  const bool closed = ::close(descriptor) == 0;
  if (written && closed && std::rename(temporary.c_str(), path.c_str()) == 0) return;
  const int reason = errno;
  ::unlink(temporary.c_str());
  errno = reason;
  fail(path);
}

}  // namespace reconcile::engine
