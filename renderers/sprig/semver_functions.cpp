#include <memory>
#include <string>

#include "reconcile/gotemplate/go_object.hpp"
#include "reconcile/gotemplate/go_operations.hpp"
#include "reconcile/model/error.hpp"
#include "renderers/sprig/semver.hpp"
#include "renderers/sprig/tables.hpp"

namespace reconcile::sprig {
namespace {

using gotemplate::Call;
using gotemplate::FunctionError;
using gotemplate::GoKind;
using gotemplate::GoType;
using gotemplate::GoValue;

/// *semver.Version, and semver.Version as the Inc… methods answer it.
class VersionObject final : public gotemplate::GoObject {
 public:
  VersionObject(Version version, GoKind kind) : version_(std::move(version)), kind_(kind) {}
  [[nodiscard]] const Version& version() const { return version_; }
  [[nodiscard]] std::string_view type_name() const override {
    return kind_ == GoKind::pointer ? "*semver.Version" : "semver.Version";
  }
  [[nodiscard]] GoKind kind() const override { return kind_; }
  [[nodiscard]] const Function* method(std::string_view name) const override;
  bool append_text(std::string& out) const override {
    out += version_.to_string();
    return true;
  }
  bool append_json(std::string& out) const override {
    out += gotemplate::quote(version_.to_string());
    return true;
  }
  [[nodiscard]] bool equals(const GoObject& other) const override {
    const auto* right = dynamic_cast<const VersionObject*>(&other);
    return right != nullptr && version_.compare(right->version_) == 0 &&
           version_.metadata() == right->version_.metadata() &&
           version_.original() == right->version_.original();
  }

 private:
  Version version_;
  GoKind kind_;
};

const Version& receiver(const Call& call) {
  return static_cast<const VersionObject*>(call.receiver.as_object())->version();
}

/// Runs `body`, turning the library's errors into template errors.
template <class Body>
GoValue reporting(Body body) {
  try {
    return body();
  } catch (const model::Error& error) {
    throw FunctionError(error.message());
  }
}

GoValue made(Call& call, Version version, GoKind kind) {
  return GoValue::object(call.heap().make<VersionObject>(std::move(version), kind));
}

GoValue major(Call& call) {
  return GoValue::unsigned_integer(receiver(call).major(), GoType::uint64);
}
GoValue minor(Call& call) {
  return GoValue::unsigned_integer(receiver(call).minor(), GoType::uint64);
}
GoValue patch(Call& call) {
  return GoValue::unsigned_integer(receiver(call).patch(), GoType::uint64);
}
GoValue prerelease(Call& call) {
  return call.heap().string(receiver(call).prerelease());
}
GoValue metadata(Call& call) {
  return call.heap().string(receiver(call).metadata());
}
GoValue original(Call& call) {
  return call.heap().string(receiver(call).original());
}
GoValue text(Call& call) {
  return call.heap().string(receiver(call).to_string());
}

template <Version (Version::*next)() const>
GoValue next_version(Call& call) {
  return reporting([&] { return made(call, (receiver(call).*next)(), GoKind::structure); });
}
template <Version (Version::*change)(std::string_view) const>
GoValue changed_version(Call& call) {
  return reporting(
      [&] { return made(call, (receiver(call).*change)(call.text(0)), GoKind::structure); });
}

int compare_with_argument(Call& call) {
  const gotemplate::GoObject* object =
      call[0].type() == GoType::object ? call[0].as_object() : nullptr;
  const auto* other = dynamic_cast<const VersionObject*>(object);
  if (other == nullptr || other->kind() != GoKind::pointer) {
    throw FunctionError("wrong type for value; expected *semver.Version; got " +
                        std::string(call[0].type_name()));
  }
  const auto order = receiver(call).compare(other->version());
  return order < 0 ? -1 : order > 0 ? 1 : 0;
}

GoValue compare(Call& call) {
  return GoValue::integer(compare_with_argument(call));
}
GoValue equal(Call& call) {
  return GoValue::boolean(compare_with_argument(call) == 0);
}
GoValue less(Call& call) {
  return GoValue::boolean(compare_with_argument(call) < 0);
}
GoValue less_equal(Call& call) {
  return GoValue::boolean(compare_with_argument(call) <= 0);
}
GoValue greater(Call& call) {
  return GoValue::boolean(compare_with_argument(call) > 0);
}
GoValue greater_equal(Call& call) {
  return GoValue::boolean(compare_with_argument(call) >= 0);
}

/// Methods of the value come first, those of the pointer alone behind them.
constexpr Function methods[] = {
    {"Major", "", major},
    {"Minor", "", minor},
    {"Patch", "", patch},
    {"Prerelease", "", prerelease},
    {"Metadata", "", metadata},
    {"String", "", text},
    {"IncPatch", "", next_version<&Version::next_patch>},
    {"IncMinor", "", next_version<&Version::next_minor>},
    {"IncMajor", "", next_version<&Version::next_major>},
    {"SetPrerelease", "s", changed_version<&Version::with_prerelease>},
    {"SetMetadata", "s", changed_version<&Version::with_metadata>},
    {"Original", "", original},
    {"Compare", "a", compare},
    {"Equal", "a", equal},
    {"LessThan", "a", less},
    {"LessThanEqual", "a", less_equal},
    {"GreaterThan", "a", greater},
    {"GreaterThanEqual", "a", greater_equal},
};
constexpr std::size_t value_methods = 11;

const Function* VersionObject::method(std::string_view name) const {
  std::size_t index = 0;
  for (const Function& function : methods) {
    if (kind_ != GoKind::pointer && index++ == value_methods) break;
    if (function.name == name) return &function;
  }
  return nullptr;
}

/// Versions and constraints are read at each call.
void charge(Call& call) {
  constexpr std::uint64_t steps_per_byte = 6;
  for (const GoValue& argument : call.arguments) {
    call.context.work += argument.as_text().size() * steps_per_byte;
  }
}

GoValue semver(Call& call) {
  charge(call);
  return reporting([&] { return made(call, Version::parse(call.text(0)), GoKind::pointer); });
}

GoValue semver_compare(Call& call) {
  charge(call);
  return reporting([&] {
    const Constraint constraint = Constraint::parse(call.text(0));
    return GoValue::boolean(constraint.allows(Version::parse(call.text(1))));
  });
}

constexpr Function functions[] = {
    {"semver", "s", semver},
    {"semverCompare", "ss", semver_compare},
};

}  // namespace

std::span<const Function> semver_functions() {
  return functions;
}

GoValue copied_version(gotemplate::Heap& heap, GoKind kind) {
  return GoValue::object(heap.make<VersionObject>(Version::parse("0.0.0"), kind));
}

}  // namespace reconcile::sprig
