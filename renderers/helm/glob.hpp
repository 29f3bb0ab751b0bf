#pragma once

#include <string_view>

namespace reconcile::helm {

/// A pattern of `.Files.Glob`, with the grammar of gobwas/glob 0.2.3 and separator '/': `*` and `?`
/// stop at '/', `**` does not, `[a-z]`, `[!a-z]`, `{a,b}`, `\` escapes. Answers whether `pattern`
/// is well-formed; a malformed one matches everything in Helm.
bool is_glob(std::string_view pattern);

/// Whether the well-formed `pattern` matches the whole of `path`.
bool glob_match(std::string_view pattern, std::string_view path);

}  // namespace reconcile::helm
