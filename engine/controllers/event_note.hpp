#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "reconcile/model/clock.hpp"
#include "reconcile/model/object.hpp"
#include "reconcile/model/value.hpp"

namespace reconcile::engine {

/// What a core/v1 Event says.
struct EventNote {
  model::Gvk about_kind;
  std::string namespace_name;
  std::string name;
  std::string uid;  ///< empty where unknown
  bool warning = false;
  std::string reason;
  std::string message;  ///< cut at 1,000 bytes
  std::map<std::string, std::string> annotations = {};
};

/// The Event object of `note`, with this name and count 1.
model::Document make_event(const EventNote& note, const std::string& event_name,
                           model::WallTime now);
/// A new name for an event about `note`.
std::string new_event_name(const EventNote& note);

/// What was told of late, so that the same again is counted and not written anew. One thread at a
/// time.
class EventMemory {
 public:
  struct Verdict {
    enum class Kind {
      create,    ///< write a new Event named `event_name`
      count,     ///< raise the Event's count to `count`
      suppress,  ///< too soon: it is counted with the next one
    };
    Kind kind = Kind::create;
    std::string event_name;
    std::int64_t count = 1;
  };
  /// An Event that is repeated within 30 minutes is counted, at most every 5 minutes.
  Verdict judge(const EventNote& note, model::SteadyTime now);

 private:
  struct Told {
    std::string event_name;
    std::int64_t count = 1;
    model::SteadyTime last;  ///< when it was written last
  };
  void forget_old(model::SteadyTime now);
  std::map<std::string, Told> told_;  ///< by everything that the note says
};

}  // namespace reconcile::engine
