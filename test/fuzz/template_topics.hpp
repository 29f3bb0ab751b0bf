#pragma once

#include <string>

#include "test/fuzz/template_expressions.hpp"

// The bodies of generated templates, one function a topic. `topic` may be made more exact.
namespace reconcile::fuzz {

/// A function with arguments of its kinds and of others; its answer printed in several ways.
std::string call_body(Expressions& expressions, std::string& topic);
/// Forms of numbers.
std::string number_body(Expressions& expressions, std::string& topic);
/// Paths through nil, missing keys, wrong receivers, methods.
std::string nil_body(Expressions& expressions, std::string& topic);
/// printf: verbs, flags, widths, indices × values.
std::string printf_body(Expressions& expressions, std::string& topic);
/// Comparisons of all kinds with all kinds.
std::string compare_body(Expressions& expressions, std::string& topic);
/// Quoted, raw and character constants with escapes, right and wrong.
std::string constant_body(Expressions& expressions, std::string& topic);
/// set, unset, merge and their aliases, seen later.
std::string mutation_body(Expressions& expressions, std::string& topic);
/// The encoders and decoders over nested data.
std::string encoding_body(Expressions& expressions, std::string& topic);
/// Nested control flow with variables, trimming, comments and named templates.
std::string program_body(Expressions& expressions, std::string& topic);
/// A program with bytes removed, doubled or put in.
std::string garbage_body(Expressions& expressions, std::string& topic);

}  // namespace reconcile::fuzz
