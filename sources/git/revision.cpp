#include "reconcile/model/error.hpp"
#include "reconcile/sources/source.hpp"

namespace reconcile::sources {
namespace {

bool is_digest(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == 0 || colon == std::string_view::npos || colon + 1 == text.size()) return false;
  return text.substr(colon + 1).find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

}  // namespace

std::string Revision::text() const {
  return name.empty() ? digest : name + "@" + digest;
}

std::string_view Revision::hash() const noexcept {
  const std::size_t colon = digest.find(':');
  return colon == std::string::npos ? std::string_view()
                                    : std::string_view(digest).substr(colon + 1);
}

Revision Revision::parse(std::string_view text) {
  const std::size_t at = text.rfind('@');
  Revision revision;
  if (at != std::string_view::npos) revision.name = text.substr(0, at);
  revision.digest = at == std::string_view::npos ? text : text.substr(at + 1);
  if (is_digest(revision.digest) && (at == std::string_view::npos || at > 0)) return revision;
  throw model::Error(model::ErrorCode::invalid_input,
                     "expected a revision such as \"main@sha1:…\", found \"" +
                         std::string(text.substr(0, 200)) + "\"");
}

}  // namespace reconcile::sources
