#pragma once

#include <string>
#include <vector>

#include "test/engine/gates/admission_world.hpp"

namespace reconcile::test {

/// dev: c1 ─ c2 ─ c3; staging: its own overlay on c1 (s1), and the same on c2 (s2), with dev's c2
/// green since minute 100. Each c changes a shared file of apps; infra stays.
class Story : public AdmissionWorld {
 public:
  Story() {
    depends_on["apps"] = {"infra"};
    graph.commit("c1", {},
                 {{"infra/base/ns", "v1"},
                  {"apps/base/web", "image 1"},
                  {"other/base/x", "v1"},
                  {"apps/overlays/dev/patch", "d"},
                  {"README.md", "hi"}});
    graph.commit("s1", {"c1"}, {{"apps/overlays/staging/patch", "replicas 2"}});
    graph.commit("c2", {"c1"}, {{"apps/base/web", "image 2"}});
    graph.commit("s2", {"c2"}, {{"apps/overlays/staging/patch", "replicas 2"}});
    graph.commit("c3", {"c2"}, {{"apps/base/web", "image 3"}});
    graph.commit("s3", {"c3"}, {{"apps/overlays/staging/patch", "replicas 2"}});
    run("dev", "c1", 0, 0);
    run("staging", "s1", 20, 20);
  }

  std::string outcome(const std::string& admitted, const std::string& tip, int minute) {
    return summary(decide(admitted, tip, minute), names);
  }

  std::vector<std::string> names{"c1", "c2", "c3", "s1", "s2", "s3", "x", "y", "z"};
};

}  // namespace reconcile::test
