#include "renderers/helm/version_range.hpp"

#include <algorithm>

#include "reconcile/helm/version_choice.hpp"
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

std::optional<std::size_t> choose_version(const std::vector<std::string>& versions,
                                          const std::string& wanted) {
  const auto exact = std::find(versions.begin(), versions.end(), wanted);
  if (!wanted.empty() && exact != versions.end()) {
    return static_cast<std::size_t>(exact - versions.begin());
  }
  std::optional<std::size_t> best;
  sprig::Version best_version;
  try {
    const sprig::Constraint range = sprig::Constraint::parse(wanted.empty() ? "*" : wanted);
    for (std::size_t i = 0; i < versions.size(); ++i) {
      if (!is_version(versions[i])) continue;
      sprig::Version version = sprig::Version::parse(versions[i]);
      if (!range.allows(version)) continue;
      if (best.has_value() && version.compare(best_version) <= 0) continue;
      best = i;
      best_version = std::move(version);
    }
  } catch (const model::Error&) {
    return std::nullopt;
  }
  return best;
}

}  // namespace reconcile::helm
