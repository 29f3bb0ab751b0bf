#include "reconcile/model/printable.hpp"

#include <catch2/catch.hpp>

using reconcile::model::printable;

TEST_CASE("writes what steers a terminal or does not show as escapes", "[model][printable]") {
  CHECK(printable("a\x1b[2J\n\r\x7f") == "a\\u001b[2J\\n\\r\\u007f");
  CHECK(printable("\u009b2J") == "\\u009b2J");
  CHECK(printable("x\u202Egpj.\u2066") == "x\\u202egpj.\\u2066");
  CHECK(printable("admin\u200b \U000E0041") == "admin\\u200b \\udb40\\udc41");
  CHECK(printable("\x9b 2J \xc3") == "\\ufffd 2J \\ufffd");
}

TEST_CASE("leaves what people write as it is", "[model][printable]") {
  for (const char* text : {"", "a\tb", "größer → 漢字", "👩\u200d💻", "می\u200cخواهم", "\ufffd"})
    CHECK(printable(text) == text);
}
