#include <memory>

#include "reconcile/kustomize/build.hpp"
#include "reconcile/model/error.hpp"
#include "reconcile/model/file_tree.hpp"
#include "reconcile/model/json.hpp"
#include "test/fuzz/kustomize/case.hpp"
#include "test/fuzz/request_text.hpp"

namespace reconcile::fuzz {
namespace {

class KustomizeQuestion : public Question {
 public:
  explicit KustomizeQuestion(KustomizeCase asked) : asked_(std::move(asked)) {}

  std::string topic() const override { return asked_.topic; }

  std::string request_line() const override {
    std::string line = "{\"files\":{";
    std::string_view mark;
    for (const auto& [path, content] : asked_.files) {
      line += mark;
      mark = ",";
      add_text(line, path);
      line += ":";
      add_text(line, content);
    }
    line += "}";
    add_member(line, "path", asked_.path);
    add_member(line, "reorder", asked_.legacy_order ? "legacy" : "none");
    if (asked_.unrestricted) line += ",\"unrestricted\":true";
    return line + "}";
  }

  Outcome compare(const std::string& answer_line) const override {
    const model::Document read = model::parse_json(answer_line);
    Outcome outcome;
    outcome.crashed = read["crash"].present();
    if (outcome.crashed) return outcome;
    const bool failed = read["error"].present();
    const std::string theirs = text_of(read[failed ? "error" : "output"]);
    std::string ours;
    bool we_failed = false;
    try {
      ours = kustomize::build(request()).text;
    } catch (const model::Error& error) {
      we_failed = true;
      ours = error.message();
    }
    outcome.failed_alike = failed && we_failed;
    if (outcome.failed_alike || (failed == we_failed && ours == theirs)) return outcome;
    outcome.difference = std::string("ours | ") + (we_failed ? "error: " : "") + ours +
                         "\nreal | " + (failed ? "error: " : "") + theirs + "\n";
    return outcome;
  }

  std::string text() const override {
    std::string text = asked_.legacy_order ? "legacy\n" : "";
    if (asked_.unrestricted) text += "unrestricted\n";
    for (const auto& [path, content] : asked_.files) {
      text += "--- " + path + "\n" + content + (content.ends_with('\n') ? "" : "\n");
    }
    return text;
  }

 private:
  kustomize::BuildRequest request() const {
    kustomize::BuildRequest made;
    made.tree = model::memory_tree(asked_.files);
    made.path = asked_.path;
    made.display_root = "/";
    made.order = asked_.legacy_order ? kustomize::Order::legacy : kustomize::Order::fifo;
    if (asked_.unrestricted) made.load_restrictor = kustomize::LoadRestrictor::none;
    made.want_objects = false;
    return made;
  }

  KustomizeCase asked_;
};

template <KustomizeCase (*make)(Chooser&)>
std::unique_ptr<Question> question(Random& random) {
  Chooser chooser(random.next());
  return std::make_unique<KustomizeQuestion>(make(chooser));
}

}  // namespace

std::span<const Generator> kustomize_generators() {
  static constexpr Generator all[] = {
      {"tree", question<make_tree_case>, 250},
      {"patches", question<make_patches_case>, 200},
      {"replacements", question<make_replacements_case>, 150},
      {"names", question<make_names_case>, 100},
      {"generators", question<make_generators_case>, 80},
      {"plugins", question<make_plugins_case>, 80},
      {"texts", question<make_texts_case>, 100},
      {"files", question<make_files_tree_case>, 40},
  };
  return all;
}

}  // namespace reconcile::fuzz
