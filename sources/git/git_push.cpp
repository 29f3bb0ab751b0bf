// The client's side of git-receive-pack (gitprotocol-pack, version 0): the server lists its refs
// and what it can, one line asks for "<old id> <new id> <ref>", a pack follows, and the server
// reports. The old id makes it a compare-and-swap. Tests: test/sources/git_push_test.cpp.
#include "sources/git/git_push.hpp"

#include <algorithm>
#include <utility>

#include "reconcile/model/error.hpp"
#include "sources/git/plain_text.hpp"

namespace reconcile::sources {
namespace {

using model::Error;
using model::ErrorCode;

constexpr std::size_t id_digits = 40;
constexpr std::uint64_t report_bytes_max = 1U << 20U;
constexpr std::size_t words_bytes_max = 500;

Error broken(const std::string& expected, std::string_view found) {
  return {ErrorCode::unavailable, "expected " + expected + " from the Git server, found \"" +
                                      plain_text(found, 100) + "\""};
}

std::string_view without_line_break(std::string_view text) {
  return text.ends_with('\n') ? text.substr(0, text.size() - 1) : text;
}

std::vector<std::string> split_words(std::string_view text) {
  std::vector<std::string> words;
  while (!text.empty()) {
    const std::size_t space = std::min(text.find(' '), text.size());
    if (space > 0) words.emplace_back(text.substr(0, space));
    text.remove_prefix(std::min(space + 1, text.size()));
  }
  return words;
}

void read_capabilities(PushAdvertisement& answer, std::string_view text) {
  answer.capabilities = split_words(text);
  for (const std::string& capability : answer.capabilities) {
    if (capability.starts_with("object-format=") && capability != "object-format=sha1") {
      throw Error(ErrorCode::unsupported, "expected a Git repository of SHA-1 objects, found " +
                                              plain_text(capability, 100));
    }
  }
}

void read_head(PushAdvertisement& answer, std::string_view line) {
  git_oid id{};
  if (line.size() < id_digits + 2 || line[id_digits] != ' ' ||
      !read_id(line.substr(0, id_digits), id)) {
    throw broken("a ref and its id", line);
  }
  const std::string_view name = line.substr(id_digits + 1);
  // ".have" names what the server has elsewhere, "capabilities^{}" stands where there is no ref.
  if (name == ".have" || name == "capabilities^{}") return;
  answer.heads.push_back({std::string(name), id});
}

/// What a server prints, line by line, as one line.
std::string words_of(std::string_view text) {
  std::string words;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find_first_of("\r\n"), text.size());
    std::string_view line = text.substr(0, end);
    while (line.ends_with(' ')) line.remove_suffix(1);
    if (!line.empty()) words += (words.empty() ? "" : "; ") + std::string(line);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return plain_text(words, words_bytes_max);
}

/// The report's own packets: "unpack ok", then "ok <ref>" or "ng <ref> <reason>".
std::optional<std::string> read_verdict(PacketReader& reader, const std::string& ref) {
  std::string unpacked;
  while (const std::optional<Packet> packet = reader.next()) {
    if (packet->flush) break;
    const std::string_view line = without_line_break(packet->payload);
    if (line.starts_with("unpack ")) {
      unpacked = line.substr(7);
    } else if (line == "ok " + ref) {
      return std::nullopt;
    } else if (line.starts_with("ng " + ref + " ")) {
      const std::string reason = plain_text(line.substr(ref.size() + 4), words_bytes_max);
      if (unpacked.empty() || unpacked == "ok") return reason;
      return reason + ": " + plain_text(unpacked, words_bytes_max);
    }
  }
  if (!unpacked.empty() && unpacked != "ok") return plain_text(unpacked, words_bytes_max);
  throw broken("a report on " + ref, unpacked);
}

/// What came on each band of an answer.
struct Bands {
  std::string report;
  std::string words;
  std::string failure;
};

Bands read_bands(PacketReader& reader) {
  Bands bands;
  while (const std::optional<Packet> packet = reader.next()) {
    if (packet->flush) break;
    if (packet->payload.empty()) continue;
    const std::string_view content = std::string_view(packet->payload).substr(1);
    std::string* target = nullptr;
    if (packet->payload[0] == 1) target = &bands.report;
    if (packet->payload[0] == 2) target = &bands.words;
    if (packet->payload[0] == 3) target = &bands.failure;
    if (target == nullptr) throw broken("an answer on bands", packet->payload);
    target->append(content);
  }
  return bands;
}

PacketReader reader_of(std::string_view& text) {
  return {[&text](std::span<char> buffer) {
            const std::size_t count = std::min(buffer.size(), text.size());
            std::copy_n(text.data(), count, buffer.data());
            text.remove_prefix(count);
            return count;
          },
          report_bytes_max};
}

}  // namespace

bool PushAdvertisement::can(std::string_view capability) const {
  return std::find(capabilities.begin(), capabilities.end(), capability) != capabilities.end();
}

std::string PushRefusal::text() const {
  return words.empty() ? reason : reason + " (the server says: " + words + ")";
}

PushAdvertisement read_advertisement(PacketReader& reader) {
  PushAdvertisement answer;
  bool capable = false;
  bool announced = false;
  while (const std::optional<Packet> packet = reader.next()) {
    if (packet->flush) {
      // Over HTTP a section that names the service comes before the refs.
      if (!std::exchange(announced, false)) break;
      continue;
    }
    std::string_view line = without_line_break(packet->payload);
    if (!capable && line.starts_with("# service=")) {
      announced = true;
      continue;
    }
    if (line.starts_with("ERR ")) throw broken("its refs", line.substr(4));
    if (line.starts_with("shallow ") || line.starts_with("version ")) continue;
    const std::size_t end = line.find('\0');
    if (!capable && end != std::string_view::npos) read_capabilities(answer, line.substr(end + 1));
    capable = true;
    read_head(answer, line.substr(0, end));
  }
  if (!capable) throw broken("its refs", "");
  return answer;
}

std::string push_request(const RefUpdate& update, const PushAdvertisement& advertised) {
  std::string line = id_text(update.expected) + " " + id_text(update.wanted) + " " + update.name;
  line += '\0';
  for (const std::string_view capability :
       {"report-status", "side-band-64k", "quiet", "object-format=sha1"}) {
    if (advertised.can(capability)) line.append(" ").append(capability);
  }
  return pkt_line(line + " agent=reconcile").append(pkt_flush);
}

std::optional<PushRefusal> read_push_report(PacketReader& reader, const RefUpdate& update,
                                            const PushAdvertisement& advertised) {
  if (!advertised.can("side-band-64k")) {
    const std::optional<std::string> reason = read_verdict(reader, update.name);
    return reason ? std::optional(PushRefusal{*reason, ""}) : std::nullopt;
  }
  const Bands bands = read_bands(reader);
  const std::string words = words_of(bands.words);
  if (bands.report.empty() && !bands.failure.empty()) {
    return PushRefusal{words_of(bands.failure), words};
  }
  if (bands.report.empty()) throw broken("a report on " + update.name, words);
  std::string_view report = bands.report;
  PacketReader inner = reader_of(report);
  const std::optional<std::string> reason = read_verdict(inner, update.name);
  return reason ? std::optional(PushRefusal{*reason, words}) : std::nullopt;
}

GitPush::GitPush(Transfer& transfer) : transfer_(transfer), wire_(make_wire(transfer)) {
}

const PushAdvertisement& GitPush::list() {
  wire_->list(GitService::receive_pack);
  PacketReader reader([this](std::span<char> buffer) { return wire_->read(buffer); },
                      transfer_.options.limits.advertisement_bytes_max);
  advertised_ = read_advertisement(reader);
  if (!advertised_.can("report-status")) {
    throw Error(ErrorCode::unsupported,
                "expected a Git server that reports what became of a push, found none");
  }
  return advertised_;
}

std::optional<PushRefusal> GitPush::send(const RefUpdate& update, std::string_view pack) {
  if (git_oid_is_zero(&update.wanted) != 0 && !advertised_.can("delete-refs")) {
    return PushRefusal{"the server cannot delete refs", ""};
  }
  wire_->write(push_request(update, advertised_));
  wire_->write(pack);
  PacketReader reader([this](std::span<char> buffer) { return wire_->read(buffer); },
                      report_bytes_max);
  return read_push_report(reader, update, advertised_);
}

}  // namespace reconcile::sources
