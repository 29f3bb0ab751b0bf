#include "renderers/helm/parsed_templates.hpp"

#include <system_error>
#include <utility>

#include "reconcile/model/json.hpp"
#include "reconcile/model/thread_heap.hpp"
#include "reconcile/model/yaml.hpp"
#include "renderers/helm/values_file.hpp"

namespace reconcile::helm {
namespace {

/// Below this a thread costs more than it saves (about 0.3 ms of parsing).
constexpr std::size_t ahead_bytes_min = std::size_t{64} << 10U;
/// Trees of the largest charts; address space, not memory.
constexpr std::size_t tree_bytes_expected = std::size_t{16} << 20U;
/// Shorter texts may lie inside of their std::string, which moves while the chart is read.
constexpr std::size_t text_bytes_min = 64;

}  // namespace

void ParsedTemplates::parse_ahead(std::string_view text) {
  add(text, Kind::template_);
}

void ParsedTemplates::parse_values_ahead(std::string_view text) {
  add(text, Kind::values);
}

void ParsedTemplates::add(std::string_view text, Kind kind) {
  if (text.size() < text_bytes_min) return;
  const std::lock_guard lock(mutex_);
  if (stopping_) return;
  const auto [place, is_new] = entries_.try_emplace(text.data());
  if (!is_new) return;
  place->second.text = text;
  place->second.kind = kind;
  const auto next = ahead_.begin() + static_cast<std::ptrdiff_t>(next_ahead_);
  ahead_.insert(kind == Kind::values ? next : ahead_.end(), &place->second);
  waiting_bytes_ += text.size();
  if (idle_) changed_.notify_all();
  if (!thread_.joinable() && waiting_bytes_ >= ahead_bytes_min) start();
}

void ParsedTemplates::start() {
  if (std::thread::hardware_concurrency() < 2) {
    stopping_ = true;
    return;
  }
  try {
    thread_ = std::thread([this] { run(); });
  } catch (const std::system_error&) {
    // Without a thread everything is parsed on first use.
    stopping_ = true;
  }
}

void ParsedTemplates::run() {
  const model::ThreadHeap heap(tree_bytes_expected);
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    if (next_ahead_ == ahead_.size()) {
      if (beside_) {
        const std::function<void()> work = std::exchange(beside_, nullptr);
        lock.unlock();
        work();
        lock.lock();
        continue;
      }
      idle_ = true;
      changed_.wait(lock);
      idle_ = false;
      continue;
    }
    Entry& entry = *ahead_[next_ahead_++];
    if (entry.state == State::waiting) parse(entry, lock);
  }
}

bool ParsedTemplates::run_beside(std::function<void()> work) {
  const std::lock_guard lock(mutex_);
  if (!thread_.joinable()) return false;
  beside_ = std::move(work);
  if (idle_) changed_.notify_all();
  return true;
}

void ParsedTemplates::stop() noexcept {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    changed_.notify_all();
  }
  if (thread_.joinable()) thread_.join();
}

// A text that does not parse is parsed again by who needs it, for the error.
void ParsedTemplates::parse(Entry& entry, std::unique_lock<std::mutex>& lock) {
  entry.state = State::running;
  lock.unlock();
  std::shared_ptr<const gotemplate::ParsedFile> file;
  std::vector<model::Document> documents;
  bool failed = false;
  try {
    switch (entry.kind) {
      case Kind::template_:
        file = gotemplate::parse_unnamed_template(entry.text, functions_of(profile_));
        break;
      case Kind::values:
        documents.push_back(read_values_file(entry.text, profile_));
        break;
      case Kind::schema:
        documents.push_back(model::parse_json(entry.text));
        break;
      case Kind::definitions:
        documents = model::parse_yaml_stream(entry.text);
        break;
    }
  } catch (const std::exception&) {
    failed = true;
  }
  lock.lock();
  entry.file = std::move(file);
  entry.documents = std::move(documents);
  entry.failed = failed;
  entry.state = State::done;
  changed_.notify_all();
}

ParsedTemplates::Entry& ParsedTemplates::parsed(std::string_view text, Kind kind) {
  std::unique_lock lock(mutex_);
  Entry& entry = entries_[text.data()];
  if (entry.state == State::waiting) {
    entry.text = text;
    entry.kind = kind;
    parse(entry, lock);
  }
  changed_.wait(lock, [&] { return entry.state == State::done; });
  return entry;
}

std::shared_ptr<const gotemplate::ParsedFile> ParsedTemplates::get(std::string_view text) {
  return parsed(text, Kind::template_).file;
}

model::Document ParsedTemplates::values(std::string text) {
  // Short texts lie inside of their std::string: where they are says nothing.
  if (text.size() < text_bytes_min) return read_values_file(text, profile_);
  Entry& entry = parsed(text, Kind::values);
  if (entry.failed) return read_values_file(text, profile_);
  // Another text at the same address would be taken for this one.
  entry.kept = std::move(text);
  return entry.documents.front();
}

model::Document ParsedTemplates::schema(std::string_view text) {
  const Entry& entry = parsed(text, Kind::schema);
  return entry.failed ? model::parse_json(text) : entry.documents.front();
}

std::shared_ptr<const model::JsonSchema> ParsedTemplates::compiled_schema(std::string_view text) {
  const std::lock_guard lock(mutex_);
  const auto found = entries_.find(text.data());
  return found == entries_.end() ? nullptr : found->second.compiled;
}

// Others go on meanwhile; two at the same time compile twice.
std::shared_ptr<const model::JsonSchema> ParsedTemplates::compile_schema(std::string_view text) {
  Entry& entry = parsed(text, Kind::schema);
  auto compiled = std::make_shared<const model::JsonSchema>(schema(text));
  const std::lock_guard lock(mutex_);
  if (entry.compiled == nullptr) entry.compiled = std::move(compiled);
  return entry.compiled;
}

std::vector<model::Document> ParsedTemplates::definitions(std::string_view text) {
  const Entry& entry = parsed(text, Kind::definitions);
  return entry.failed ? model::parse_yaml_stream(text) : entry.documents;
}

}  // namespace reconcile::helm
