#include "appliers/kube/stream_decoder.hpp"

#include <catch2/catch.hpp>
#include <vector>

#include "reconcile/model/error.hpp"

using namespace reconcile;

namespace {

struct Cut {
  std::vector<std::string> items;
  std::string envelope;
  bool complete = false;
  bool operator==(const Cut&) const = default;
};

Cut cut_list(std::string_view text, std::size_t chunk) {
  Cut cut;
  kube::ListDecoder decoder([&](std::string_view raw) { cut.items.emplace_back(raw); }, 1000);
  for (std::size_t i = 0; i < text.size(); i += chunk) decoder.feed(text.substr(i, chunk));
  cut.envelope = decoder.envelope();
  cut.complete = decoder.complete();
  return cut;
}

}  // namespace

TEST_CASE("cuts a list into items however it is chunked", "[appliers][kube][list_decoder]") {
  const std::string text =
      R"({"kind":"XList","items-not":["items"],"metadata":{"items":[{"no":1}],)"
      R"("resourceVersion":"7"},)"
      R"( "items" : [ {"a":"]}\"{["} , {"b":{"items":[{}]}},{"c":"\\"} ] ,"z":"items"})"
      "\n";
  const Cut whole = cut_list(text, text.size());
  REQUIRE(whole.items.size() == 3);
  CHECK(whole.items[0] == R"({"a":"]}\"{["})");
  CHECK(whole.items[1] == R"({"b":{"items":[{}]}})");
  CHECK(whole.items[2] == R"({"c":"\\"})");
  CHECK(whole.envelope == R"({"kind":"XList","items-not":["items"],"metadata":{"items":[{"no":1}],)"
                          R"("resourceVersion":"7"},)"
                          R"( "items" : [] ,"z":"items"})"
                          "\n");
  CHECK(whole.complete);
  for (std::size_t chunk = 1; chunk < 40; ++chunk) {
    INFO(chunk);
    CHECK(cut_list(text, chunk) == whole);
  }
}

TEST_CASE("takes empty lists and notices broken ones", "[appliers][kube][list_decoder]") {
  CHECK(cut_list(R"({"items":[],"metadata":{}})", 3).items.empty());
  CHECK(cut_list(R"({"items":null})", 3).complete);
  CHECK_FALSE(cut_list(R"({"items":[{"a":1},{"b")", 4).complete);
  CHECK(cut_list(R"({"items":[{"a":1},{"b")", 4).items.size() == 1);
  CHECK_FALSE(cut_list("", 1).complete);
  CHECK_THROWS_AS(cut_list("<html>", 3), model::Error);
  CHECK_THROWS_AS(cut_list("}", 3), model::Error);
}

TEST_CASE("bounds items and events", "[appliers][kube][list_decoder]") {
  const std::string big = R"({"a":")" + std::string(2000, 'x') + "\"}";
  for (const std::size_t chunk : {1UL, 100UL, 5000UL}) {
    CHECK_THROWS_AS(cut_list(R"({"items":[)" + big + "]}", chunk), model::Error);
    kube::EventDecoder events([](std::string_view) {}, 1000);
    CHECK_THROWS_AS(
        [&] {
          for (std::size_t i = 0; i < big.size(); i += chunk) {
            events.feed(std::string_view(big).substr(i, chunk));
          }
        }(),
        model::Error);
  }
}

TEST_CASE("cuts events with and without line ends", "[appliers][kube][event_decoder]") {
  const std::string text = R"({"type":"ADDED","object":{"a":"}{\n"}})"
                           "\n"
                           R"({"type":"BOOKMARK","object":{}}{"type":"DELETED","object":{"b":[]}})"
                           "\r\n";
  for (std::size_t chunk = 1; chunk < 80; ++chunk) {
    std::vector<std::string> events;
    kube::EventDecoder decoder([&](std::string_view raw) { events.emplace_back(raw); }, 1000);
    for (std::size_t i = 0; i < text.size(); i += chunk) {
      decoder.feed(std::string_view(text).substr(i, chunk));
    }
    REQUIRE(events.size() == 3);
    CHECK(kube::split_event(events[0]).type == "ADDED");
    CHECK(kube::split_event(events[0]).object == R"({"a":"}{\n"})");
    CHECK(kube::split_event(events[2]).object == R"({"b":[]})");
  }
  kube::EventDecoder decoder([](std::string_view) {}, 1000);
  CHECK_THROWS_AS(decoder.feed("upstream timed out"), model::Error);
  CHECK(kube::split_event(R"({"object":{},"type":"ADDED"})").type.empty());
}
