#pragma once

#include <utility>

#include "test/fuzz/case.hpp"
#include "test/fuzz/question.hpp"

namespace reconcile::fuzz {

/// A case of Helm, compared with the engine of its profile.
class HelmQuestion : public Question {
 public:
  explicit HelmQuestion(Case asked) : asked_(std::move(asked)) {}

  std::string topic() const override { return asked_.topic; }
  std::string request_line() const override;
  Outcome compare(const std::string& answer_line) const override;
  std::string text() const override;

 private:
  Case asked_;
};

}  // namespace reconcile::fuzz
