// Tests: test/diff/body_digest_test.cpp.
#include "reconcile/diff/body_digest.hpp"

#include <string>

#include "reconcile/model/json_cursor.hpp"

namespace reconcile::diff {

namespace {

/// One walk over the text, which keeps what counts.
class Body {
 public:
  explicit Body(std::string_view json) : cursor_(json) { kept_.reserve(json.size()); }

  std::optional<model::Hash128> digest();

 private:
  void keep();
  bool keep_metadata();
  bool keep_managed_fields();
  bool keep_entry();

  model::JsonCursor cursor_;
  std::string kept_;
};

/// The member that comes next.
void Body::keep() {
  kept_ += cursor_.key();
  kept_ += ':';
  kept_ += cursor_.value();
  kept_ += '\n';
}

/// One entry of managedFields but for its time. False where fields of the status are applied.
bool Body::keep_entry() {
  if (!cursor_.enter()) return false;
  kept_ += "{\n";
  bool names_status = false;
  bool is_of_status = false;
  while (cursor_.next()) {
    if (cursor_.key() == "time") {
      cursor_.value();
      continue;
    }
    const std::size_t begin = kept_.size();
    keep();
    const std::string_view kept = std::string_view(kept_).substr(begin);
    is_of_status = is_of_status || kept == "subresource:\"status\"\n";
    names_status = names_status || kept.find(R"("f:status")") != std::string_view::npos;
  }
  kept_ += "}\n";
  return is_of_status || !names_status;
}

bool Body::keep_managed_fields() {
  if (!cursor_.enter()) return false;
  while (cursor_.next())
    if (!keep_entry()) return false;
  return true;
}

bool Body::keep_metadata() {
  if (!cursor_.enter()) return false;
  kept_ += "metadata{\n";
  while (cursor_.next()) {
    if (cursor_.key() == "resourceVersion") {
      cursor_.value();
    } else if (cursor_.key() == "managedFields") {
      if (!keep_managed_fields()) return false;
    } else {
      keep();
    }
  }
  kept_ += "}\n";
  return true;
}

std::optional<model::Hash128> Body::digest() {
  if (!cursor_.enter()) return std::nullopt;
  while (cursor_.next()) {
    if (cursor_.key() == "status") {
      cursor_.value();
    } else if (cursor_.key() == "metadata") {
      if (!keep_metadata()) return std::nullopt;
    } else {
      keep();
    }
  }
  if (!cursor_.at_end() || kept_.empty()) return std::nullopt;
  return model::fast_hash(kept_);
}

}  // namespace

std::optional<model::Hash128> body_digest(std::string_view json) {
  return json.starts_with('{') ? Body(json).digest() : std::nullopt;
}

}  // namespace reconcile::diff
