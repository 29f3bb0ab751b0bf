#include "renderers/helm/error_text.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

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

  bool operator==(const Level&) const = default;
};

/// What comes before the next error of a chain.
std::string own_message(std::string_view text) {
  return std::string(text.substr(0, text.find(" template:")));
}

/// Reads `LOCATION: executing "NAME" at <NODE>: MESSAGE`; absent where `text` has another form.
std::optional<Level> read_executing(std::string_view text) {
  const std::size_t executing = text.find(": executing ");
  if (executing == std::string_view::npos) return std::nullopt;
  const std::string_view rest = text.substr(executing + 12);
  const std::size_t quote = rest.find('"', 1);
  if (!rest.starts_with('"') || quote == std::string_view::npos) return std::nullopt;
  const std::string_view at = rest.substr(quote + 1);
  const std::size_t end = at.find(">: ");
  if (!at.starts_with(" at <") || end == std::string_view::npos) return std::nullopt;
  return Level{
      std::string(text.substr(0, executing)),
      "executing " + std::string(rest.substr(0, quote + 1)) + std::string(at.substr(0, end)) + ">:",
      own_message(at.substr(end + 3))};
}

/// Absent where `text` has none of the forms of text/template.
std::optional<Level> read_level(std::string_view text) {
  if (!text.starts_with(prefix)) return std::nullopt;
  const std::string_view rest = text.substr(prefix.size());
  if (rest.starts_with("no template ")) return Level{{}, {}, std::string(text)};
  if (std::optional<Level> level = read_executing(rest)) return level;
  const std::size_t separator = rest.rfind(": ");
  if (separator == std::string_view::npos) return std::nullopt;
  return Level{std::string(rest.substr(0, separator)), {}, own_message(rest.substr(separator + 2))};
}

/// The layout of Helm 4.3.1: a block for each error of the chain. Absent where one of them is not
/// text/template's own, such as what a function answers: Helm leaves the text as it is then.
std::optional<std::string> blocks_of(const gotemplate::TemplateError& error) {
  std::vector<std::string_view> texts{error.message()};
  for (const std::size_t size : error.causes()) {
    texts.push_back(texts.front().substr(texts.front().size() - size));
  }
  std::vector<Level> levels;
  for (const std::string_view text : texts) {
    std::optional<Level> level = read_level(text);
    if (!level) return std::nullopt;
    if (levels.empty() || levels.back() != *level) levels.push_back(*std::move(level));
  }
  std::string blocks;
  for (const Level& level : levels) {
    if (!level.location.empty()) blocks += level.location + "\n  ";
    if (!level.executing.empty()) blocks += level.executing + "\n    ";
    if (!level.message.empty()) blocks += level.message + "\n";
  }
  return std::string(trim_space(blocks));
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
    if (const std::optional<std::string> blocks = blocks_of(error)) return {error.code(), *blocks};
  }
  return {error.code(), text};
}

}  // namespace reconcile::helm
