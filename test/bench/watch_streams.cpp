// What managed objects cost while they are watched: recorded objects, multiplied, go as a list and
// as watch events through the agent's own decoder, reader and folding into LiveState. A thousand
// recorded objects stand for as many as asked for, each with a name, UID and version of its own.
//
// usage: reconcile_bench_streams OBJECTS EVENTS < RECORDED
// reads lines "API-VERSION<tab>KIND<tab>JSON"; prints the resident MiB that the objects took, and
// the processor seconds of the list and of the events, which change nothing but status
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <iostream>
#include <string>
#include <vector>

#include "appliers/kube/stream_decoder.hpp"
#include "reconcile/appliers/live_state.hpp"
#include "reconcile/model/json.hpp"

namespace {

using namespace reconcile;

constexpr std::size_t item_bytes_max = 16U << 20U;
constexpr std::size_t objects_a_unit = 100;
constexpr std::size_t events_a_batch = 1000;

struct Recorded {
  model::Gvk gvk;
  std::string json;
  std::string name;
  std::string uid;
  std::string version;
};

std::vector<Recorded> read_recorded() {
  std::vector<Recorded> objects;
  for (std::string line; std::getline(std::cin, line);) {
    const std::size_t first = line.find('\t');
    const std::size_t second = line.find('\t', first + 1);
    if (second == std::string::npos) continue;
    Recorded object{model::Gvk::from_api_version(line.substr(0, first),
                                                 line.substr(first + 1, second - first - 1)),
                    line.substr(second + 1),
                    {},
                    {},
                    {}};
    const model::Document read = model::parse_json(object.json);
    object.name = read["metadata"]["name"].text();
    object.uid = read["metadata"]["uid"].text();
    object.version = read["metadata"]["resourceVersion"].text();
    objects.push_back(std::move(object));
  }
  return objects;
}

void replace_field(std::string& json, const std::string& key, const std::string& old,
                   const std::string& fresh) {
  const std::string before = "\"" + key + "\":\"" + old + "\"";
  const std::size_t place = json.find(before);
  if (place != std::string::npos)
    json.replace(place, before.size(), "\"" + key + "\":\"" + fresh + "\"");
}

/// The recorded object as number `number` at a version; a status differs from version to version.
std::string copy_of(const Recorded& recorded, std::size_t number, std::size_t version) {
  std::string json = recorded.json;
  char uid[40];
  std::snprintf(uid, sizeof uid, "%08zx-0000-4000-8000-000000000000", number);
  replace_field(json, "name", recorded.name, recorded.name + "-" + std::to_string(number));
  replace_field(json, "uid", recorded.uid, uid);
  replace_field(json, "resourceVersion", recorded.version, std::to_string(version));
  const std::size_t status = json.find("\"status\":{\"");
  if (status != std::string::npos)
    json.insert(status + 10, "\"copies\":" + std::to_string(version) + ",");
  return json;
}

double processor_seconds() {
  return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

double resident_mib() {
  std::ifstream file("/proc/self/statm");
  long all = 0;
  long resident = 0;
  file >> all >> resident;
  return static_cast<double>(resident) * static_cast<double>(sysconf(_SC_PAGESIZE)) / (1 << 20);
}

class Stream {
 public:
  explicit Stream(const std::vector<Recorded>& recorded) : recorded_(recorded) {}

  /// Adopts `count` objects from one list; answers the processor seconds.
  double list(std::size_t count) {
    std::size_t number = 0;
    kube::ListDecoder decoder(
        [&](std::string_view raw) {
          const model::Document object = model::parse_json(raw);
          const appliers::UnitKey unit{appliers::UnitKind::kustomization, "flux-system",
                                       "unit-" + std::to_string(number / objects_a_unit)};
          live_.adopt(unit, of(number).gvk, {}, object.root());
          ++number;
        },
        item_bytes_max);
    decoder.feed(R"({"metadata":{},"items":[)");
    double seconds = 0;
    for (std::size_t i = 0; i < count; ++i) {
      const std::string text = (i == 0 ? "" : ",") + copy_of(of(i), i, i + 1);
      const double start = processor_seconds();
      decoder.feed(text);
      seconds += processor_seconds() - start;
    }
    return seconds;
  }

  /// `count` events about the `known` objects in turn; answers the processor seconds.
  double watch(std::size_t known, std::size_t count) {
    std::size_t number = 0;
    kube::EventDecoder decoder(
        [&](std::string_view raw) {
          const std::string_view text = kube::split_event(raw).object;
          const model::Document object = model::parse_json(text);
          const auto seen = live_.observe(appliers::WatchEventType::modified,
                                          of(number++ % known).gvk, object.root(), text);
          if (seen.verdict != appliers::LiveVerdict::equal) ++unequal_;
        },
        item_bytes_max);
    double seconds = 0;
    for (std::size_t sent = 0; sent < count;) {
      std::string batch;
      for (std::size_t i = 0; i < events_a_batch && sent < count; ++i, ++sent)
        batch += R"({"type":"MODIFIED","object":)" +
                 copy_of(of(sent % known), sent % known, known + sent + 1) + "}\n";
      const double start = processor_seconds();
      decoder.feed(batch);
      seconds += processor_seconds() - start;
    }
    return seconds;
  }

  [[nodiscard]] std::size_t size() const { return live_.size(); }
  [[nodiscard]] std::size_t unequal() const noexcept { return unequal_; }

 private:
  [[nodiscard]] const Recorded& of(std::size_t number) const {
    return recorded_[number % recorded_.size()];
  }

  const std::vector<Recorded>& recorded_;
  appliers::LiveState live_{"key"};
  std::size_t unequal_ = 0;
};

}  // namespace

int main(int count, char** arguments) {
  const std::vector<Recorded> recorded = read_recorded();
  if (count != 3 || recorded.empty()) {
    std::fputs("usage: reconcile_bench_streams OBJECTS EVENTS < RECORDED\n", stderr);
    return 2;
  }
  const std::size_t objects = std::strtoul(arguments[1], nullptr, 10);
  const std::size_t events = std::strtoul(arguments[2], nullptr, 10);
  const double before = resident_mib();
  Stream stream(recorded);
  const double listed = stream.list(objects);
  const double resident = resident_mib() - before;
  const double watched = stream.watch(objects, events);
  if (stream.size() != objects || stream.unequal() != 0) {
    std::fprintf(stderr, "%zu objects known, %zu events not equal\n", stream.size(),
                 stream.unequal());
    return 1;
  }
  std::printf("%.3f %.6f %.6f\n", resident, listed, watched);
  return 0;
}
