#pragma once

namespace reconcile::test {

/// A pattern of Go's filepath.Match and whether it matches a path.
struct PathPattern {
  const char* pattern;
  const char* path;
  bool matches;
};

/// From Go's own table (path/filepath, go1.26). Matchers of ours that follow it share it.
inline constexpr PathPattern path_patterns[] = {
    {"abc", "abc", true},
    {"*", "abc", true},
    {"*c", "abc", true},
    {"a*", "a", true},
    {"a*", "ab/c", false},
    {"a*/b", "abc/b", true},
    {"a*/b", "a/c/b", false},
    {"a*b*c*d*e*", "axbxcxdxe", true},
    {"a*b*c*d*e*/f", "axbxcxdxe/f", true},
    {"a*b?c*x", "abxbbxdbxebxczzx", true},
    {"a*b?c*x", "abxbbxdbxebxczzy", false},
    {"ab[c]", "abc", true},
    {"ab[b-d]", "abc", true},
    {"ab[e-g]", "abc", false},
    {"ab[^c]", "abc", false},
    {"ab[^e-g]", "abc", true},
    {"a\\*b", "a*b", true},
    {"a\\*b", "ab", false},
    {"a?b", "a\xE2\x98\xBA\x62", true},
    {"a[^a]b", "a\xE2\x98\xBA\x62", true},
    {"a??b", "a\xE2\x98\xBA\x62", false},
    {"[a-\xCE\xB6]*", "\xCE\xB1", true},
    {"*[a-\xCE\xB6]", "A", false},
    {"a?b", "a/b", false},
    {"a*b", "a/b", false},
    {"[\\]a]", "]", true},
    {"[\\-]", "-", true},
    {"[\\-x]", "-", true},
    {"[x\\-]", "z", false},
    {"*x", "xxx", true},
    {"", "", true},
    {"**", "abc", true},
};

/// Patterns that are an error.
inline constexpr const char* malformed_path_patterns[] = {"[]a]",    "[-]", "[x-]", "[-x]", "\\",
                                                          "[a-b-c]", "[",   "[^",   "[^bc", "a["};

}  // namespace reconcile::test
