#include "test/fuzz/campaign.hpp"

#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <memory>
#include <new>
#include <stdexcept>
#include <string>
#include <vector>

#include "test/fuzz/differential.hpp"

namespace reconcile::fuzz {
namespace {

/// No case of ours may work longer.
constexpr unsigned case_seconds_max = 10;
constexpr std::size_t jobs_max = 16;
constexpr std::size_t deaths_max = 20;

struct Options {
  std::string generator;  ///< empty: all
  std::size_t cases = 20'000;
  std::uint64_t seed = 1;
  std::size_t jobs = 2;
  std::size_t first = 0;
  std::size_t show = 3;  ///< differences printed of one topic
  bool print_only = false;
  std::string oracle;
};

/// What the processes tell, in memory that they share.
struct Shared {
  std::atomic<std::size_t> cases{0};
  std::atomic<std::size_t> failed_alike{0};
  std::atomic<std::size_t> random{0};
  std::atomic<std::size_t> crashed{0};
  std::atomic<std::size_t> differences{0};
  std::atomic<std::size_t> current[jobs_max]{};
};

Options parse(int count, char** words, const char* variable) {
  Options options;
  for (int i = 1; i < count; ++i) {
    const std::string name = words[i];
    if (name == "--print") {
      options.print_only = true;
      continue;
    }
    if (i + 1 >= count) throw std::runtime_error("expected a value after " + name);
    const std::string value = words[++i];
    if (name == "--generator") {
      options.generator = value;
    } else if (name == "--oracle") {
      options.oracle = value;
    } else if (name == "--cases") {
      options.cases = std::stoull(value);
    } else if (name == "--seed") {
      options.seed = std::stoull(value);
    } else if (name == "--jobs") {
      options.jobs = std::min<std::size_t>(std::stoull(value), jobs_max);
    } else if (name == "--show") {
      options.show = std::stoull(value);
    } else if (name == "--case") {
      options.first = std::stoull(value);
      options.cases = 1;
      options.jobs = 1;
    } else {
      throw std::runtime_error("expected an option of test/fuzz/campaign.hpp, found " + name);
    }
  }
  if (options.oracle.empty() && !options.print_only) options.oracle = given_program(variable);
  return options;
}

/// Texts hold NUL bytes too.
void print(const std::string& text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
}

void work(const Generator& generator, const Options& options, std::size_t job, std::size_t first,
          Shared& shared) {
  std::map<std::string, std::size_t> shown;
  test::LineProgram oracle({options.oracle});
  Observer observer;
  observer.begins = [&](std::size_t index) {
    shared.current[job] = index;
    ::alarm(case_seconds_max);
  };
  observer.ends = [] { ::alarm(0); };
  observer.differs = [&](const Difference& found) {
    ++shared.differences;
    if (++shown[found.question->topic()] > options.show) return;
    print(report(generator, options.seed, found));
  };
  const Totals totals = compare(generator, options.seed, first, options.first + options.cases,
                                options.jobs, oracle, observer);
  shared.cases += totals.cases;
  shared.failed_alike += totals.failed_alike;
  shared.crashed += totals.crashed;
  shared.random += totals.random;
}

int start_worker(const Generator& generator, const Options& options, std::size_t job,
                 std::size_t first, Shared& shared) {
  std::fflush(stdout);
  const int pid = ::fork();
  if (pid != 0) return pid;
  try {
    work(generator, options, job, first, shared);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s: %s\n", program_invocation_short_name, error.what());
    std::_Exit(2);
  }
  std::_Exit(0);
}

/// Answers false where a worker could not work.
bool run(const Generator& generator, const Options& options, Shared& shared) {
  std::map<int, std::size_t> jobs;
  std::size_t next[jobs_max];
  std::size_t died_count = 0;
  for (std::size_t job = 0; job < options.jobs; ++job) {
    next[job] = options.first + job;
    jobs[start_worker(generator, options, job, next[job], shared)] = job;
  }
  while (!jobs.empty()) {
    int status = 0;
    const int pid = ::wait(&status);
    const auto ended = jobs.find(pid);
    if (ended == jobs.end()) continue;
    const std::size_t job = ended->second;
    jobs.erase(ended);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) continue;
    if (!WIFSIGNALED(status)) return false;
    ++shared.differences;
    const std::size_t index = shared.current[job];
    const std::unique_ptr<Question> question = question_of(generator, options.seed, index);
    print(report(
        generator, options.seed,
        {index, question.get(), "ours | ended by signal " + std::to_string(WTERMSIG(status))}));
    if (index < next[job] || ++died_count > deaths_max)
      throw std::runtime_error("the processes end again and again");
    next[job] = index + options.jobs;
    jobs[start_worker(generator, options, job, next[job], shared)] = job;
  }
  return true;
}

int run_all(const Options& options, std::span<const Generator> generators) {
  void* memory =
      ::mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) throw std::runtime_error("expected memory to share");
  bool known = false;
  bool differs = false;
  for (const Generator& generator : generators) {
    if (!options.generator.empty() && generator.name != options.generator) continue;
    known = true;
    if (options.print_only) {
      for (std::size_t i = 0; i < options.cases; ++i) {
        const std::size_t index = options.first + i;
        const std::unique_ptr<Question> question = question_of(generator, options.seed, index);
        print(report(generator, options.seed, {index, question.get(), ""}));
      }
      continue;
    }
    Shared& shared = *new (memory) Shared;
    if (!run(generator, options, shared)) return 2;
    std::printf(
        "%s: %zu cases (seed %llu), %zu failed alike, %zu ended the real engine, "
        "%zu answered by chance, %zu differences\n",
        std::string(generator.name).c_str(), shared.cases.load(),
        static_cast<unsigned long long>(options.seed), shared.failed_alike.load(),
        shared.crashed.load(), shared.random.load(), shared.differences.load());
    differs = differs || shared.differences != 0;
  }
  if (!known) throw std::runtime_error("expected a generator that exists");
  return differs ? 1 : 0;
}

}  // namespace

std::string given_program(const char* variable) {
  const char* program = std::getenv(variable);
  if (program == nullptr) {
    throw std::runtime_error("expected " + std::string(variable) +
                             " to be set to what `test/peers/build` prints of the oracle");
  }
  return program;
}

int run_campaign(int count, char** words, std::span<const Generator> generators,
                 const char* oracle_variable) {
  try {
    return run_all(parse(count, words, oracle_variable), generators);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s: %s\n", program_invocation_short_name, error.what());
    return 2;
  }
}

}  // namespace reconcile::fuzz
