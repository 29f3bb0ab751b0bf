#pragma once

#include <string>

#include "reconcile/diff/three_way.hpp"
#include "reconcile/model/json.hpp"

namespace reconcile::test {

/// One object as we want it, as it is, and whose its fields are.
struct Row {
  const char* what;
  const char* desired;  ///< below spec
  const char* live;     ///< below spec
  const char* own;      ///< our entry below f:spec
  const char* others;   ///< another manager's; empty: there is none
  bool is_unchanged;
};

/// Whether `row` is proven of an object of this version and kind.
inline bool proves(const Row& row, const std::string& version) {
  const std::string head =
      R"({"apiVersion":")" + version + R"(","kind":"K","metadata":{"name":"n","labels":{"a":"b"})";
  std::string managers = R"({"manager":"reconcile","operation":"Apply","apiVersion":")" + version +
                         R"(","fieldsV1":{"f:metadata":{"f:labels":{"f:a":{}}},"f:spec":)" +
                         row.own + "}}";
  if (*row.others != '\0')
    managers += R"(,{"manager":"other","operation":"Update","apiVersion":")" + version +
                R"(","fieldsV1":{"f:spec":)" + row.others + "}}";
  const auto desired = model::parse_json(head + R"(},"spec":)" + row.desired + "}");
  const auto live = model::parse_json(head + R"(,"managedFields":[)" + managers + R"(]},"spec":)" +
                                      row.live + "}");
  return diff::proves_unchanged(desired.root(), live.root());
}

}  // namespace reconcile::test
