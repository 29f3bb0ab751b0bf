#pragma once

#include <git2.h>

namespace reconcile::sources {

/// A factory of libgit2 transports that speak Git's smart protocol (version 0) over a GitWire;
/// `payload` is a Transfer. libgit2's own HTTP has no CA, certificate, proxy, time-out or cancel of
/// one source, and its own SSH no time-out or cancel.
int make_smart_transport(git_transport** out, git_remote* owner, void* payload);

}  // namespace reconcile::sources
