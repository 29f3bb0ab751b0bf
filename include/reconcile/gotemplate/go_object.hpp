#pragma once

#include <span>
#include <string>
#include <string_view>

#include "reconcile/gotemplate/go_type.hpp"
#include "reconcile/gotemplate/heap.hpp"

namespace reconcile::gotemplate {

struct Function;

/// One exported field of a struct type.
struct GoField {
  std::string_view name;       ///< Go's name, as templates write it
  std::string_view json_name;  ///< the key in toJson and toYaml; empty: not encoded
  bool omit_empty = false;     ///< left out of JSON while empty
  bool is_interface = false;   ///< declared as interface {}
  bool is_embedded = false;    ///< an embedded struct: its fields are the outer one's, too
  bool is_hidden = false;      ///< not exported: only fmt shows it
};

/// A Go value that is neither basic nor map nor slice: a struct, a pointer to one, or an error.
/// Made with Heap::make and never changed afterwards.
class GoObject {
 public:
  GoObject() = default;
  GoObject(const GoObject&) = delete;
  GoObject& operator=(const GoObject&) = delete;
  virtual ~GoObject() = default;

  /// As %T prints it: "time.Time", "*semver.Version".
  [[nodiscard]] virtual std::string_view type_name() const = 0;
  /// GoKind::structure, or GoKind::pointer for a pointer to one.
  [[nodiscard]] virtual GoKind kind() const { return GoKind::structure; }
  /// Declared fields in order, and the values beside them (same length).
  [[nodiscard]] virtual std::span<const GoField> fields() const { return {}; }
  [[nodiscard]] virtual std::span<const GoValue> values() const { return {}; }
  /// The method `name`, or null. It is called with this object as Call::receiver.
  [[nodiscard]] virtual const Function* method(std::string_view name) const;
  /// Appends what String() or Error() answers; false where the type has neither.
  virtual bool append_text(std::string& out) const;
  /// Appends what String() answers where only the pointer has it, so that fmt does not see it: a
  /// template prints an addressable value so. False where there is no such method.
  virtual bool append_text_of_pointer(std::string& out) const;
  /// The value as it is once copied into an interface: without the methods of its pointer.
  [[nodiscard]] virtual const GoObject& detached() const { return *this; }
  /// Appends its JSON text where the type encodes itself (MarshalJSON); false for encoding by
  /// fields.
  virtual bool append_json(std::string& out) const;
  /// Whether it is a Go error (printed by its text under %v, %s and %q).
  [[nodiscard]] virtual bool is_error() const { return false; }
  /// reflect.DeepEqual with `other`, whose type_name is the same. Compares values() by default.
  [[nodiscard]] virtual bool equals(const GoObject& other) const;
};

/// A struct type known at compile time: name and fields in order.
struct GoStructType {
  std::string_view name;
  std::span<const GoField> fields;
  std::span<const Function> methods;
  GoKind kind = GoKind::structure;
};

/// A struct made of a static type and one value a field (Metadata, Capabilities, certificate …).
class GoStruct : public GoObject {
 public:
  /// `values` lives in the heap and has one element for each field of `type`.
  GoStruct(const GoStructType& type, std::span<const GoValue> values)
      : type_(&type), values_(values) {}
  [[nodiscard]] const GoStructType& type() const { return *type_; }
  [[nodiscard]] std::string_view type_name() const override { return type_->name; }
  [[nodiscard]] GoKind kind() const override { return type_->kind; }
  [[nodiscard]] std::span<const GoField> fields() const override { return type_->fields; }
  [[nodiscard]] std::span<const GoValue> values() const override { return values_; }
  [[nodiscard]] const Function* method(std::string_view name) const override;

 private:
  const GoStructType* type_;
  std::span<const GoValue> values_;
};

/// A Go error made by errors.New.
class GoError : public GoObject {
 public:
  explicit GoError(std::string text) : text_(std::move(text)) {}
  [[nodiscard]] std::string_view type_name() const override { return "*errors.errorString"; }
  [[nodiscard]] GoKind kind() const override { return GoKind::pointer; }
  bool append_text(std::string& out) const override {
    out += text_;
    return true;
  }
  [[nodiscard]] bool is_error() const override { return true; }

 private:
  std::string text_;
};

}  // namespace reconcile::gotemplate
