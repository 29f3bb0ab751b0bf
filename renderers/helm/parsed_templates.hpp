#pragma once

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <unordered_map>
#include <vector>

#include "reconcile/gotemplate/template_set.hpp"
#include "reconcile/helm/chart.hpp"
#include "reconcile/model/json_schema.hpp"

namespace reconcile::helm {

/// The functions that templates of `profile` may call; lives as long as the program.
const gotemplate::FunctionTable& functions_of(Profile profile);

/// The parsed templates, values, schemas and definitions of one chart with its subcharts: each text
/// is parsed once for all renders, on first use or ahead of it on a thread of its own. Texts are
/// known by their address; templates are parsed without a name, since aliases rename charts. Safe
/// from any thread.
class ParsedTemplates {
 public:
  explicit ParsedTemplates(Profile profile) : profile_(profile) {}
  ~ParsedTemplates() { stop(); }
  ParsedTemplates(const ParsedTemplates&) = delete;
  ParsedTemplates& operator=(const ParsedTemplates&) = delete;

  [[nodiscard]] Profile profile() const noexcept { return profile_; }
  /// Lets a thread parse `text`, once enough is to be parsed to pay for a thread. `text` must stay
  /// where it is until this ends or stop() returns.
  void parse_ahead(std::string_view text);
  /// The same for values, which are needed before the templates.
  void parse_values_ahead(std::string_view text);
  /// Parses nothing ahead any more; the thread has ended.
  void stop() noexcept;
  /// Runs `work` on the thread that parses ahead, behind what it parses, unless stop() comes first.
  /// False where the chart was not worth a thread: then not at all.
  bool run_beside(std::function<void()> work);
  /// Null where `text` does not parse.
  std::shared_ptr<const gotemplate::ParsedFile> get(std::string_view text);
  /// The values in `text`, which is kept. Throws as read_values_file.
  model::Document values(std::string text);
  /// The schema in the JSON `text`. Throws model::Error where it does not parse.
  model::Document schema(std::string_view text);
  /// That schema compiled where it has been before; else null.
  std::shared_ptr<const model::JsonSchema> compiled_schema(std::string_view text);
  /// That schema, compiled once for all renders. Throws as the constructor of JsonSchema.
  std::shared_ptr<const model::JsonSchema> compile_schema(std::string_view text);
  /// The documents of the YAML stream `text` of a file in crds/. Throws as
  /// model::parse_yaml_stream.
  std::vector<model::Document> definitions(std::string_view text);

 private:
  enum class Kind : std::uint8_t { template_, values, schema, definitions };
  enum class State : std::uint8_t { waiting, running, done };
  struct Entry {
    std::string_view text;
    Kind kind = Kind::template_;
    State state = State::waiting;
    std::shared_ptr<const gotemplate::ParsedFile> file;  ///< of a template that parses
    /// Of values and of a schema that parse, one; of definitions that parse, all.
    std::vector<model::Document> documents;
    std::shared_ptr<const model::JsonSchema> compiled;  ///< of a schema somebody had to compile
    std::string kept;  ///< what `text` views where nobody else keeps it
    bool failed = false;
  };

  void add(std::string_view text, Kind kind);
  /// The entry of `text`, parsed.
  Entry& parsed(std::string_view text, Kind kind);
  void start();
  void run();
  void parse(Entry& entry, std::unique_lock<std::mutex>& lock);

  const Profile profile_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::unordered_map<const char*, Entry> entries_;
  std::vector<Entry*> ahead_;
  std::size_t next_ahead_ = 0;
  std::function<void()> beside_;
  std::size_t waiting_bytes_ = 0;
  bool idle_ = false;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace reconcile::helm
