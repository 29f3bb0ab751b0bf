#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "reconcile/gotemplate/go_object.hpp"
#include "reconcile/gotemplate/go_type.hpp"
#include "reconcile/gotemplate/go_value.hpp"
#include "reconcile/gotemplate/heap.hpp"
#include "reconcile/model/clock.hpp"

namespace reconcile::gotemplate {

/// What a template function throws where the Go function returns an error or panics: the template
/// then fails with "error calling NAME: TEXT".
class FunctionError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Executes templates of the running render; implemented by the executor. Text is appended to
/// `out`.
class TemplateRunner {
 public:
  virtual ~TemplateRunner() = default;
  /// Runs the template `name` with `data` as dot, as include does. Throws where it is unknown or
  /// fails.
  virtual void include(std::string_view name, GoValue data, std::string& out) = 0;
  /// Parses `text` beside the render's templates and runs it, as tpl does.
  virtual void evaluate(std::string_view text, GoValue data, std::string& out) = 0;
};

/// What functions may use beside their arguments. No function reads a clock or the environment
/// itself.
struct RenderContext {
  Heap& heap;
  TemplateRunner* templates = nullptr;  ///< null where functions are called outside of a render
  model::WallTime now{};                ///< what `now` answers
  /// Strong random bytes; functions that need them fail where it is empty.
  std::function<std::string(std::size_t)> random_bytes{};
  std::string_view local_zone = "UTC";  ///< IANA name of the process's zone for `date`
  bool helm3 = false;                   ///< names and texts of Helm 3.22 instead of 4.3
  bool strict = false;                  ///< Helm's --strict (lint mode off)
  /// The addresses of a host; empty: getHostByName answers "".
  std::function<std::vector<std::string>(std::string_view host)> resolve_host{};
  /// Files and cluster for functions of the owner (helm's lookup); null where there are none.
  void* owner = nullptr;
  /// Work that a function does beyond what its arguments' sizes tell, in steps of an execution
  /// (ten nanoseconds each); functions add, the execution counts it against its limit.
  std::uint64_t work = 0;
};

/// One call of a function. Arguments were checked against the signature: an `s` is a string, an `m`
/// is map[string]interface {} (possibly nil), an `a` may be anything (`is_nil()` for Go's nil).
struct Call {
  RenderContext& context;
  std::span<const GoValue> arguments;
  GoValue receiver;  ///< the value a method was called on; no value for plain functions

  [[nodiscard]] Heap& heap() const { return context.heap; }
  [[nodiscard]] std::size_t size() const { return arguments.size(); }
  const GoValue& operator[](std::size_t index) const { return arguments[index]; }
  [[nodiscard]] std::string_view text(std::size_t index) const {
    return arguments[index].as_text();
  }
  [[nodiscard]] std::int64_t integer(std::size_t index) const {
    return arguments[index].as_integer();
  }
};

/// A template function: name, parameter types, body. Tables of these are constant data, one a
/// folder. A result of "no value" and of nil both mean Go's nil.
///
/// `parameters` is one letter a parameter; a final `*` makes the last one variadic:
///   s string   i int   I int64   u uint32   f float64   b bool   a interface {}
///   m map[string]interface {} (Values pass too)   l []interface {}   S []string
///   t time.Time   d time.Duration   c sprig.certificate   v reflect.Value ("no value" passes)
///   w io.Writer
struct Function {
  std::string_view name;
  std::string_view parameters;
  GoValue (*body)(Call& call);
};

/// The functions a template set is parsed with: later tables override earlier names. Immutable once
/// templates were parsed with it, and to be kept alive as long as they are; safe to share.
class FunctionTable {
 public:
  FunctionTable();
  ~FunctionTable();
  FunctionTable(FunctionTable&&) noexcept;
  FunctionTable& operator=(FunctionTable&&) noexcept;

  /// Adds `functions`, which must live as long as the table.
  void add(std::span<const Function> functions);
  /// Takes a name away, as Helm does with `env`.
  void remove(std::string_view name);
  /// Null where there is no such function.
  [[nodiscard]] const Function* find(std::string_view name) const noexcept;
  /// Gives the named type `type` (Values, files, time.Duration …) its methods; they live as long as
  /// the table. Objects bring their own.
  void add_methods(GoType type, std::span<const Function> methods);
  /// Null where `type` has no such method.
  [[nodiscard]] const Function* find_method(GoType type, std::string_view name) const noexcept;

 private:
  struct Names;
  std::unique_ptr<Names> names_;
};

/// Go's predefined functions (and, or, eq, printf, index, len …).
std::span<const Function> builtin_functions();

}  // namespace reconcile::gotemplate
