#include <yaml.h>

#include <cstring>
#include <optional>
#include <string>
#include <vector>

#include "base/model/yaml_event.hpp"
#include "base/model/yaml_go_text.hpp"
#include "reconcile/model/error.hpp"

namespace reconcile::model {

namespace {

std::string_view view(const yaml_char_t* text) {
  if (text == nullptr) return {};
  return reinterpret_cast<const char*>(text);
}

Style scalar_style(yaml_scalar_style_t style) {
  switch (style) {
    case YAML_SINGLE_QUOTED_SCALAR_STYLE:
      return Style::single_quoted;
    case YAML_DOUBLE_QUOTED_SCALAR_STYLE:
      return Style::double_quoted;
    case YAML_LITERAL_SCALAR_STYLE:
      return Style::literal;
    case YAML_FOLDED_SCALAR_STYLE:
      return Style::folded;
    default:
      return Style::plain;
  }
}

class LibyamlSource final : public YamlEventSource {
 public:
  LibyamlSource(std::string_view text, YamlDialect dialect) : text_(text), dialect_(dialect) {
    start();
  }

  ~LibyamlSource() override {
    yaml_event_delete(&raw_);
    yaml_parser_delete(&parser_);
  }

  LibyamlSource(const LibyamlSource&) = delete;
  LibyamlSource& operator=(const LibyamlSource&) = delete;

  const YamlEvent& next() override {
    do {
      advance();
    } while (raw_.type == YAML_STREAM_START_EVENT);
    event_ = {};
    event_.line = static_cast<std::uint32_t>(raw_.start_mark.line) + 1;
    translate();
    return event_;
  }

 private:
  void start() {
    if (yaml_parser_initialize(&parser_) == 0) throw std::bad_alloc();
    const std::string_view text = text_.prepared();
    // libyaml wants an address even for no bytes.
    const char* const start = text.data() == nullptr ? "" : text.data();
    const auto* const bytes = reinterpret_cast<const unsigned char*>(start);
    yaml_parser_set_input_string(&parser_, bytes, text.size());
  }

  void advance() {
    yaml_event_delete(&raw_);
    while (yaml_parser_parse(&parser_, &raw_) == 0) {
      if (!restart()) fail();
    }
    ++taken_;
  }

  // After an escape or a tag that only go-yaml knows, reads again up to where the error was.
  bool restart() {
    if (parser_.error != YAML_SCANNER_ERROR || parser_.problem == nullptr) return false;
    const std::string_view context = parser_.context == nullptr ? "" : parser_.context;
    if (context == "while scanning a tag" || context == "while parsing a tag") {
      if (!text_.accept_in_tag(parser_.problem_mark.index)) return false;
    } else if (std::strcmp(parser_.problem, "found unknown escape character") != 0 ||
               !text_.accept_escape(parser_.problem_mark.index + 1)) {
      return false;
    }
    yaml_parser_delete(&parser_);
    start();
    for (std::size_t i = 0; i < taken_; ++i) {
      yaml_event_delete(&raw_);
      if (yaml_parser_parse(&parser_, &raw_) == 0) return false;
    }
    yaml_event_delete(&raw_);
    return true;
  }

  void translate() {
    switch (raw_.type) {
      case YAML_DOCUMENT_START_EVENT:
        check_version();
        event_.type = YamlEventType::document_start;
        return;
      case YAML_DOCUMENT_END_EVENT:
        event_.type = YamlEventType::document_end;
        return;
      case YAML_ALIAS_EVENT:
        event_.type = YamlEventType::alias;
        event_.value = text_.restored(view(raw_.data.alias.anchor), value_);
        return;
      case YAML_SCALAR_EVENT:
        translate_scalar();
        return;
      case YAML_SEQUENCE_START_EVENT:
        event_.type = YamlEventType::list_start;
        event_.anchor = view(raw_.data.sequence_start.anchor);
        event_.tag = view(raw_.data.sequence_start.tag);
        enter(raw_.data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE, ']');
        return;
      case YAML_SEQUENCE_END_EVENT:
        event_.type = YamlEventType::list_end;
        leave();
        return;
      case YAML_MAPPING_START_EVENT:
        event_.type = YamlEventType::map_start;
        event_.anchor = view(raw_.data.mapping_start.anchor);
        event_.tag = view(raw_.data.mapping_start.tag);
        enter(raw_.data.mapping_start.style == YAML_FLOW_MAPPING_STYLE, '}');
        return;
      case YAML_MAPPING_END_EVENT:
        event_.type = YamlEventType::map_end;
        leave();
        return;
      default:
        event_.type = YamlEventType::stream_end;
    }
  }

  void translate_scalar() {
    const auto& scalar = raw_.data.scalar;
    event_.type = YamlEventType::scalar;
    event_.style = scalar_style(scalar.style);
    event_.plain_implicit = scalar.plain_implicit != 0;
    const std::string_view value{reinterpret_cast<const char*>(scalar.value), scalar.length};
    event_.value = text_.restored(value, value_);
    event_.anchor = view(scalar.anchor);
    event_.tag = view(scalar.tag);
    if (event_.style == Style::double_quoted) {
      const std::optional<std::size_t> breaks =
          text_.breaks_before_slash_escape(raw_.start_mark.index, raw_.end_mark.index);
      if (breaks) throw_slash_escape(raw_.start_mark.line, raw_.start_mark.line + *breaks);
    }
    check_question_mark();
  }

  void enter(bool flow, char closer) {
    if (flow) event_.style = Style::flow;
    // A pair without braces in a list ends where the list does.
    const bool is_pair = flow && closer == '}' && raw_.start_mark.index == raw_.end_mark.index;
    closers_.push_back(is_pair ? ']' : flow ? closer : '\0');
    opened_.push_back(is_pair && !opened_.empty() ? opened_.back() : raw_.start_mark.line);
  }

  void leave() {
    closers_.pop_back();
    opened_.pop_back();
  }

  // In flow context go-yaml ends a plain scalar at any question mark, which leaves a key indicator
  // where a comma must stand.
  void check_question_mark() {
    if (event_.style != Style::plain || closers_.empty() || closers_.back() == '\0') return;
    const std::size_t at = event_.value.find('?');
    if (at == std::string_view::npos || at == 0) return;
    // The mark is the problem, the collection its context; see fail().
    const std::size_t line = raw_.start_mark.line + text_.breaks_before_question_mark(
                                                        raw_.start_mark.index, raw_.end_mark.index);
    const bool v3 = dialect_ == YamlDialect::v3;
    const std::size_t preferred = v3 ? opened_.back() : line;
    throw_problem(std::string("did not find expected ',' or '") + closers_.back() + "'",
                  preferred != 0 ? preferred
                  : v3           ? line
                                 : opened_.back());
  }

  // go-yaml knows %YAML 1.1 only.
  void check_version() const {
    const yaml_version_directive_t* const version = raw_.data.document_start.version_directive;
    if (version == nullptr || (version->major == 1 && version->minor == 1)) return;
    throw_problem("found incompatible YAML document", raw_.start_mark.line);
  }

  // The escape is the problem, the scalar its context; see fail().
  [[noreturn]] void throw_slash_escape(std::size_t context, std::size_t problem) const {
    std::size_t line = problem != 0 ? problem + 1 : context;
    if (dialect_ == YamlDialect::v3) {
      line = context != 0 ? context : problem;
      if (line != 0) ++line;
    }
    throw_problem("found unknown escape character", line);
  }

  [[noreturn]] static void throw_problem(const std::string& problem, std::size_t line) {
    const std::string where = line == 0 ? "" : "line " + std::to_string(line) + ": ";
    throw Error(ErrorCode::invalid_input, "yaml: " + where + problem);
  }

  // v3 scans two tokens beyond the current one (for comments), so that an error of the scanner
  // there is met before the parser's.
  void look_ahead() {
    const char* const problem = parser_.problem;
    const yaml_mark_t problem_mark = parser_.problem_mark;
    const yaml_mark_t context_mark = parser_.context_mark;
    parser_.error = YAML_NO_ERROR;
    parser_.context_mark = {};
    for (int i = 0; i < 3; ++i) {
      yaml_token_t token;
      if (yaml_parser_scan(&parser_, &token) == 0) return;
      const bool last = token.type == YAML_STREAM_END_TOKEN || token.type == YAML_NO_TOKEN;
      yaml_token_delete(&token);
      if (last) break;
    }
    parser_.error = YAML_PARSER_ERROR;
    parser_.problem = problem;
    parser_.problem_mark = problem_mark;
    parser_.context_mark = context_mark;
  }

  // go-yaml prints marks without counting from 1, except for the scanner's; v2 prefers the
  // problem's mark, v3 the context's.
  [[noreturn]] void fail() {
    if (parser_.error == YAML_MEMORY_ERROR) throw std::bad_alloc();
    if (dialect_ == YamlDialect::v3 && parser_.error == YAML_PARSER_ERROR) look_ahead();
    const std::size_t problem_line = parser_.problem_mark.line;
    const std::size_t context_line = parser_.context_mark.line;
    const bool scanner = parser_.error == YAML_SCANNER_ERROR;
    std::size_t line = 0;
    if (dialect_ == YamlDialect::v2) {
      line = problem_line != 0 ? problem_line + (scanner ? 1 : 0) : context_line;
    } else {
      line = context_line != 0 ? context_line : problem_line;
      if (line != 0 && scanner) ++line;
    }
    const bool has_problem = parser_.problem != nullptr && *parser_.problem != '\0';
    throw_problem(has_problem ? parser_.problem : "unknown problem parsing YAML content", line);
  }

  YamlGoText text_;
  YamlDialect dialect_;
  std::string value_;
  std::string closers_;  ///< of the open collections: the flow indicator, or 0 for block style
  std::vector<std::size_t> opened_;  ///< the lines, from 0, where they start
  std::size_t taken_ = 0;
  yaml_parser_t parser_{};
  yaml_event_t raw_{};
  YamlEvent event_;
};

}  // namespace

std::unique_ptr<YamlEventSource> make_libyaml_source(std::string_view text, YamlDialect dialect) {
  return std::make_unique<LibyamlSource>(text, dialect);
}

}  // namespace reconcile::model
