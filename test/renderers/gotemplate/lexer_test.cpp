#include <catch2/catch.hpp>
#include <string>

#include "renderers/gotemplate/token.hpp"

using namespace reconcile::gotemplate;

namespace {

// All tokens as "text" joined by blanks; an error ends them.
std::string tokens(std::string_view source) {
  Lexer lexer(source);
  std::string out;
  for (;;) {
    Token token;
    lexer.next(token);
    if (token.kind == TokenKind::eof) return out + "EOF";
    if (token.kind == TokenKind::error) return out + "error:" + std::string(token.text);
    out += "[" + std::string(token.text) + "]";
  }
}

}  // namespace

TEST_CASE("text and actions are split", "[renderers][gotemplate][lexer]") {
  CHECK(tokens("") == "EOF");
  CHECK(tokens("a{{.x.y|f 1 `r` \"s\" 'c'}}b") ==
        "[a][{{][.x][.y][|][f][1][`r`][\"s\"]['c'][}}][b]EOF");
  CHECK(tokens("a  {{- $x := 3 -}} \n b") == "[a][{{][$x][:=][3][}}][b]EOF");
  CHECK(tokens("{{- 1 -}}{{- 2 -}}") == "[{{][1][}}][{{][2][}}]EOF");
  CHECK(tokens("a {{- /* c */ -}} b") == "[a][b]EOF");
  CHECK(tokens("{{1+2i}}{{-1.5e+3}}{{0x1p-2}}") ==
        "[{{][1+2i][}}][{{][-1.5e+3][}}][{{][0x1p-2][}}]EOF");
  CHECK(tokens("{{if}}{{end}}{{.}}{{$}}{{()}}") ==
        "[{{][if][}}][{{][end][}}][{{][.][}}][{{][$][}}][{{][(][)][}}]EOF");
}

TEST_CASE("what is no token is an error", "[renderers][gotemplate][lexer]") {
  CHECK(tokens("{{/* x") == "error:unclosed comment");
  CHECK(tokens("{{/* x */ }}") == "error:comment ends before closing delimiter");
  CHECK(tokens("{{\"a\n\"}}") == "[{{]error:unterminated quoted string");
  CHECK(tokens("{{`a") == "[{{]error:unterminated raw quoted string");
  CHECK(tokens("{{'a") == "[{{]error:unterminated character constant");
  CHECK(tokens("{{(}}") == "[{{][(]error:unclosed left paren");
  CHECK(tokens("{{)}}") == "[{{]error:unexpected right paren");
  CHECK(tokens("{{a#}}") == "[{{]error:bad character U+0023 '#'");
  CHECK(tokens("{{3k}}") == "[{{]error:bad number syntax: \"3k\"");
  CHECK(tokens("{{ a") == "[{{][a]error:unclosed action");
  CHECK(tokens("{{:}}") == "[{{]error:expected :=");
  CHECK(tokens("{{\x01}}") == "[{{]error:unrecognized character in action: U+0001");
}
