#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "reconcile/gotemplate/function.hpp"
#include "reconcile/gotemplate/template_error.hpp"

namespace reconcile::gotemplate {

struct ListNode;

/// One parsed text with everything it defines. Immutable and safe to share between threads and
/// renders; the FunctionTable it was parsed with must outlive it.
class ParsedFile {
 public:
  struct Definition {
    std::string_view name;
    const ListNode* root;
    bool empty;  ///< only blanks and comments
  };
  ~ParsedFile();
  /// The name it was parsed under, also that of its last definition, the text itself; empty where
  /// it was parsed without.
  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  [[nodiscard]] std::string_view text() const noexcept { return text_; }
  /// What `define` and `block` make, in order of their ends, then the file itself (if it has a
  /// name).
  [[nodiscard]] const std::vector<Definition>& definitions() const noexcept { return definitions_; }
  [[nodiscard]] bool defines(std::string_view name) const noexcept;
  /// Bytes of memory that the trees take.
  [[nodiscard]] std::size_t tree_bytes() const noexcept { return nodes_.used_bytes(); }

 private:
  friend std::shared_ptr<const ParsedFile> parse_template(std::string, std::string,
                                                          const FunctionTable&);
  friend std::shared_ptr<const ParsedFile> parse_template_in_place(std::string, std::string_view,
                                                                   const FunctionTable&);
  friend std::shared_ptr<const ParsedFile> parse_unnamed_template(std::string_view,
                                                                  const FunctionTable&);
  friend class TemplateSet;
  ParsedFile(std::string name, std::string own_text);
  ParsedFile(std::string name, std::string_view text);

  std::string name_;
  std::string own_text_;  ///< empty where `text_` belongs to somebody else
  std::string_view text_;
  Heap nodes_;
  std::vector<Definition> definitions_;
  Definition unnamed_{};  ///< the file itself, where it has no name
};

/// Parses `text` as Go's text/template does with {{ }}. Throws TemplateError(parse).
std::shared_ptr<const ParsedFile> parse_template(std::string name, std::string text,
                                                 const FunctionTable& functions);
/// The same without a copy: `text` must outlive the file.
std::shared_ptr<const ParsedFile> parse_template_in_place(std::string name, std::string_view text,
                                                          const FunctionTable& functions);
/// The same before the name is known. The text of a failure then lacks the name: parse again with
/// it.
std::shared_ptr<const ParsedFile> parse_unnamed_template(std::string_view text,
                                                         const FunctionTable& functions);

/// Named templates of one render. A set may stand on another one, which it only reads: that is how
/// `tpl` gets its copy without copying. Not changed while it is used by an execution.
class TemplateSet {
 public:
  struct Template {
    const ParsedFile* file;
    const ListNode* root;
    std::string_view name;
    std::string_view file_name;
  };
  /// `below` must outlive this set; null for none.
  explicit TemplateSet(const TemplateSet* below = nullptr) : below_(below) {}

  /// Adds all definitions: the last one of a name wins, but an empty body replaces nothing.
  void add(std::shared_ptr<const ParsedFile> file);
  /// The same for a file without name, which must not define `name`; `name` must outlive this set.
  void add(std::shared_ptr<const ParsedFile> file, std::string_view name);
  /// Null where there is no such template.
  [[nodiscard]] const Template* find(std::string_view name) const;

 private:
  void add_definition(const ParsedFile& file, const ParsedFile::Definition& definition,
                      std::string_view file_name);

  const TemplateSet* below_;
  std::unordered_map<std::string_view, Template> templates_;
  std::vector<std::shared_ptr<const ParsedFile>> files_;
};

/// What a missing map key yields (Go's option missingkey).
enum class MissingKey : std::uint8_t {
  zero,   ///< the zero value of the map's element type: Helm's choice
  error,  ///< a failure: Helm's --strict
};

/// Bounds of one render; beyond them it fails with Error(limit_exceeded) naming the bound.
struct ExecutionLimits {
  std::size_t output_bytes_max = std::size_t{128} << 20U;  ///< text of all templates together
  std::uint64_t steps_max = 2'000'000'000;                 ///< nodes and arguments evaluated
  const std::atomic<bool>* cancelled = nullptr;            ///< set by the owner to stop early
};

/// One render: runs templates of a set over values. Holds the state that functions share (counts of
/// nested includes, texts parsed by tpl). Used by one thread; sets context.templates to itself
/// while it lives.
class Execution : public TemplateRunner {
 public:
  Execution(const TemplateSet& templates, const FunctionTable& functions, RenderContext& context,
            ExecutionLimits limits = {}, MissingKey missing_key = MissingKey::zero);
  ~Execution() override;

  /// The text of template `name` with `data` as dot. Throws TemplateError(execute).
  std::string render(std::string_view name, GoValue data);
  /// As Helm's include: at most 1,000 nested calls of one name.
  void include(std::string_view name, GoValue data, std::string& out) override;
  /// As Helm's tpl, without the removal of "<no value>".
  void evaluate(std::string_view text, GoValue data, std::string& out) override;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Functions that run templates or stop them as Helm 4.3 has them: include, tpl, required, fail.
/// The text of the last two is wrapped in HELM_ERR_START and HELM_ERR_END, which Helm's error
/// layout looks for.
std::span<const Function> helm_template_functions();

/// Removes every "<no value>", as Helm does after each file and each tpl.
void remove_no_value(std::string& text);

}  // namespace reconcile::gotemplate
