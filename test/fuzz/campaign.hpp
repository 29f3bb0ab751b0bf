#pragma once

#include <span>
#include <string>

#include "test/fuzz/differential.hpp"

namespace reconcile::fuzz {

/// The main function of a program that compares generated cases with the real tool, in as many
/// processes as asked for: a crash or a hang of ours ends one of them, and the case it was at is
/// told. Answers 0 without a difference, 1 with one, 2 where it could not work. Options:
///
///   [--generator NAME] [--cases N] [--seed S] [--jobs N] [--case I] [--show N of one topic]
///   [--oracle PROGRAM, default: of the environment's `oracle_variable`] [--print, compare nothing]
int run_campaign(int count, char** words, std::span<const Generator> generators,
                 const char* oracle_variable);

/// What the environment's `variable` holds. Throws std::runtime_error that says how to set it.
std::string given_program(const char* variable);

}  // namespace reconcile::fuzz
