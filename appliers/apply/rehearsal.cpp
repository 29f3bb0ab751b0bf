// Tests: test/appliers/apply/rehearsal_test.cpp.
#include "appliers/apply/rehearsal.hpp"

#include <algorithm>

#include "appliers/apply/object_request.hpp"

namespace reconcile::appliers {

namespace {

class Rehearsal {
 public:
  Rehearsal(ClusterPort& port, const std::vector<const Decision*>& writes,
            const WriteContext& context)
      : port_(port), writes_(writes), context_(context) {}

  std::vector<ObjectFailure> run() {
    std::vector<std::optional<ObjectFailure>> found(writes_.size());
    std::vector<std::size_t> attempts(writes_.size(), 0);
    for (const Decision* write : writes_) starts_.push_back(write->start);
    const RetryPolicy& retry = context_.options.retry;
    port_.exchange(
        writes_.size(), context_.options.in_flight_max,
        [&](std::size_t index) { return request_of(index); },
        [&](std::size_t index, ClusterAnswer answer) -> std::optional<FollowUp> {
          const AnswerClass answer_class = classify(answer);
          if (answer_class == AnswerClass::retry && ++attempts[index] < retry.attempts_max)
            return FollowUp{request_of(index), retry.delay(attempts[index], answer)};
          const PreparedObject& object = *writes_[index]->object;
          if (needs_look(object, starts_[index]) && (answer.ok() || answer.code == 404)) {
            if (answer.ok()) starts_[index].whole = answer.object;
            starts_[index].reads_first = false;
            return FollowUp{request_of(index), {}};
          }
          if (!is_fine(*writes_[index], answer_class))
            found[index] = ObjectFailure{object.object.id(), answer_class, explain(answer)};
          return std::nullopt;
        });
    std::vector<ObjectFailure> failures;
    for (auto& failure : found)
      if (failure) failures.push_back(std::move(*failure));
    return failures;
  }

 private:
  /// The dry run of what the apply will send, or the look before it.
  [[nodiscard]] ClusterRequest request_of(std::size_t index) const {
    const PreparedObject& object = *writes_[index]->object;
    if (needs_look(object, starts_[index])) return object_request(object, Verb::get);
    ClusterRequest request = object_request(object, Verb::apply);
    request.body = apply_body(object, starts_[index]);
    request.force = true;
    request.dry_run = true;
    return request;
  }

  [[nodiscard]] bool is_fine(const Decision& write, AnswerClass answer) const {
    const PreparedObject& object = *write.object;
    switch (answer) {
      case AnswerClass::done:
      case AnswerClass::wait_until_gone:
        return true;
      case AnswerClass::recreate:
        return may_recreate(object, write.start, context_.options);
      case AnswerClass::not_found:
        return brings_namespace(object.object.id().namespace_name);
      case AnswerClass::no_kind:
      case AnswerClass::permanent:
        return brings_definition(object.object.gvk());
      default:
        return false;
    }
  }

  [[nodiscard]] bool brings_namespace(const std::string& name) const {
    return std::any_of(writes_.begin(), writes_.end(), [&](const Decision* write) {
      const model::ObjectId& id = write->object->object.id();
      return id.group.empty() && id.kind == "Namespace" && id.name == name;
    });
  }

  [[nodiscard]] bool brings_definition(const model::Gvk& gvk) const {
    return std::any_of(writes_.begin(), writes_.end(), [&](const Decision* write) {
      const model::PackedObject& object = write->object->object;
      if (object.gvk().kind != "CustomResourceDefinition") return false;
      const model::Document definition = object.document();
      return definition["spec"]["group"].text() == gvk.group &&
             definition["spec"]["names"]["kind"].text() == gvk.kind;
    });
  }

  ClusterPort& port_;
  const std::vector<const Decision*>& writes_;
  const WriteContext& context_;
  std::vector<WriteStart> starts_;  ///< by write, with what was read here
};

}  // namespace

std::vector<ObjectFailure> rehearse(ClusterPort& port, const std::vector<const Decision*>& writes,
                                    const WriteContext& context) {
  return Rehearsal(port, writes, context).run();
}

}  // namespace reconcile::appliers
