#pragma once

namespace reconcile::engine {

/// For commands that render once and end: the heap grows in large steps, gives nothing back, and
/// its part beyond the first MiB or two lies on huge pages where the kernel grants them (a page
/// fault costs more than what is done with most pages). A small render touches no more memory than
/// before. Call it before the first thread starts.
void grow_heap_in_large_steps();

}  // namespace reconcile::engine
