#pragma once

#include <string_view>

namespace reconcile::sources {

/// Whether `pattern` is well-formed for Go's filepath.Match (Go 1.26).
bool is_shell_pattern(std::string_view pattern);
/// Matches a whole name as Go's filepath.Match does on Unix: '*' any run without '/', '?' one
/// character, [a-z] and [^a-z] classes, '\' escapes. `pattern` is well-formed. Needs time linear in
/// pattern × name.
bool shell_match(std::string_view pattern, std::string_view name);

}  // namespace reconcile::sources
