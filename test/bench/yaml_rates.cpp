// usage: reconcile_bench_yaml FILE
// Reads a stream of manifests and measures what templates call: fromYaml on the text of each
// document and toYaml on its value. Prints a line "NAME MB/S" for each, of the thread's own
// processor time; the best of several rounds, as a busy machine makes all of them slower only.

#include <algorithm>
#include <ctime>
#include <fstream>
#include <iostream>
#include <iterator>
#include <vector>

#include "reconcile/sprig/functions.hpp"

namespace {

using namespace reconcile;
using gotemplate::GoValue;

constexpr int rounds = 15;
constexpr double bytes_in_mb = 1e6;

double processor_seconds() {
  timespec now{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

std::vector<std::string_view> documents_of(std::string_view text) {
  constexpr std::string_view mark = "\n---\n";
  std::vector<std::string_view> documents;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(mark), text.size());
    documents.push_back(text.substr(0, end));
    text.remove_prefix(std::min(text.size(), end + mark.size()));
  }
  return documents;
}

GoValue call(const gotemplate::FunctionTable& table, std::string_view name, gotemplate::Heap& heap,
             const GoValue& argument) {
  gotemplate::RenderContext context{heap};
  gotemplate::Call of{context, {&argument, 1}, {}};
  return table.find(name)->body(of);
}

/// Bytes of YAML each second.
struct Rates {
  double read = 0;
  double written = 0;
};

Rates measure(const gotemplate::FunctionTable& table,
              const std::vector<std::string_view>& documents) {
  gotemplate::Heap heap;
  std::vector<GoValue> values;
  std::size_t read_bytes = 0;
  const double start = processor_seconds();
  for (const std::string_view document : documents) {
    values.push_back(call(table, "fromYaml", heap, GoValue::string(document)));
    read_bytes += document.size();
  }
  const double middle = processor_seconds();
  std::size_t written_bytes = 0;
  for (const GoValue& value : values) {
    written_bytes += call(table, "toYaml", heap, value).as_text().size();
  }
  const double end = processor_seconds();
  return {static_cast<double>(read_bytes) / (middle - start),
          static_cast<double>(written_bytes) / (end - middle)};
}

}  // namespace

int main(int argc, char** argv) {
  std::ifstream file(argc > 1 ? argv[1] : "");
  const std::string text((std::istreambuf_iterator<char>(file)), {});
  if (text.empty()) {
    std::cerr << "usage: reconcile_bench_yaml FILE (a stream of manifests)\n";
    return 2;
  }
  gotemplate::FunctionTable table;
  sprig::add_functions(table, sprig::HelmProfile::helm4);
  const std::vector<std::string_view> documents = documents_of(text);
  Rates best;
  for (int round = 0; round < rounds; ++round) {
    const Rates rates = measure(table, documents);
    best = {std::max(best.read, rates.read), std::max(best.written, rates.written)};
  }
  std::cout << "fromYaml " << best.read / bytes_in_mb << "\n"
            << "toYaml " << best.written / bytes_in_mb << "\n";
  return 0;
}
