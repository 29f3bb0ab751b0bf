#pragma once

#include <zstd.h>

#include <memory>

namespace reconcile::model {

/// The thread's context for small texts that are packed in one step at a low level: making one
/// costs more than packing such a text. It grows with what it packs and never shrinks.
inline ZSTD_CCtx* zstd_packer() {
  thread_local const std::unique_ptr<ZSTD_CCtx, std::size_t (*)(ZSTD_CCtx*)> context(
      ZSTD_createCCtx(), ZSTD_freeCCtx);
  return context.get();
}

}  // namespace reconcile::model
