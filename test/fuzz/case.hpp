#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "reconcile/helm/chart.hpp"
#include "reconcile/helm/render.hpp"

namespace reconcile::fuzz {

/// What is asked of both sides.
enum class Operation {
  render,     ///< the text of every file of templates/, before it is split into manifests
  manifests,  ///< what `helm template` prints, the hooks and the notes
  values,     ///< the coalesced values as JSON
  set,        ///< what -f and --set* make together, as JSON; without a chart
  yaml,       ///< `text` as JSON and written again, in `dialect`
  semver,     ///< `versions` × `constraints`
};

/// How far the errors of both sides have to agree.
enum class ErrorMatch {
  text,   ///< the whole text
  place,  ///< the last FILE:LINE:COLUMN (or FILE:LINE) and what follows the last ": "
  fails,  ///< both fail
};

/// The dialect of Operation::yaml.
enum class Dialect { v2, v3 };

using Files = std::map<std::string, std::string>;

/// One generated question.
struct Case {
  std::string topic;  ///< differences are counted by it, e.g. the function called
  Operation operation = Operation::render;
  helm::Profile profile = helm::Profile::helm4;
  ErrorMatch error_match = ErrorMatch::text;
  Files files;                ///< of the chart; a missing Chart.yaml is added: app 1.2.3
  std::string archive;        ///< a .tgz in place of `files`
  bool is_directory = false;  ///< loaded from a folder: .helmignore counts
  /// Values files, --set*; the form is one of helm::ValuesForm, names are ignored.
  std::vector<helm::ValuesInput> values;
  helm::Release release;
  std::string kube_version;
  std::vector<std::string> api_versions;
  bool include_crds = false;
  bool skip_schema_validation = false;
  std::string text;
  Dialect dialect = Dialect::v2;
  std::vector<std::string> versions;
  std::vector<std::string> constraints;
};

/// What one side makes of a case: named texts (files by path; "output", "notes", "hooks", "json",
/// "yaml", "versions", "matches"), or an error.
struct Answer {
  std::map<std::string, std::string> texts;
  bool failed = false;
  std::string error;
  bool crashed = false;  ///< the real tool died or took too long; `error` says how
};

/// One or more lines that name what differs; empty where nothing does. A crash of the real tool
/// asks for nothing but an end.
std::string difference(const Case& asked, const Answer& ours, const Answer& theirs);

/// Our side. Throws nothing that a render throws.
Answer our_answer(const Case& asked);

}  // namespace reconcile::fuzz
