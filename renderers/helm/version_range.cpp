#include "renderers/helm/version_range.hpp"

#include "reconcile/model/error.hpp"
#include "renderers/sprig/semver.hpp"

namespace reconcile::helm {

bool is_version(std::string_view version) {
  try {
    sprig::Version::parse(version);
    return true;
  } catch (const model::Error&) {
    return false;
  }
}

bool is_compatible(std::string_view range, std::string_view version) {
  try {
    return sprig::Constraint::parse(range).allows(sprig::Version::parse(version));
  } catch (const model::Error&) {
    return false;
  }
}

}  // namespace reconcile::helm
