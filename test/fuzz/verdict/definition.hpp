#pragma once

#include "reconcile/model/object.hpp"
#include "test/fuzz/verdict/grammar.hpp"

namespace reconcile::fuzz {

inline constexpr const char* definition_group = "verdict.example";

/// A CustomResourceDefinition with a random structural schema: defaults, nullable fields, lists of
/// every type, unknown fields that are kept. Its kind is `R<number>`.
model::Object make_definition(std::size_t number, Choices& choices);

/// An object of the kind that `definition` defines.
model::Object make_instance(model::Value definition, const Grammar& grammar, const ObjectName& name,
                            Choices& choices);

}  // namespace reconcile::fuzz
