#pragma once

#include <map>
#include <string>

#include "reconcile/kustomize/build.hpp"
#include "reconcile/model/error.hpp"
#include "reconcile/model/file_tree.hpp"

namespace reconcile::kustomize {

/// A request for a tree of files in memory, in the order of the library.
inline BuildRequest request_for(std::map<std::string, std::string> files, std::string path = "") {
  BuildRequest request;
  request.tree = model::memory_tree(std::move(files));
  request.path = std::move(path);
  request.order = Order::fifo;
  return request;
}

inline std::string build_text(std::map<std::string, std::string> files, std::string path = "") {
  return build(request_for(std::move(files), std::move(path))).text;
}

/// The text of the error that the build ends with; empty where it does not fail.
inline std::string build_error(const BuildRequest& request) {
  try {
    (void)build(request);
  } catch (const model::Error& error) {
    return error.what();
  }
  return {};
}

}  // namespace reconcile::kustomize
