// Runs one program and says what it cost: wall time, peak resident memory, exit status, processor
// time. Linked statically and small, because the peak of a child begins with that of the process
// that starts it.
#include <fcntl.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <ctime>

extern char** environ;

namespace {

double seconds_of(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

double now_seconds() {
  timespec time{};
  clock_gettime(CLOCK_MONOTONIC, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

}  // namespace

int main(int count, char** arguments) {
  if (count < 3) {
    std::fputs("usage: reconcile_bench_spawn OUTPUT PROGRAM [ARGUMENT]...\n", stderr);
    return 2;
  }
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 1, arguments[1], O_WRONLY | O_CREAT | O_TRUNC, 0600);
  const double start = now_seconds();
  pid_t child = 0;
  const int failure = posix_spawn(&child, arguments[2], &actions, nullptr, arguments + 2, environ);
  if (failure != 0) {
    std::fprintf(stderr, "%s: %s\n", arguments[2], std::strerror(failure));
    return 2;
  }
  int status = 0;
  rusage usage{};
  while (wait4(child, &status, 0, &usage) < 0 && errno == EINTR) continue;
  const double seconds = now_seconds() - start;
  const int code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  const double processor = seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime);
  std::printf("%.6f %ld %d %.6f\n", seconds, usage.ru_maxrss, code, processor);
  return 0;
}
