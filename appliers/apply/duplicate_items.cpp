// Server-side apply refuses repeated items of associative lists that a plain POST accepts, and
// published charts have them. The last one wins, as in a container's env.
#include "appliers/apply/duplicate_items.hpp"

#include <string>
#include <unordered_map>

#include "appliers/apply/list_keys.hpp"
#include "reconcile/model/json.hpp"

namespace reconcile::appliers {

namespace {

class DuplicateRemoval {
 public:
  DuplicateRemoval(const model::ObjectId& id, std::vector<Warning>& warnings)
      : id_(id), warnings_(warnings) {}

  void visit(model::Node& node, std::string_view path, const ListKey& row) {
    if (path.empty()) return remove_in(node, row);
    const std::size_t end = path.find('/');
    const std::string_view step = path.substr(0, end);
    const std::string_view rest = end == std::string_view::npos ? "" : path.substr(end + 1);
    if (step != "*") {
      if (model::Node* child = model::find(node, step)) visit(*child, rest, row);
      return;
    }
    if (node.kind != model::Kind::list) return;
    for (std::uint32_t i = 0; i < node.size; ++i) visit(node.items[i], rest, row);
  }

 private:
  void remove_in(model::Node& list, const ListKey& row) {
    if (list.kind != model::Kind::list || list.size < 2) return;
    std::unordered_map<std::string, std::size_t> last;
    for (std::uint32_t i = 0; i < list.size; ++i)
      if (std::string key = key_of(list.items[i], row); !key.empty()) last[std::move(key)] = i;
    for (std::uint32_t i = list.size; i-- > 0;) {
      const std::string key = key_of(list.items[i], row);
      if (key.empty() || last[key] == i) continue;
      warnings_.push_back(
          {id_, "duplicate item " + key + " in " + std::string(row.path) + ", the last one wins"});
      model::erase_item(list, i);
    }
  }

  /// "name=app"; empty for an item without its key.
  static std::string key_of(const model::Node& item, const ListKey& row) {
    std::string text;
    for (const std::string_view name : row.keys) {
      if (name.empty()) continue;
      const model::Node* value = model::find(item, name);
      if (value == nullptr && name != "protocol") return {};
      if (!text.empty()) text += ',';
      text += name;
      text += '=';
      if (value == nullptr)
        text += "TCP";
      else if (value->kind == model::Kind::string)
        text += model::Value(value).text();
      else
        model::write_json(model::Value(value), text);
    }
    return text;
  }

  const model::ObjectId& id_;
  std::vector<Warning>& warnings_;
};

}  // namespace

void drop_duplicate_items(model::Node& root, const model::Gvk& gvk, const model::ObjectId& id,
                          std::vector<Warning>& warnings) {
  DuplicateRemoval removal(id, warnings);
  for (const ListKey& row : object_list_keys(gvk.group, gvk.kind))
    removal.visit(root, row.path, row);
  const std::string_view base = pod_spec_path(gvk.group, gvk.kind);
  if (base.empty()) return;
  for (const ListKey& row : pod_list_keys())
    removal.visit(root, std::string(base) + '/' + std::string(row.path), row);
}

}  // namespace reconcile::appliers
