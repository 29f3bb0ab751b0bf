#include "reconcile/sources/source.hpp"

#include <catch2/catch.hpp>

#include "reconcile/model/error.hpp"

using reconcile::sources::Revision;

TEST_CASE("revisions are written and read in Flux's form", "[sources][revision]") {
  const std::string hash(40, 'a');
  for (const std::string& text :
       {"main@sha1:" + hash, "refs/heads/main@sha1:" + hash, "sha1:" + hash,
        "release@2.0@sha1:" + hash, "sha256:" + std::string(64, '0')}) {
    CHECK(Revision::parse(text).text() == text);
  }
  CHECK(Revision::parse("release@2.0@sha1:" + hash).name == "release@2.0");
  CHECK(Revision::parse("main@sha1:" + hash).hash() == hash);
}

TEST_CASE("a text that is no revision is refused", "[sources][revision]") {
  for (const char* text : {"", "main", "main@", "@sha1:aa", "main@sha1:", "main@sha1:XY"}) {
    CHECK_THROWS_AS(Revision::parse(text), reconcile::model::Error);
  }
}
