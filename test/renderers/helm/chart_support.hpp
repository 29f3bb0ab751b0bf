#pragma once

#include <map>
#include <string>
#include <vector>

#include "reconcile/helm/render.hpp"

namespace reconcile::helm::testing {

using Files = std::map<std::string, std::string>;

/// `files` (relative to the chart) with a Chart.yaml of name "app" where they have none.
std::shared_ptr<const Chart> make_chart(Files files, Profile profile = Profile::helm4);

/// A request over make_chart(files).
RenderRequest request_of(Files files, std::vector<ValuesInput> values = {},
                         Profile profile = Profile::helm4);

/// The text of `template`; "Error: …" where it fails.
std::string rendered(const RenderRequest& request);

/// What `.Values | toJson` gives in the top chart of `files`; "Error: …" where it fails.
std::string values_json(Files files, std::vector<ValuesInput> values = {},
                        Profile profile = Profile::helm4);

/// What the template expression `{{ expression }}` prints in a chart of `files`.
std::string printed(const std::string& expression, Files files = {},
                    Profile profile = Profile::helm4);

}  // namespace reconcile::helm::testing
