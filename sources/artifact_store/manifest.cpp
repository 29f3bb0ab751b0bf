#include "sources/artifact_store/manifest.hpp"

#include <charconv>
#include <utility>

#include "reconcile/model/error.hpp"

namespace reconcile::sources {
namespace {

using model::Error;
using model::ErrorCode;

constexpr std::string_view form = "reconcile artifact 1";

Error damaged(const std::string& what) {
  return {ErrorCode::invalid_input, "expected the manifest of an artifact, found " + what};
}

class Fields {
 public:
  explicit Fields(std::string_view bytes) : rest_(bytes) {}

  [[nodiscard]] bool done() const { return rest_.empty(); }

  std::string_view next() {
    const std::size_t end = rest_.find('\0');
    if (end == std::string_view::npos) throw damaged("a field without end");
    const std::string_view field = rest_.substr(0, end);
    rest_.remove_prefix(end + 1);
    return field;
  }

 private:
  std::string_view rest_;
};

void append(std::string& bytes, std::string_view field) {
  bytes += field;
  bytes += '\0';
}

ListedMode mode_of(std::string_view text) {
  if (text == "f") return ListedMode::regular;
  if (text == "x") return ListedMode::executable;
  if (text == "l") return ListedMode::symlink;
  throw damaged("an unknown file mode");
}

bool is_hex(std::string_view text, std::size_t digits) {
  return text.size() == digits &&
         text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

StoredFile take_file(Fields& fields) {
  StoredFile stored;
  stored.file.mode = mode_of(fields.next());
  const std::string_view size = fields.next();
  const auto [end, failure] =
      std::from_chars(size.data(), size.data() + size.size(), stored.file.size);
  if (failure != std::errc() || end != size.data() + size.size()) throw damaged("a bad size");
  stored.file.blob = fields.next();
  stored.object = fields.next();
  stored.file.path = fields.next();
  if (!is_hex(stored.file.blob, 40) || !is_hex(stored.object, 64)) throw damaged("a bad digest");
  if (stored.file.path.empty() || model::normalise_path(stored.file.path) != stored.file.path) {
    throw damaged("a bad path");
  }
  return stored;
}

}  // namespace

std::string encode_manifest(const Manifest& manifest) {
  std::string bytes;
  for (const std::string_view field :
       {form, std::string_view(manifest.revision.name), std::string_view(manifest.revision.digest),
        std::string_view(manifest.digest), std::string_view(manifest.url)}) {
    if (field.find('\0') != std::string_view::npos) {
      throw Error(ErrorCode::invalid_input, "expected an artifact without NUL bytes in its fields");
    }
    append(bytes, field);
  }
  for (const StoredFile& stored : manifest.files) {
    const char mode = static_cast<char>(stored.file.mode);
    append(bytes, std::string_view(&mode, 1));
    append(bytes, std::to_string(stored.file.size));
    append(bytes, stored.file.blob);
    append(bytes, stored.object);
    append(bytes, stored.file.path);
  }
  return bytes;
}

Manifest decode_manifest(std::string_view bytes) {
  Fields fields(bytes);
  if (fields.next() != form) throw damaged("another form");
  Manifest manifest;
  manifest.revision.name = fields.next();
  manifest.revision.digest = fields.next();
  manifest.digest = fields.next();
  manifest.url = fields.next();
  while (!fields.done()) manifest.files.push_back(take_file(fields));
  return manifest;
}

}  // namespace reconcile::sources
