#include "sources/git/smart_transport.hpp"

#include <git2/sys/transport.h>

#include <memory>
#include <span>

#include "reconcile/model/error.hpp"
#include "sources/git/git_transfer.hpp"
#include "sources/git/git_wire.hpp"

namespace reconcile::sources {
namespace {

using model::Error;
using model::ErrorCode;

/// libgit2 asks for a stream per request where requests travel alone, else for the same one again.
struct SmartStream : git_smart_subtransport_stream {
  Transfer* transfer = nullptr;
  GitWire* wire = nullptr;
  SmartStream** slot = nullptr;  ///< where the subtransport remembers it
};

struct SmartSubtransport : git_smart_subtransport {
  Transfer* transfer = nullptr;
  std::unique_ptr<GitWire> wire;
  SmartStream* stream = nullptr;
};

int stream_read(git_smart_subtransport_stream* base, char* buffer, std::size_t size,
                std::size_t* bytes_read) {
  auto* stream = static_cast<SmartStream*>(base);
  *bytes_read = 0;
  return guarded(*stream->transfer,
                 [&] { *bytes_read = stream->wire->read(std::span(buffer, size)); });
}

int stream_write(git_smart_subtransport_stream* base, const char* buffer, std::size_t size) {
  auto* stream = static_cast<SmartStream*>(base);
  return guarded(*stream->transfer, [&] { stream->wire->write({buffer, size}); });
}

void stream_free(git_smart_subtransport_stream* base) {
  auto* stream = static_cast<SmartStream*>(base);
  if (*stream->slot == stream) *stream->slot = nullptr;
  delete stream;
}

SmartStream* new_stream(SmartSubtransport& subtransport) {
  auto stream = std::make_unique<SmartStream>();
  stream->subtransport = &subtransport;
  stream->read = stream_read;
  stream->write = stream_write;
  stream->free = stream_free;
  stream->transfer = subtransport.transfer;
  stream->wire = subtransport.wire.get();
  stream->slot = &subtransport.stream;
  subtransport.stream = stream.get();
  return stream.release();
}

int subtransport_action(git_smart_subtransport_stream** out, git_smart_subtransport* base,
                        const char* /*url*/, git_smart_service_t action) {
  auto* subtransport = static_cast<SmartSubtransport*>(base);
  Transfer& transfer = *subtransport->transfer;
  *out = nullptr;
  return guarded(transfer, [&] {
    if (action == GIT_SERVICE_UPLOADPACK_LS) {
      subtransport->wire = make_wire(transfer);
      subtransport->wire->list(GitService::upload_pack);
    } else if (action != GIT_SERVICE_UPLOADPACK || !subtransport->wire) {
      throw Error(ErrorCode::internal, "a service was asked for that a fetch does not need");
    } else if (!is_stateless(transfer.base_url) && subtransport->stream != nullptr) {
      *out = subtransport->stream;
      return;
    }
    *out = new_stream(*subtransport);
  });
}

int subtransport_close(git_smart_subtransport* base) {
  static_cast<SmartSubtransport*>(base)->wire.reset();
  return 0;
}

void subtransport_free(git_smart_subtransport* base) {
  delete static_cast<SmartSubtransport*>(base);
}

int make_subtransport(git_smart_subtransport** out, git_transport* /*owner*/, void* payload) {
  auto* transfer = static_cast<Transfer*>(payload);
  return guarded(*transfer, [&] {
    auto subtransport = std::make_unique<SmartSubtransport>();
    subtransport->action = subtransport_action;
    subtransport->close = subtransport_close;
    subtransport->free = subtransport_free;
    subtransport->transfer = transfer;
    *out = subtransport.release();
  });
}

}  // namespace

int make_smart_transport(git_transport** out, git_remote* owner, void* payload) {
  git_smart_subtransport_definition definition{};
  definition.callback = make_subtransport;
  definition.rpc = is_stateless(static_cast<Transfer*>(payload)->base_url) ? 1 : 0;
  definition.param = payload;
  return git_transport_smart(out, owner, &definition);
}

}  // namespace reconcile::sources
