// What `helm template` prints: definitions, manifests, hooks, each behind its "# Source:" line.

#include <utility>

#include "reconcile/helm/render.hpp"
#include "reconcile/model/error.hpp"
#include "renderers/helm/manifests.hpp"
#include "renderers/helm/path_match.hpp"
#include "renderers/helm/text.hpp"

namespace reconcile::helm {
namespace {

using model::Error;
using model::ErrorCode;
using Pieces = std::vector<std::string_view>;

/// The path behind "# Source: CHART/" of a document; empty where it has no such line.
std::string_view source_path(std::string_view document) {
  constexpr std::string_view mark = "# Source: ";
  const std::size_t start = document.find(mark);
  if (start == std::string_view::npos) return {};
  const std::size_t slash = document.find('/', start + mark.size() + 1);
  if (slash == std::string_view::npos) return {};
  const std::string_view rest = document.substr(slash + 1);
  return rest.substr(0, rest.find('\n'));
}

std::string show_only(std::string_view text, const RenderRequest& request) {
  std::string shown;
  const std::vector<std::string_view> documents = split_manifests(text, request.profile);
  for (const std::string& pattern : request.show_only) {
    bool missing = true;
    for (const std::string_view document : documents) {
      const std::string_view path = source_path(document);
      if (path.empty() || !path_match(pattern, path)) continue;
      shown += "---\n";
      shown += document;
      shown += '\n';
      missing = false;
    }
    if (missing) {
      throw Error(ErrorCode::not_found, "could not find template " + pattern + " in chart");
    }
  }
  return shown;
}

void add_source(Pieces& pieces, std::string_view path, std::string_view content) {
  for (const std::string_view piece : {std::string_view("---\n# Source: "), path,
                                       std::string_view("\n"), content, std::string_view("\n")}) {
    pieces.push_back(piece);
  }
}

/// strings.TrimSpace over all pieces; the first one begins with dashes.
void trim_end(Pieces& pieces) {
  while (!pieces.empty()) {
    pieces.back() = trim_right_space(pieces.back());
    if (!pieces.back().empty()) return;
    pieces.pop_back();
  }
}

Pieces all_pieces(const HelmResult& result, const RenderRequest& request) {
  Pieces pieces;
  pieces.reserve(5 * (result.definitions.size() + result.manifests.size() + result.hooks.size()) +
                 1);
  for (const Manifest& item : result.definitions) add_source(pieces, item.path, item.content);
  for (const Manifest& item : result.manifests) add_source(pieces, item.path, item.content);
  trim_end(pieces);
  pieces.push_back("\n");
  if (request.no_hooks) return pieces;
  for (const Hook& hook : result.hooks) {
    if (!request.skip_tests || !hook.is_test()) add_source(pieces, hook.path, hook.manifest);
  }
  return pieces;
}

std::string joined(const Pieces& pieces) {
  std::size_t bytes = 0;
  for (const std::string_view piece : pieces) bytes += piece.size();
  std::string text;
  text.reserve(bytes);
  for (const std::string_view piece : pieces) text += piece;
  return text;
}

}  // namespace

std::vector<std::string_view> output_pieces(const HelmResult& result, const RenderRequest& request,
                                            std::string& shown) {
  Pieces pieces = all_pieces(result, request);
  if (request.show_only.empty()) return pieces;
  shown = show_only(joined(pieces), request);
  return {shown};
}

std::string output_text(const HelmResult& result, const RenderRequest& request) {
  std::string shown;
  return joined(output_pieces(result, request, shown));
}

}  // namespace reconcile::helm
