#include "sources/git/git_push.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

#include "reconcile/model/error.hpp"
#include "sources/git/plain_text.hpp"

using namespace reconcile::sources;
using reconcile::model::Error;
using reconcile::model::ErrorCode;

namespace {

const std::string one(40, '1');
const std::string two(40, '2');
const std::string ref = "refs/gitops/x";
const std::string can = std::string(1, '\0') + "report-status delete-refs side-band-64k";

/// Hands `text` out in pieces of `step` bytes.
PacketReader reader_of(std::string text, std::size_t step = 1000, std::uint64_t max = 1 << 20) {
  auto left = std::make_shared<std::string>(std::move(text));
  return {[left, step](std::span<char> buffer) {
            const std::size_t count = std::min({buffer.size(), left->size(), step});
            std::copy_n(left->data(), count, buffer.data());
            left->erase(0, count);
            return count;
          },
          max};
}

std::string flush() {
  return std::string(pkt_flush);
}

std::string band(char number, const std::string& text) {
  return pkt_line(number + text);
}

template <typename Work>
ErrorCode code_of(Work work) {
  try {
    static_cast<void>(work());
  } catch (const Error& error) {
    INFO(error.what());
    return error.code();
  }
  return ErrorCode::internal;
}

PushAdvertisement advertised(const std::string& capabilities = can) {
  PacketReader reader = reader_of(pkt_line(one + " " + ref + capabilities) + flush());
  return read_advertisement(reader);
}

RefUpdate update() {
  return {ref, parse_id(one), parse_id(two)};
}

}  // namespace

TEST_CASE("reads what a server advertises, however it arrives", "[sources][git_push]") {
  const std::string text = pkt_line("# service=git-receive-pack\n") + flush() +
                           pkt_line(one + " refs/heads/main" + can + "\n") +
                           pkt_line(two + " .have\n") + pkt_line(two + " " + ref + "\n") + flush();
  for (const std::size_t step : {1, 3, 1000}) {
    PacketReader reader = reader_of(text, step);
    const PushAdvertisement found = read_advertisement(reader);
    REQUIRE(found.heads.size() == 2);
    CHECK(found.heads[1].name == ref);
    CHECK(found.can("side-band-64k"));
    CHECK_FALSE(found.can("side-band"));
  }
  PacketReader empty =
      reader_of(pkt_line(std::string(40, '0') + " capabilities^{}" + can) + flush());
  CHECK(read_advertisement(empty).heads.empty());
}

TEST_CASE("an advertisement that is none is an error", "[sources][git_push]") {
  struct Row {
    std::string text;
    ErrorCode code;
  };
  const std::string head = one + " " + ref;
  for (const Row& row : {Row{"", ErrorCode::unavailable}, Row{flush(), ErrorCode::unavailable},
                         Row{"<html>", ErrorCode::unavailable}, Row{"0003", ErrorCode::unavailable},
                         Row{"-001x", ErrorCode::unavailable}, Row{"00", ErrorCode::unavailable},
                         Row{"fff5" + std::string(100, 'x'), ErrorCode::unavailable},
                         Row{pkt_line(head).substr(0, 30), ErrorCode::unavailable},
                         Row{pkt_line("ERR access denied"), ErrorCode::unavailable},
                         Row{pkt_line("x" + head), ErrorCode::unavailable},
                         Row{pkt_line(one), ErrorCode::unavailable},
                         Row{pkt_line(head + std::string(1, '\0') + "object-format=sha256"),
                             ErrorCode::unsupported}}) {
    INFO(row.text);
    CHECK(code_of([&] {
            PacketReader reader = reader_of(row.text);
            return read_advertisement(reader);
          }) == row.code);
  }
  std::string endless;
  for (int i = 0; i < 1000; ++i) endless += pkt_line(head);
  CHECK(code_of([&] {
          PacketReader reader = reader_of(endless, 1000, 5000);
          return read_advertisement(reader);
        }) == ErrorCode::limit_exceeded);
}

TEST_CASE("asks for exactly the update", "[sources][git_push]") {
  const std::string request = push_request(update(), advertised());
  CHECK(request == pkt_line(one + " " + two + " " + ref + std::string(1, '\0') +
                            " report-status side-band-64k agent=reconcile") +
                       flush());
}

TEST_CASE("reads a server's verdict", "[sources][git_push]") {
  struct Row {
    std::string report;
    std::string words;
    std::string expected;  ///< "" = made
  };
  const Row rows[] = {
      {pkt_line("unpack ok\n") + pkt_line("ok " + ref + "\n"), "", ""},
      {pkt_line("unpack ok\n") + pkt_line("ng " + ref + " hook declined\n"), "no\nentry  \n",
       "hook declined (the server says: no; entry)"},
      {pkt_line("unpack index-pack abnormal exit\n") + pkt_line("ng " + ref + " unpacker error\n"),
       "", "unpacker error: index-pack abnormal exit"},
      {pkt_line("unpack no space left\n"), "", "no space left"},
      {pkt_line("unpack ok\n") + pkt_line("ng " + ref + " \x1b[31mred\n"), "",
       "\xEF\xBF\xBD[31mred"},
  };
  for (const Row& row : rows) {
    const std::string report = row.report + flush();
    const std::string split =
        band(1, report.substr(0, 7)) + band(2, row.words) + band(1, report.substr(7)) + flush();
    PacketReader banded = reader_of(split, 5);
    const auto found = read_push_report(banded, update(), advertised());
    CHECK((found ? found->text() : "") == row.expected);
    PacketReader plain = reader_of(report);
    const auto same =
        read_push_report(plain, update(), advertised(std::string(1, '\0') + "report-status"));
    CHECK(same.has_value() == !row.expected.empty());
  }
}

TEST_CASE("an answer that says nothing of the ref leaves it open", "[sources][git_push]") {
  for (const std::string& answer :
       {std::string(), flush(), band(1, pkt_line("unpack ok\n") + flush()) + flush(),
        band(1, pkt_line("unpack ok\n") + pkt_line("ok refs/other\n") + flush()) + flush(),
        band(2, "words only") + flush(), band(9, "x"), band(1, "zz"), std::string("0009\1abc")}) {
    CHECK(code_of([&] {
            PacketReader reader = reader_of(answer);
            return read_push_report(reader, update(), advertised());
          }) == ErrorCode::unavailable);
  }
  PacketReader fatal = reader_of(band(3, "disk is full") + flush());
  CHECK(read_push_report(fatal, update(), advertised())->text() == "disk is full");
}

TEST_CASE("what others write is shown as valid text", "[sources][plain_text]") {
  struct Row {
    std::string text;
    std::size_t max;
    std::string expected;
  };
  const std::string mark = "\xEF\xBF\xBD";
  for (const Row& row :
       {Row{"plain", 100, "plain"}, Row{"a\nb\x7F", 100, "a" + mark + "b" + mark},
        Row{"\xC3\xA4\xF0\x9F\x98\x80", 100, "\xC3\xA4\xF0\x9F\x98\x80"},
        Row{"\xC3\xA4\xC3\xA4", 3, "\xC3\xA4"}, Row{"\xC3", 100, mark},
        Row{"\xC0\xAF", 100, mark + mark}, Row{"\xED\xA0\x80", 100, mark + mark + mark},
        Row{"\xF5\x80\x80\x80", 100, mark + mark + mark + mark}}) {
    CHECK(plain_text(row.text, row.max) == row.expected);
  }
}
