// The disk of the agent's data folder is full.

#include <fcntl.h>
#include <sys/mount.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <iostream>

#include "test/integration/faults/changing_units.hpp"

using namespace reconcile::test;

namespace {

/// A small file system on a folder, which goes with this.
class SmallDisk {
 public:
  explicit SmallDisk(std::string path) : path_(std::move(path)) {
    std::filesystem::create_directories(path_);
    if (::mount("tmpfs", path_.c_str(), "tmpfs", 0, "size=4m") != 0)
      problem_ = std::strerror(errno);
  }
  ~SmallDisk() {
    if (problem_.empty()) ::umount2(path_.c_str(), MNT_DETACH);
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;

  /// Why there is none; empty where there is.
  [[nodiscard]] const std::string& problem() const noexcept { return problem_; }
  void fill() {
    const int file = ::open(ballast().c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    const std::string block(4096, 'x');
    while (::write(file, block.data(), block.size()) > 0) {
    }
    ::close(file);
  }
  void empty() { std::filesystem::remove(ballast()); }

 private:
  [[nodiscard]] std::string ballast() const { return path_ + "/ballast"; }
  std::string path_;
  std::string problem_;
};

}  // namespace

TEST_CASE(
    "a full disk is named, the last artifact stays in force, and the agent goes on with space",
    "[.integration][faults][disk]") {
  Scenario scenario("disk");
  ChangingUnits units(scenario, seed_of("full disk"));
  SmallDisk disk(scenario.data_directory());
  if (!disk.problem().empty()) {
    WARN("skipped: no file system can be mounted here: " << disk.problem());
    return;
  }
  units.make();
  scenario.start_agent();
  units.require_settled();
  AuditCount audit;
  disk.fill();
  CHECK(units.difference() == "");
  // Rendered anew, the units' objects have no room on the disk and stay in memory.
  for (const std::string unit : {"left", "right"})
    scenario.cluster().patch(kustomization_kind, scenario.space(), unit,
                             R"({"spec":{"timeout":"4m"}})");
  CHECK(eventually([&] {
    return scenario.agent().log_tail().find("Rendered objects stay in memory") != std::string::npos;
  }));
  // Others' writes are put back to what was fetched last.
  for (int i = 0; i < 5; ++i) units.disturb();
  CHECK(eventually([&] { return units.difference().empty(); }));
  units.change();
  const std::string message =
      scenario.require_problem(git_repository_kind, "repository", "GitOperationFailed");
  INFO(message);
  CHECK(message.find("o space left on device") != std::string::npos);
  CHECK(scenario.agent().running());

  // It ends and starts while nothing can be written.
  scenario.agent().kill();
  disk.fill();
  scenario.launch_agent(scenario.cluster().agent_kubeconfig());
  CHECK(eventually([&] { return scenario.agent().get("/healthz").first == 200; }));
  INFO(scenario.agent().log_tail());
  CHECK(scenario.agent().running());
  for (int kill = 0; kill < 3; ++kill) {
    scenario.agent().kill();
    disk.fill();
    scenario.launch_agent(scenario.cluster().agent_kubeconfig());
    eventually([&] { return scenario.agent().get("/readyz").first == 200; },
               std::chrono::milliseconds(700));
  }
  disk.empty();
  units.change();
  const double healed = units.require_settled();
  std::cout << "full disk: settled " << healed << " s after there was space, "
            << audit.busiest_second() << " requests in the busiest second\n";
  CHECK(audit.busiest_second() < 200);
}
