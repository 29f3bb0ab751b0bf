#pragma once

#include <zstd.h>

#include <memory>

namespace reconcile::model {

/// The thread's context for texts that are unpacked in one step: making one costs as much as
/// unpacking a small text.
inline ZSTD_DCtx* zstd_unpacker() {
  thread_local const std::unique_ptr<ZSTD_DCtx, std::size_t (*)(ZSTD_DCtx*)> context(
      ZSTD_createDCtx(), ZSTD_freeDCtx);
  return context.get();
}

}  // namespace reconcile::model
