#pragma once

#include <utility>

#include "test/fuzz/case.hpp"

namespace reconcile::fuzz {

/// `files` with a Chart.yaml where they have none.
inline Files with_metadata(Files files) {
  files.try_emplace("Chart.yaml", "apiVersion: v2\nname: app\nversion: 1.2.3\n");
  return files;
}

}  // namespace reconcile::fuzz
