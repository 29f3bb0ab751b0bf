#include "reconcile/io/log.hpp"

#include <catch2/catch.hpp>

#include "test/support/fake_clock.hpp"

using namespace reconcile;

namespace {

struct Lines {
  explicit Lines(io::LogFormat format)
      : logger({.level = io::LogLevel::info,
                .format = format,
                .clock = &clock,
                .sink = [this](std::string_view line) { text += line; }}) {}
  test::FakeClock clock;
  std::string text;
  io::Logger logger;
};

}  // namespace

TEST_CASE("writes one JSON object a line", "[io][log]") {
  Lines lines(io::LogFormat::json);
  lines.logger.info(
      "Applied object",
      {{"object", "Deployment/apps/podinfo"}, {"count", 3}, {"seconds", 0.5}, {"changed", true}});
  CHECK(lines.text ==
        "{\"ts\":\"2026-01-01T00:00:00Z\",\"level\":\"info\",\"msg\":\"Applied object\","
        "\"object\":\"Deployment/apps/podinfo\",\"count\":3,\"seconds\":0.5,\"changed\":true}\n");
}

TEST_CASE("escapes what would break a line or a terminal", "[io][log]") {
  Lines json(io::LogFormat::json);
  json.logger.error("Failed", {{"err", "a \"b\"\n\x1b[31m"}});
  CHECK(json.text.find(R"("err":"a \"b\"\n\u001b[31m"})") != std::string::npos);
  Lines text(io::LogFormat::text);
  text.logger.error("Failed", {{"err", "two words"}, {"path", "a/b"}, {"none", ""}});
  CHECK(text.text == "2026-01-01T00:00:00Z error   Failed err=\"two words\" path=a/b none=\"\"\n");
}

TEST_CASE("leaves out what is below the level", "[io][log]") {
  Lines lines(io::LogFormat::json);
  lines.logger.debug("Hidden");
  CHECK(lines.text.empty());
  lines.logger.set_level(io::LogLevel::debug);
  lines.logger.debug("Shown");
  CHECK_FALSE(lines.text.empty());
  CHECK(io::parse_log_level("warn") == io::LogLevel::warning);
  CHECK_FALSE(io::parse_log_level("loud"));
}

TEST_CASE("masks secrets by key, by registration and in URLs", "[io][log]") {
  Lines lines(io::LogFormat::text);
  lines.logger.add_secret("s3cr3t-value");
  lines.logger.info("Seen", {{"webhook_token", "abc"},
                             {"err", "bad s3cr3t-value here"},
                             {"url", "https://user:pw@git.example/x"},
                             {"tokens", "kept"}});
  CHECK(lines.text ==
        "2026-01-01T00:00:00Z info    Seen webhook_token=*** err=\"bad *** here\" "
        "url=https://***@git.example/x tokens=kept\n");
}
