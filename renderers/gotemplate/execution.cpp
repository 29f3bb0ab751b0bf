#include <algorithm>

#include "reconcile/gotemplate/go_operations.hpp"
#include "reconcile/gotemplate/template_set.hpp"
#include "renderers/gotemplate/executor.hpp"
#include "renderers/gotemplate/parser.hpp"

namespace reconcile::gotemplate {
namespace {

// As Helm: one name may be included inside of itself this often.
constexpr int include_depth_max = 1000;
// The name of Helm's root template, which tpl gives to its texts.
constexpr std::string_view root_name = "gotpl";

// The text itself, apart from what it defines; the parser always keeps one definition of its name.
const ListNode* own_root(const ParsedFile& file) {
  for (const ParsedFile::Definition& definition : file.definitions()) {
    if (definition.name == file.name()) return definition.root;
  }
  return nullptr;
}

}  // namespace

ParsedFile::ParsedFile(std::string name, std::string own_text)
    : name_(std::move(name)), own_text_(std::move(own_text)), text_(own_text_) {
}
ParsedFile::ParsedFile(std::string name, std::string_view text)
    : name_(std::move(name)), text_(text) {
}
ParsedFile::~ParsedFile() = default;

std::shared_ptr<const ParsedFile> parse_template(std::string name, std::string text,
                                                 const FunctionTable& functions) {
  std::shared_ptr<ParsedFile> file(new ParsedFile(std::move(name), std::move(text)));
  file->definitions_ = Parser(file->name_, file->text_, functions, file->nodes_).parse();
  return file;
}

std::shared_ptr<const ParsedFile> parse_template_in_place(std::string name, std::string_view text,
                                                          const FunctionTable& functions) {
  std::shared_ptr<ParsedFile> file(new ParsedFile(std::move(name), text));
  file->definitions_ = Parser(file->name_, file->text_, functions, file->nodes_).parse();
  return file;
}

std::shared_ptr<const ParsedFile> parse_unnamed_template(std::string_view text,
                                                         const FunctionTable& functions) {
  std::shared_ptr<ParsedFile> file(new ParsedFile(std::string(), text));
  file->definitions_ =
      Parser(file->name_, file->text_, functions, file->nodes_).parse(file->unnamed_);
  return file;
}

bool ParsedFile::defines(std::string_view name) const noexcept {
  return std::any_of(definitions_.begin(), definitions_.end(),
                     [&](const Definition& definition) { return definition.name == name; });
}

void TemplateSet::add_definition(const ParsedFile& file, const ParsedFile::Definition& definition,
                                 std::string_view file_name) {
  if (definition.empty && find(definition.name) != nullptr) return;
  templates_[definition.name] = {&file, definition.root, definition.name, file_name};
}

void TemplateSet::add(std::shared_ptr<const ParsedFile> file) {
  for (const ParsedFile::Definition& definition : file->definitions()) {
    add_definition(*file, definition, file->name());
  }
  files_.push_back(std::move(file));
}

void TemplateSet::add(std::shared_ptr<const ParsedFile> file, std::string_view name) {
  for (const ParsedFile::Definition& definition : file->definitions()) {
    add_definition(*file, definition, name);
  }
  ParsedFile::Definition itself = file->unnamed_;
  itself.name = name;
  add_definition(*file, itself, name);
  files_.push_back(std::move(file));
}

const TemplateSet::Template* TemplateSet::find(std::string_view name) const {
  for (const TemplateSet* set = this; set != nullptr; set = set->below_) {
    const auto found = set->templates_.find(name);
    if (found != set->templates_.end()) return &found->second;
  }
  return nullptr;
}

void Executor::fail(const std::string& message, std::vector<std::size_t> causes) {
  std::string text = "template: ";
  const std::string name(frame_.running == nullptr ? root_name : frame_.running->name);
  if (frame_.node == nullptr || frame_.running == nullptr) {
    throw TemplateError(TemplateError::Phase::execute, text + name + ": " + message,
                        std::move(causes));
  }
  const ParsedFile& file = *frame_.running->file;
  const std::string_view before = file.text().substr(0, frame_.node->position);
  const auto line = 1 + std::count(before.begin(), before.end(), '\n');
  const std::size_t line_start = before.rfind('\n') + 1;  // npos + 1 is 0
  text += std::string(frame_.running->file_name) + ":" + std::to_string(line) + ":" +
          std::to_string(before.size() - line_start) + ": executing " + quote(name) + " at <";
  append_node(text, *frame_.node);
  throw TemplateError(TemplateError::Phase::execute, text + ">: " + message, std::move(causes));
}

void Executor::run_frame(const TemplateSet::Template& target, GoValue data, std::string& out,
                         int depth) {
  const Frame caller = frame_;
  const std::size_t variables = variables_.size();
  frame_ = {&target, nullptr, variables, depth, &out};
  try {
    variables_.push_back({"$", data});
    stack_.run([&] { walk_list(data, *target.root); });
  } catch (...) {
    frame_ = caller;
    variables_.resize(variables);
    throw;
  }
  frame_ = caller;
  variables_.resize(variables);
}

const TemplateSet::Template& Executor::target(std::string_view name) const {
  const TemplateSet::Template* found = templates_->find(name);
  if (found != nullptr) return *found;
  throw TemplateError(
      TemplateError::Phase::execute,
      "template: no template " + quote(name) + " associated with template " + quote(root_name));
}

void Executor::execute(std::string_view name, GoValue data, std::string& out) {
  run_frame(target(name), data, out, 0);
}

// What Go's Execute makes of its data: nil is no value, whose fields are no errors.
static GoValue as_data(GoValue data) {
  return data.is_nil() ? GoValue() : data.with_interface(false);
}

void Executor::include(std::string_view name, GoValue data, std::string& out) {
  data = as_data(data);
  const TemplateSet::Template& included = target(name);
  int& count = included_[included.name];
  if (count > include_depth_max) {
    throw FunctionError("rendering template has a nested reference name: " + std::string(name) +
                        ": unable to execute template");
  }
  ++count;
  try {
    run_frame(included, data, out, 0);
  } catch (...) {
    --included_[included.name];
    throw;
  }
  --included_[included.name];
}

void Executor::evaluate(std::string_view text, GoValue data, std::string& out) {
  data = as_data(data);
  std::shared_ptr<const ParsedFile> file;
  const auto known = parsed_.find(text);
  if (known != parsed_.end()) {
    file = known->second;
  } else {
    try {
      file = parse_template(std::string(root_name), std::string(text), functions_);
    } catch (const TemplateError& error) {
      throw FunctionError("cannot parse template " + quote(text) + ": " + error.message());
    }
    context_.heap.count(text.size() + file->tree_bytes());
    parsed_.emplace(file->text(), file);
  }
  const TemplateSet* outer = templates_;
  TemplateSet inner(outer);
  inner.add(file);
  const TemplateSet::Template target{file.get(), own_root(*file), root_name, root_name};
  templates_ = &inner;
  try {
    run_frame(target, data, out, 0);
  } catch (const TemplateError& error) {
    templates_ = outer;
    throw FunctionError("error during tpl function execution for " + quote(text) + ": " +
                        error.message());
  } catch (...) {
    templates_ = outer;
    throw;
  }
  templates_ = outer;
}

struct Execution::State {
  Executor executor;
  RenderContext& context;
};

Execution::Execution(const TemplateSet& templates, const FunctionTable& functions,
                     RenderContext& context, ExecutionLimits limits, MissingKey missing_key)
    : state_(new State{Executor(templates, functions, context, limits, missing_key), context}) {
  context.templates = this;
}

Execution::~Execution() {
  state_->context.templates = nullptr;
}

std::string Execution::render(std::string_view name, GoValue data) {
  std::string out;
  state_->executor.execute(name, data, out);
  return out;
}

void Execution::include(std::string_view name, GoValue data, std::string& out) {
  state_->executor.include(name, data, out);
}

void Execution::evaluate(std::string_view text, GoValue data, std::string& out) {
  state_->executor.evaluate(text, data, out);
}

}  // namespace reconcile::gotemplate
