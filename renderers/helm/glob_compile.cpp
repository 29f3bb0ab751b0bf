// After gobwas/glob 0.2.3, compiler/compiler.go: what it glues together and in which order it looks
// for the parts decides what a pattern matches.

#include <algorithm>
#include <span>
#include <utility>

#include "renderers/helm/characters.hpp"
#include "renderers/helm/glob_matcher.hpp"

namespace reconcile::helm {
namespace {

using Kind = GlobMatcher::Kind;
using Matchers = std::vector<GlobMatcher>;
using Part = std::span<const GlobMatcher>;

const std::u32string path_separators = U"/";

GlobMatcher made(Kind kind, int length = GlobMatcher::unknown) {
  GlobMatcher matcher;
  matcher.kind = kind;
  matcher.length = length;
  return matcher;
}

GlobMatcher with_text(Kind kind, std::string text) {
  GlobMatcher matcher = made(kind);
  if (kind == Kind::text) matcher.length = static_cast<int>(character_count(text));
  matcher.text = std::move(text);
  return matcher;
}

GlobMatcher with_separators(Kind kind, std::u32string separators, int length) {
  GlobMatcher matcher = made(kind, length);
  matcher.separators = std::move(separators);
  return matcher;
}

GlobMatcher with_count(Kind kind, int count) {
  GlobMatcher matcher = made(kind);
  matcher.count = count;
  return matcher;
}

std::string encoded(std::u32string_view characters) {
  std::string text;
  for (const char32_t c : characters) append_character(text, c);
  return text;
}

int alternatives_length(Part parts) {
  int length = GlobMatcher::unknown;
  for (const GlobMatcher& part : parts) {
    if (length == GlobMatcher::unknown) {
      length = part.length;
    } else if (part.length != length) {
      return GlobMatcher::unknown;
    }
  }
  return length;
}

GlobMatcher tree_of(const GlobMatcher& value, std::shared_ptr<const GlobMatcher> left,
                    std::shared_ptr<const GlobMatcher> right) {
  GlobMatcher tree = made(Kind::tree);
  const int left_length = left ? left->length : 0;
  const int right_length = right ? right->length : 0;
  if (value.length >= 0 && left_length >= 0 && right_length >= 0) {
    tree.length = left_length + value.length + right_length;
  }
  tree.parts.push_back(value);
  tree.left = std::move(left);
  tree.right = std::move(right);
  return tree;
}

GlobMatcher optimized(GlobMatcher matcher);

/// A text with something simple beside it.
GlobMatcher optimized_tree(GlobMatcher tree) {
  const auto inner = [](const std::shared_ptr<const GlobMatcher>& side) {
    return side ? std::make_shared<const GlobMatcher>(optimized(*side)) : nullptr;
  };
  tree.left = inner(tree.left);
  tree.right = inner(tree.right);
  if (tree.parts[0].kind != Kind::text) return tree;
  const std::string& text = tree.parts[0].text;
  const GlobMatcher* left = tree.left.get();
  const GlobMatcher* right = tree.right.get();
  const auto is = [](const GlobMatcher* side, Kind kind) {
    return side != nullptr && side->kind == kind;
  };
  if (left == nullptr && right == nullptr) return with_text(Kind::text, text);
  if (is(left, Kind::super) && is(right, Kind::super)) return with_text(Kind::contains, text);
  if (is(left, Kind::super) && right == nullptr) return with_text(Kind::suffix, text);
  if (is(right, Kind::super) && left == nullptr) return with_text(Kind::prefix, text);
  if ((left == nullptr && is(right, Kind::suffix)) ||
      (right == nullptr && is(left, Kind::prefix))) {
    GlobMatcher both = with_text(Kind::prefix_suffix, left == nullptr ? text : left->text);
    both.tail = left == nullptr ? right->text : text;
    return both;
  }
  if ((right == nullptr && is(left, Kind::any)) || (left == nullptr && is(right, Kind::any))) {
    GlobMatcher made = with_text(right == nullptr ? Kind::suffix_any : Kind::prefix_any, text);
    made.separators = right == nullptr ? left->separators : right->separators;
    return made;
  }
  return tree;
}

GlobMatcher optimized(GlobMatcher matcher) {
  switch (matcher.kind) {
    case Kind::any:
      return matcher.separators.empty() ? made(Kind::super) : matcher;
    case Kind::any_of:
      return matcher.parts.size() == 1 ? GlobMatcher(matcher.parts[0]) : matcher;
    case Kind::list:
      if (matcher.is_negated || matcher.separators.size() != 1) return matcher;
      return with_text(Kind::text, encoded(matcher.separators));
    case Kind::tree:
      return optimized_tree(std::move(matcher));
    default:
      return matcher;
  }
}

std::optional<GlobMatcher> glued_row(Part parts) {
  int length = 0;
  for (const GlobMatcher& part : parts) {
    if (part.length == GlobMatcher::unknown) return std::nullopt;
    length += part.length;
  }
  GlobMatcher row = made(Kind::row, length);
  row.parts.assign(parts.begin(), parts.end());
  return row;
}

std::optional<GlobMatcher> glued_every(Part parts) {
  bool has_any = false;
  bool has_super = false;
  int singles = 0;
  for (const GlobMatcher& part : parts) {
    const bool is_list = part.kind == Kind::list && part.is_negated;
    if (part.kind != Kind::super && part.kind != Kind::any && part.kind != Kind::single &&
        !is_list) {
      return std::nullopt;
    }
    if (part.separators != parts[0].separators) return std::nullopt;
    has_any = has_any || part.kind == Kind::any;
    has_super = has_super || part.kind == Kind::super;
    if (part.kind == Kind::single || is_list) ++singles;
  }
  const std::u32string& separators = parts[0].separators;
  if (has_super && !has_any && singles == 0) return made(Kind::super);
  if (has_any && !has_super && singles == 0) {
    return with_separators(Kind::any, separators, GlobMatcher::unknown);
  }
  if ((has_any || has_super) && singles > 0 && separators.empty()) {
    return with_count(Kind::min, singles);
  }
  GlobMatcher every = made(Kind::every_of);
  if (singles > 0) every.parts.push_back(with_count(Kind::min, singles));
  if (singles > 0 && !has_any && !has_super) {
    every.parts.push_back(with_count(Kind::max, singles));
  }
  if (!separators.empty()) {
    every.parts.push_back(with_text(Kind::contains, encoded(separators)));
    every.parts.back().is_negated = true;
  }
  return every;
}

std::optional<GlobMatcher> glued(Part parts) {
  if (parts.size() <= 1) return std::nullopt;
  if (auto every = glued_every(parts)) return every;
  return glued_row(parts);
}

/// Glues the longest run of parts that can be, again and again.
Matchers minimized(Matchers matchers) {
  std::optional<GlobMatcher> best;
  std::size_t best_left = 0;
  std::size_t best_right = 0;
  for (std::size_t left = 0; left < matchers.size(); ++left) {
    for (std::size_t right = matchers.size(); right > left; --right) {
      auto found = glued(Part(matchers).subspan(left, right - left));
      if (!found) continue;
      const bool is_longer =
          best && best->length >= 0 && found->length >= 0 && found->length > best->length;
      if (best && !is_longer && best_right - best_left >= right - left) continue;
      best = std::move(found);
      best_left = left;
      best_right = right;
    }
  }
  if (!best) return matchers;
  const auto at = [&](std::size_t index) {
    return matchers.begin() + static_cast<std::ptrdiff_t>(index);
  };
  matchers.insert(matchers.erase(at(best_left), at(best_right)), *best);
  return minimized(std::move(matchers));
}

/// The last of the longest parts is looked for first, and what stands beside it there.
GlobMatcher composed(Part parts) {
  if (parts.size() == 1) return parts[0];
  if (auto whole = glued(parts)) return *whole;
  std::size_t index = parts.size();
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (parts[i].length == GlobMatcher::unknown) continue;
    if (index == parts.size() || parts[i].length >= parts[index].length) index = i;
  }
  const auto side = [](Part rest) {
    return rest.empty() ? nullptr : std::make_shared<const GlobMatcher>(composed(rest));
  };
  if (index == parts.size()) return tree_of(parts[0], nullptr, side(parts.subspan(1)));
  return tree_of(parts[index], side(parts.first(index)), side(parts.subspan(index + 1)));
}

/// How many children all of `patterns` begin and end with.
std::pair<std::size_t, std::size_t> shared_ends(const std::vector<GlobNode>& patterns) {
  const auto shortest = std::min_element(
      patterns.begin(), patterns.end(),
      [](const GlobNode& a, const GlobNode& b) { return a.children.size() < b.children.size(); });
  const std::vector<GlobNode>& least = shortest->children;
  std::size_t at_left = 0;
  std::size_t at_right = 0;
  bool left_ended = patterns.size() < 2;
  bool right_ended = left_ended;
  for (std::size_t i = 0; i < least.size() && at_left + at_right < least.size(); ++i) {
    if (left_ended && right_ended) break;
    const std::size_t j = least.size() - 1 - i;
    for (auto pattern = patterns.begin(); pattern != patterns.end(); ++pattern) {
      if (left_ended && right_ended) break;
      if (pattern == shortest) continue;
      const std::size_t skipped = pattern->children.size() - least.size();
      left_ended = left_ended || least[i] != pattern->children[i];
      right_ended = right_ended || (!left_ended && j <= i);
      right_ended = right_ended || least[j] != pattern->children[j + skipped];
    }
    if (!left_ended) ++at_left;
    if (!right_ended) ++at_right;
  }
  return {at_left, at_right};
}

GlobNode pattern_of(std::span<const GlobNode> children) {
  GlobNode pattern;
  pattern.children.assign(children.begin(), children.end());
  return pattern;
}

/// Takes what alternatives share out of them.
std::optional<GlobNode> without_shared(const GlobNode& any_of) {
  const auto [left, right] = shared_ends(any_of.children);
  if (left == 0 && right == 0) return std::nullopt;
  const std::span<const GlobNode> first(any_of.children[0].children);
  GlobNode result;
  if (left > 0) result.children.push_back(pattern_of(first.first(left)));
  GlobNode rest;
  rest.kind = GlobNode::Kind::any_of;
  for (const GlobNode& child : any_of.children) {
    const std::span<const GlobNode> own =
        std::span(child.children).subspan(left, child.children.size() - left - right);
    GlobNode node = pattern_of(own);
    if (own.empty()) node.kind = GlobNode::Kind::nothing;
    const auto found = std::find(rest.children.begin(), rest.children.end(), node);
    if (found == rest.children.end()) rest.children.push_back(std::move(node));
  }
  if (rest.children.size() > 1) {
    result.children.push_back(std::move(rest));
  } else if (rest.children[0].kind != GlobNode::Kind::nothing) {
    result.children.push_back(std::move(rest.children[0]));
  }
  if (right > 0) result.children.push_back(pattern_of(first.last(right)));
  return result;
}

Matchers compiled_children(const GlobNode& node) {
  Matchers matchers;
  for (const GlobNode& child : node.children) matchers.push_back(optimized(compile_glob(child)));
  return matchers;
}

GlobMatcher compiled_alternatives(const GlobNode& node) {
  if (const auto shared = without_shared(node)) return compile_glob(*shared);
  GlobMatcher matcher = made(Kind::any_of);
  matcher.parts = compiled_children(node);
  matcher.length = alternatives_length(matcher.parts);
  return matcher;
}

}  // namespace

GlobMatcher compile_glob(const GlobNode& node) {
  switch (node.kind) {
    case GlobNode::Kind::any_of:
      return compiled_alternatives(node);
    case GlobNode::Kind::pattern:
      if (node.children.empty()) return made(Kind::nothing, 0);
      return optimized(composed(minimized(compiled_children(node))));
    case GlobNode::Kind::any:
      return with_separators(Kind::any, path_separators, GlobMatcher::unknown);
    case GlobNode::Kind::super:
      return made(Kind::super);
    case GlobNode::Kind::single:
      return with_separators(Kind::single, path_separators, 1);
    case GlobNode::Kind::text:
      return with_text(Kind::text, node.text);
    case GlobNode::Kind::list:
    case GlobNode::Kind::range: {
      const bool is_list = node.kind == GlobNode::Kind::list;
      GlobMatcher matcher = with_separators(is_list ? Kind::list : Kind::range, node.characters, 1);
      matcher.is_negated = node.is_negated;
      return optimized(std::move(matcher));
    }
    default:
      return made(Kind::nothing, 0);
  }
}

}  // namespace reconcile::helm
