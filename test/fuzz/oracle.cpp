#include "test/fuzz/oracle.hpp"

#include "reconcile/model/json.hpp"
#include "test/fuzz/campaign.hpp"
#include "test/fuzz/chart_defaults.hpp"
#include "test/fuzz/request_text.hpp"

namespace reconcile::fuzz {
namespace {

std::string_view name_of(Operation operation) {
  constexpr std::string_view names[] = {"render", "manifests", "values", "set", "yaml", "semver"};
  return names[static_cast<int>(operation)];
}

std::string_view name_of(helm::ValuesForm form) {
  switch (form) {
    case helm::ValuesForm::set_json:
      return "set-json";
    case helm::ValuesForm::set:
      return "set";
    case helm::ValuesForm::set_string:
      return "set-string";
    case helm::ValuesForm::set_file:
      return "set-file";
    case helm::ValuesForm::set_literal:
      return "set-literal";
    default:
      return "";
  }
}

std::string_view profile_name(const Case& asked) {
  if (asked.operation == Operation::yaml) return asked.dialect == Dialect::v3 ? "v3" : "v2";
  return asked.profile == helm::Profile::helm4 ? "helm4" : "helm3";
}

void add_values(std::string& line, const Case& asked) {
  std::vector<std::string> files;
  std::string assignments;
  for (const helm::ValuesInput& input : asked.values) {
    if (input.form == helm::ValuesForm::file) {
      files.push_back(input.text);
      continue;
    }
    assignments += assignments.empty() ? "[" : ",[";
    add_text(assignments, name_of(input.form));
    assignments += ",";
    add_text(assignments, input.text);
    assignments += "]";
  }
  add_list(line, "values", files);
  if (!assignments.empty()) line += ",\"set\":[" + assignments + "]";
}

void add_chart(std::string& line, const Case& asked) {
  if (!asked.archive.empty()) {
    add_member(line, "archive", asked.archive);
    return;
  }
  line += ",\"files\":";
  char mark = '{';
  for (const auto& [path, content] : with_metadata(asked.files)) {
    line += mark;
    mark = ',';
    add_text(line, path);
    line += ":";
    add_text(line, content);
  }
  line += "}";
}

std::string hooks_text(model::Value hooks) {
  std::string text;
  for (std::size_t i = 0; i < hooks.size(); ++i) {
    const model::Value hook = hooks.at(i);
    text += text_of(hook["path"]) + " " + text_of(hook["kind"]) + " " + text_of(hook["name"]) +
            " " + std::to_string(hook["weight"].integer().value_or(0));
    for (std::size_t event = 0; event < hook["events"].size(); ++event) {
      text += " " + text_of(hook["events"].at(event));
    }
    text += "\n";
  }
  return text;
}

std::string joined(model::Value list) {
  std::string text;
  for (std::size_t i = 0; i < list.size(); ++i) text += text_of(list.at(i)) + "\n";
  return text;
}

}  // namespace

std::string request_line(const Case& asked) {
  std::string line = "{\"op\":\"" + std::string(name_of(asked.operation)) + "\"";
  add_member(line, "profile", profile_name(asked));
  if (asked.operation == Operation::yaml) add_member(line, "text", asked.text);
  add_list(line, "versions", asked.versions);
  add_list(line, "constraints", asked.constraints);
  if (asked.operation <= Operation::values) add_chart(line, asked);
  add_values(line, asked);
  line += ",\"release\":{\"upgrade\":" + std::string(asked.release.is_upgrade ? "true" : "false");
  add_member(line, "name", asked.release.name);
  add_member(line, "namespace", asked.release.namespace_name);
  line += "}";
  if (!asked.kube_version.empty()) add_member(line, "kubeVersion", asked.kube_version);
  add_list(line, "apiVersions", asked.api_versions);
  if (asked.is_directory) line += ",\"directory\":true";
  if (asked.include_crds) line += ",\"includeCrds\":true";
  if (asked.skip_schema_validation) line += ",\"skipSchema\":true";
  return line + "}";
}

Answer parse_answer(const Case& asked, const std::string& line) {
  const model::Document read = model::parse_json(line);
  Answer answer;
  answer.crashed = read["crash"].present();
  answer.failed = answer.crashed || read["error"].present();
  answer.error = text_of(read[answer.crashed ? "crash" : "error"]);
  if (answer.failed) return answer;
  const model::Value files = read["files"];
  switch (asked.operation) {
    case Operation::render:
      for (std::size_t i = 0; i < files.size(); ++i) {
        answer.texts.emplace(files.key_at(i), text_of(files.value_at(i)));
      }
      break;
    case Operation::manifests:
      answer.texts["notes"] = text_of(files["NOTES.txt"]);
      answer.texts["output"] = text_of(read["output"]);
      answer.texts["hooks"] = hooks_text(read["hooks"]);
      break;
    case Operation::values:
    case Operation::set:
      answer.texts["json"] = model::write_json(read["json"]);
      break;
    case Operation::yaml:
      answer.texts["json"] = read["json"].present() ? model::write_json(read["json"]) : "";
      answer.texts["yaml"] = text_of(read["yaml"]);
      break;
    case Operation::semver:
      answer.texts["versions"] = joined(read["versions"]);
      answer.texts["matches"] = joined(read["matches"]);
      break;
  }
  return answer;
}

std::vector<Answer> Oracle::ask(const std::vector<Case>& cases) {
  std::vector<std::string> lines;
  lines.reserve(cases.size());
  for (const Case& asked : cases) lines.push_back(request_line(asked));
  const std::vector<std::string> read = program_.ask(lines);
  std::vector<Answer> answers;
  answers.reserve(cases.size());
  for (std::size_t i = 0; i < cases.size(); ++i) answers.push_back(parse_answer(cases[i], read[i]));
  return answers;
}

std::string oracle_program() {
  return given_program(oracle_variable);
}

}  // namespace reconcile::fuzz
