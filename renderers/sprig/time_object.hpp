#pragma once

#include "reconcile/gotemplate/function.hpp"
#include "renderers/sprig/go_time.hpp"

namespace reconcile::sprig {

/// time.Time as templates hold it.
gotemplate::GoValue time_value(gotemplate::Heap& heap, GoTime time);
/// The time that `value` holds, or null where it is none. Valid as long as the heap.
const GoTime* as_time(const gotemplate::GoValue& value);

/// The process's zone of the render: context.local_zone, UTC where it is unknown.
std::shared_ptr<const TimeZone> local_zone(const gotemplate::RenderContext& context);

}  // namespace reconcile::sprig
