// Objects at rest. Tests: test/model/packed_object_test.cpp.
#include "reconcile/model/packed_object.hpp"

#include "reconcile/model/error.hpp"
#include "reconcile/model/json.hpp"

namespace reconcile::model {

std::string PackedObject::json() const {
  try {
    return content_.text();
  } catch (Error& error) {
    error.with_context(id_.display());
    throw;
  }
}

Document PackedObject::document() const {
  return content_.present() ? parse_json(json()) : Document();
}

ObjectOrigin PackedObject::origin() const {
  return file_ == nullptr ? ObjectOrigin() : ObjectOrigin{*file_, document_index_};
}

PackedObject ObjectPacker::pack(const Object& object) {
  json_.clear();
  write_json(object.root(), json_, canonical_json);
  PackedObject result;
  result.id_ = object.id();
  result.version_ = object.gvk().version;
  std::shared_ptr<const std::string>& file = files_[object.origin().file];
  if (file == nullptr) file = std::make_shared<const std::string>(object.origin().file);
  result.file_ = file;
  result.document_index_ = static_cast<std::uint32_t>(object.origin().document_index);
  try {
    result.content_ = packer_.pack(json_);
  } catch (Error& error) {
    error.with_context(object.id().display());
    throw;
  }
  return result;
}

PackedObject pack(const Object& object) {
  ObjectPacker packer;
  PackedObject packed = packer.pack(object);
  packer.finish();
  return packed;
}

}  // namespace reconcile::model
