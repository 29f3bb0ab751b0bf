// What the API server's answers to writes ask for. Rows are tried in order; the first that fits
// decides. Measured on Kubernetes 1.36. Tests: test/appliers/inventory/answers_test.cpp.
#include "reconcile/appliers/answers.hpp"

#include <algorithm>

namespace reconcile::appliers {

namespace {

struct AnswerRow {
  int code;                  // 0: any
  std::string_view reason;   // empty: any
  std::string_view message;  // words that the message contains; empty: any
  AnswerClass answer;
};

constexpr AnswerRow rows[] = {
    {404, "NoKind", "", AnswerClass::no_kind},
    {404, "NoKindMatch", "", AnswerClass::no_kind},
    {404, "", "the server could not find the requested resource", AnswerClass::no_kind},
    {404, "", "", AnswerClass::not_found},
    // The object's namespace is on its way out; the cause is looked at first, see below.
    {403, "", "because it is being terminated", AnswerClass::wait_until_gone},
    {403, "", "", AnswerClass::permanent},
    {409, "AlreadyExists", "object is being deleted", AnswerClass::wait_until_gone},
    {409, "AlreadyExists", "", AnswerClass::conflict},
    {409, "", "field is immutable", AnswerClass::recreate},
    {409, "", "exceeded quota", AnswerClass::permanent},
    {409, "", "", AnswerClass::conflict},
    {410, "", "", AnswerClass::conflict},
    {422, "", "is immutable", AnswerClass::recreate},
    {422, "", "immutable field", AnswerClass::recreate},
    {422, "", "updates to statefulset spec for fields other than", AnswerClass::recreate},
    {422, "", "may not change once set", AnswerClass::recreate},
    {422, "", "", AnswerClass::permanent},
    // An unknown field or a duplicate list key comes as 500 and never gets better.
    {500, "", "failed to create typed patch object", AnswerClass::permanent},
    {500, "", "failed to create typed live object", AnswerClass::permanent},
    {500, "", "failed to create manager for existing fields", AnswerClass::permanent},
    {500, "", "invalid object type", AnswerClass::permanent},
    {408, "", "", AnswerClass::retry},
    {429, "", "", AnswerClass::retry},
};

}  // namespace

std::string_view to_string(AnswerClass answer) {
  switch (answer) {
    case AnswerClass::done:
      return "done";
    case AnswerClass::permanent:
      return "permanent";
    case AnswerClass::retry:
      return "retry";
    case AnswerClass::recreate:
      return "recreate";
    case AnswerClass::wait_until_gone:
      return "wait until gone";
    case AnswerClass::conflict:
      return "conflict";
    case AnswerClass::not_found:
      return "not found";
    case AnswerClass::no_kind:
      return "no kind";
  }
  return "";
}

AnswerClass classify(const ClusterAnswer& answer) {
  if (answer.ok())
    return answer.object["metadata"]["deletionTimestamp"].is_null() ? AnswerClass::done
                                                                    : AnswerClass::wait_until_gone;
  if (std::find(answer.causes.begin(), answer.causes.end(), "NamespaceTerminating") !=
      answer.causes.end())
    return AnswerClass::wait_until_gone;
  for (const AnswerRow& row : rows)
    if ((row.code == 0 || row.code == answer.code) &&
        (row.reason.empty() || row.reason == answer.reason) &&
        (row.message.empty() || answer.message.find(row.message) != std::string::npos))
      return row.answer;
  // No answer at all, and every other failure of the server itself.
  if (answer.code == 0 || answer.code >= 500) return AnswerClass::retry;
  return AnswerClass::permanent;
}

std::string explain(const ClusterAnswer& answer) {
  if (answer.ok() && classify(answer) == AnswerClass::wait_until_gone)
    return "the object is being deleted";
  std::string text =
      answer.code == 0 ? "no answer from the API server" : std::to_string(answer.code);
  if (!answer.reason.empty()) text += " " + answer.reason;
  if (!answer.message.empty()) text += ": " + answer.message;
  return text;
}

std::chrono::milliseconds RetryPolicy::delay(std::size_t attempt,
                                             const ClusterAnswer& answer) const {
  if (answer.retry_after) return std::min(*answer.retry_after, retry_after_max);
  std::chrono::milliseconds wait = first_delay;
  for (std::size_t i = 1; i < attempt && wait < delay_max; ++i) wait *= 2;
  return std::min(wait, delay_max);
}

}  // namespace reconcile::appliers
