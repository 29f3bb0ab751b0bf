#include "engine/gates/explanation.hpp"
#include "engine/gates/wording.hpp"

namespace reconcile::engine::gates {
namespace {

using model::Arena;
using model::Node;
using model::WallTime;

// Together these keep the node below 64 KiB.
constexpr std::size_t skipped_shown_max = 10;
constexpr std::size_t units_shown_max = 20;
constexpr std::size_t message_bytes_max = 400;
constexpr std::size_t name_bytes_max = 253;

/// Every field is written, absent ones as null: a merge patch would keep those of before.
class Writer {
 public:
  explicit Writer(Arena& arena) : arena_(arena) {}

  void text(Node& map, std::string_view key, std::string_view value, std::size_t bytes_max) {
    const std::string bounded = shortened(value, bytes_max);
    set(map, key, bounded.empty() ? model::make_null() : model::make_string(arena_, bounded));
  }
  void time(Node& map, std::string_view key, const std::optional<WallTime>& value) {
    text(map, key, value ? model::format_rfc3339(*value) : std::string(), name_bytes_max);
  }
  void number(Node& map, std::string_view key, std::uint64_t value) {
    set(map, key, model::make_unsigned(value));
  }
  void set(Node& map, std::string_view key, Node value) { model::set(arena_, map, key, value); }

  Node commit(const sources::CommitInfo& commit) {
    Node node = model::make_map();
    text(node, "id", commit.id, name_bytes_max);
    text(node, "subject", commit.subject, name_bytes_max);
    text(node, "author", commit.author, name_bytes_max);
    time(node, "committedAt", commit.committed_at);
    return node;
  }

  Node unit(const UnitVerdict& unit) {
    Node node = model::make_map();
    text(node, "unit", unit.unit, name_bytes_max);
    text(node, "proof", to_string(unit.proof), name_bytes_max);
    text(node, "environment", unit.environment, name_bytes_max);
    text(node, "commit", unit.commit, name_bytes_max);
    text(node, "reason", unit.reason, name_bytes_max);
    text(node, "message", unit.message, message_bytes_max);
    time(node, "since", unit.since);
    time(node, "earliest", unit.earliest);
    return node;
  }

  Node verdict(const CommitVerdict& verdict, std::size_t units_max) {
    Node node = model::make_map();
    set(node, "commit", commit(verdict.commit));
    text(node, "reason", verdict.reason, name_bytes_max);
    text(node, "message", verdict.message, message_bytes_max);
    time(node, "earliest", verdict.earliest);
    Node units = model::make_list();
    // What is missing comes first: it is what people ask for.
    for (const bool proven : {false, true}) {
      for (const UnitVerdict& judged : verdict.units) {
        if ((judged.proof != Proof::none) != proven || units.size >= units_max) continue;
        model::append(arena_, units, unit(judged));
      }
    }
    number(node, "unitsJudged", verdict.units.size());
    set(node, "units", units);
    return node;
  }

 private:
  Arena& arena_;
};

}  // namespace

Node decision_node(const Decision& decision, Arena& arena) {
  Writer writer(arena);
  Node node = model::make_map();
  writer.text(node, "outcome", to_string(decision.outcome), name_bytes_max);
  writer.text(node, "commit", decision.commit, name_bytes_max);
  writer.text(node, "tip", decision.tip, name_bytes_max);
  writer.text(node, "reason", decision.reason, name_bytes_max);
  writer.text(node, "message", decision.message, message_bytes_max);
  writer.set(node, "running",
             decision.running ? writer.commit(*decision.running) : model::make_null());
  writer.set(node, "waiting",
             decision.waiting ? writer.commit(*decision.waiting) : model::make_null());
  writer.text(node, "runningBecause", decision.running_because, message_bytes_max);
  writer.time(node, "runningSince", decision.running_since);
  writer.time(node, "waitingSince", decision.waiting_since);
  writer.time(node, "lookAgain", decision.look_again);
  writer.set(node, "resetSeq",
             decision.reset_seq ? model::make_unsigned(*decision.reset_seq) : model::make_null());
  Node skipped = model::make_list();
  for (std::size_t i = 0; i < decision.skipped.size() && i < skipped_shown_max; ++i) {
    const std::size_t units_max = i == 0 ? units_shown_max : 0;
    model::append(arena, skipped, writer.verdict(decision.skipped[i], units_max));
  }
  writer.number(node, "skippedCount", decision.skipped.size());
  writer.set(node, "skipped", skipped);
  writer.set(node, "verdict",
             decision.verdict ? writer.verdict(*decision.verdict, units_shown_max / 2)
                              : model::make_null());
  return node;
}

}  // namespace reconcile::engine::gates
