#include "renderers/helm/error_text.hpp"

#include <optional>
#include <string_view>

#include "renderers/helm/text.hpp"

namespace reconcile::helm {
namespace {

constexpr std::string_view text_start = "HELM_ERR_START";
constexpr std::string_view text_end = "HELM_ERR_END";
constexpr std::string_view prefix = "template: ";

/// The text between the markers of `fail` and `required`; absent where there is none.
std::optional<std::string_view> marked_text(std::string_view text) {
  const std::size_t start = text.find(text_start);
  const std::size_t end = text.rfind(text_end);
  if (start == std::string_view::npos || end == std::string_view::npos) return std::nullopt;
  const std::size_t from = start + text_start.size();
  if (end < from) return std::nullopt;
  return text.substr(from, end - from);
}

/// "FILE:LINE:COLUMN" of a message in Go's form.
std::string location_of(std::string_view text) {
  if (text.starts_with(prefix)) text.remove_prefix(prefix.size());
  return std::string(text.substr(0, text.find(": ")));
}

/// One level of an execution error: where, in which template at which node, and what.
struct Level {
  std::string location;
  std::string executing;
  std::string message;
};

/// Reads `LOCATION: executing "NAME" at <NODE>: MESSAGE`; absent where `text` has another form.
std::optional<Level> read_level(std::string_view text) {
  if (!text.starts_with(prefix)) return std::nullopt;
  text.remove_prefix(prefix.size());
  const std::size_t executing = text.find(": executing ");
  if (executing == std::string_view::npos) return std::nullopt;
  const std::string_view rest = text.substr(executing + 12);
  const std::size_t quote = rest.find('"', 1);
  if (!rest.starts_with('"') || quote == std::string_view::npos) return std::nullopt;
  const std::string_view at = rest.substr(quote + 1);
  const std::size_t end = at.find(">: ");
  if (!at.starts_with(" at <") || end == std::string_view::npos) return std::nullopt;
  std::string_view message = at.substr(end + 3);
  message = message.substr(0, message.find(" template:"));
  return Level{
      std::string(text.substr(0, executing)),
      "executing " + std::string(rest.substr(0, quote + 1)) + std::string(at.substr(0, end)) + ">:",
      std::string(message)};
}

/// The layout of Helm 4 for an error of one level; absent for chains (`error calling include: …`),
/// whose text Helm 4 leaves as it is, and for other forms.
std::optional<std::string> block_of(std::string_view text) {
  const std::optional<Level> level = read_level(text);
  if (!level || text.find("error calling ") != std::string_view::npos) return std::nullopt;
  return level->location + "\n  " + level->executing + "\n    " +
         std::string(trim_space(level->message));
}

}  // namespace

model::Error parse_error(const std::string& file, const gotemplate::TemplateError& error) {
  const std::string& text = error.message();
  const std::size_t last = text.rfind(": ");
  if (last == std::string::npos) {
    return {error.code(), "parse error in (" + file + "): " + text};
  }
  return {error.code(), "parse error at (" + location_of(text) + "): " + text.substr(last + 2)};
}

model::Error execution_error(const std::string& file, const gotemplate::TemplateError& error,
                             Profile profile) {
  const std::string& text = error.message();
  if (!text.starts_with(prefix)) {
    return {error.code(), "execution error in (" + file + "): " + text};
  }
  if (const std::optional<std::string_view> marked = marked_text(text)) {
    return {error.code(),
            "execution error at (" + location_of(text) + "): " + std::string(*marked)};
  }
  if (profile == Profile::helm4) {
    if (const std::optional<std::string> block = block_of(text)) return {error.code(), *block};
  }
  return {error.code(), text};
}

}  // namespace reconcile::helm
