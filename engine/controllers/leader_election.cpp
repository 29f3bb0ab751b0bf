#include "engine/controllers/leader_election.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <utility>

#include "reconcile/io/log.hpp"
#include "reconcile/model/digest.hpp"

namespace reconcile::engine {
namespace {

constexpr std::size_t identity_bytes_max = 300;
/// Also where the clock of the wait is not the clock of the Lease (tests).
constexpr std::chrono::seconds pause_max(5);

bool is_identity(const std::string& text) {
  const auto is_plain = [](char letter) {
    return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
           (letter >= '0' && letter <= '9') || letter == '-' || letter == '.' || letter == '_';
  };
  return !text.empty() && text.size() <= identity_bytes_max &&
         std::all_of(text.begin(), text.end(), is_plain);
}

std::string host_name() {
  std::array<char, 256> name{};
  if (::gethostname(name.data(), name.size() - 1) != 0) return "agent";
  const std::string text(name.data());
  return is_identity(text) ? text : "agent";
}

}  // namespace

std::string leader_identity(const std::string& data_dir) {
  const std::string host = host_name();
  const std::string path = data_dir + "/leader-identity";
  std::string kept;
  std::getline(std::ifstream(path), kept);
  // On another host the same files are a copy: both may run.
  if (is_identity(kept) && kept.starts_with(host + "_")) return kept;
  std::string drawn = host + "_" + model::hex_encode(model::random_bytes(16));
  std::ofstream(path, std::ios::trunc) << drawn << "\n";
  return drawn;
}

LeaderElection::LeaderElection(kube::Client& client, io::Metrics& metrics,
                               const model::Clock& clock, WriteFence& fence, LeaderOptions options,
                               LeaderHandlers handlers)
    : client_(client),
      clock_(clock),
      options_(options),
      handlers_(std::move(handlers)),
      lease_(client, clock, fence, std::move(options)),
      gauge_(metrics.gauge("reconcile_leader", "1 while this replica leads, else 0")) {
}

LeaderElection::~LeaderElection() {
  stop();
}

void LeaderElection::start() {
  thread_ = std::thread([this] { run(); });
}

void LeaderElection::stop() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  thread_.join();
  watcher_.reset();
  const bool led = lease_.role() == LeaderRole::leading;
  lease_.release();
  gauge_.set(0);
  if (led) io::log().info("Lease released", {{"identity", options_.identity}});
}

void LeaderElection::open_watch() {
  kube::WatchHandlers handlers;
  handlers.on_event = [this](const kube::WatchEvent&) {
    {
      const std::lock_guard lock(mutex_);
      changed_ = true;
    }
    wake_.notify_all();
  };
  watcher_ = std::make_unique<kube::Watcher>(
      client_,
      kube::Selection{lease_kind, options_.namespace_name, "", "metadata.name=" + options_.name},
      std::move(handlers));
  watcher_->start();
}

void LeaderElection::run() {
  while (true) {
    const LeaderRole before = lease_.role();
    model::SteadyTime next{};
    try {
      next = lease_.step();
    } catch (const std::exception& error) {
      // A Lease that is none: whoever wrote it, it does not make us lead.
      io::log().error("Leader election failed", {{"err", error.what()}});
      next = clock_.steady_now() + options_.retry_period;
    }
    on_role(before, lease_.role());
    if (lease_.role() == LeaderRole::lost) return;
    std::unique_lock lock(mutex_);
    const auto pause = std::min<std::chrono::nanoseconds>(next - clock_.steady_now(), pause_max);
    const bool waiting = lease_.role() == LeaderRole::waiting;
    wake_.wait_for(lock, pause, [&] { return stopping_ || (waiting && changed_); });
    changed_ = false;
    if (stopping_) return;
  }
}

void LeaderElection::on_role(LeaderRole before, LeaderRole after) {
  note_problem();
  stands_by_ = after == LeaderRole::waiting && !lease_.holder().empty();
  // Only who waits needs to hear at once; the first look may have been enough.
  if (after == LeaderRole::waiting && watcher_ == nullptr) open_watch();
  if (before == after) return;
  gauge_.set(after == LeaderRole::leading ? 1 : 0);
  if (after == LeaderRole::leading) {
    watcher_.reset();
    io::log().info(has_led_ ? "Lead resumed" : "Lead taken", {{"identity", options_.identity}});
    const auto& handler = has_led_ ? handlers_.on_resumed : handlers_.on_leading;
    has_led_ = true;
    if (handler) handler();
  } else if (after == LeaderRole::paused) {
    io::log().warning("Lease not renewed in time, writing paused", {{"err", lease_.problem()}});
    if (handlers_.on_paused) handlers_.on_paused();
  } else if (after == LeaderRole::lost) {
    io::log().error("Lead lost", {{"reason", lease_.problem()}});
    if (handlers_.on_lost) handlers_.on_lost(lease_.problem());
  }
}

void LeaderElection::note_problem() {
  if (lease_.role() == LeaderRole::lost) return;
  if (lease_.problem() != told_problem_) {
    told_problem_ = lease_.problem();
    if (!told_problem_.empty()) io::log().warning("Lease not at hand", {{"err", told_problem_}});
  }
  if (lease_.role() == LeaderRole::waiting && lease_.holder() != told_holder_) {
    told_holder_ = lease_.holder();
    if (!told_holder_.empty()) io::log().info("Waiting for the lead", {{"holder", told_holder_}});
  }
}

}  // namespace reconcile::engine
