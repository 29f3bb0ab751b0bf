#include "test/integration/faults/changing_units.hpp"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <iostream>

#include "reconcile/appliers/inventory.hpp"
#include "reconcile/appliers/kube_cluster_port.hpp"
#include "reconcile/model/digest.hpp"
#include "reconcile/model/error.hpp"

namespace reconcile::test {
namespace {

using model::Document;

const model::Gvk secret_kind{"", "v1", "Secret"};
constexpr int disturbances_max = 4;
constexpr std::chrono::milliseconds look_pause(20);
constexpr std::string_view owner_label = "kustomize.toolkit.fluxcd.io/name";

bool is_secret(const std::string& name) {
  return name.back() == '3';
}

const model::Gvk& kind_of(const std::string& name) {
  return is_secret(name) ? secret_kind : config_map_kind;
}

std::string object_yaml(const std::string& name, const std::string& value,
                        const std::string& space) {
  if (!is_secret(name)) return config_map_yaml(name, value, space);
  return "apiVersion: v1\nkind: Secret\nmetadata:\n  name: " + name + "\n  namespace: " + space +
         "\ndata:\n  value: " + model::base64_encode(value) + "\n";
}

std::string id_text(const std::string& space, const std::string& name) {
  return space + "_" + name + "__" + kind_of(name).kind;
}

std::set<std::string> id_texts(const appliers::Inventory& inventory) {
  std::set<std::string> ids;
  for (const appliers::StatusInventoryEntry& entry : appliers::status_entries(inventory))
    ids.insert(entry.id);
  return ids;
}

}  // namespace

ChangingUnits::ChangingUnits(Scenario& scenario, unsigned seed, int names)
    : scenario_(scenario), random_(seed), names_(names) {
}

void ChangingUnits::make() {
  change();
  scenario_.make_source("  interval: 1s\n");
  scenario_.make_kustomization("left", "./left", "  retryInterval: 2s\n");
  scenario_.make_kustomization("right", "./right", "  retryInterval: 2s\n");
}

void ChangingUnits::choose(const std::string& unit, const std::string& name,
                           std::vector<std::pair<std::string, std::string>>& files) {
  const std::string value = std::to_string(random_() % 1000);
  wanted_[unit][name] = value;
  files.emplace_back(unit + "/" + name + ".yaml", object_yaml(name, value, scenario_.space()));
}

std::string ChangingUnits::change() {
  std::vector<std::pair<std::string, std::string>> files;
  const auto drop = [&](const std::string& unit, const std::string& name) {
    if (wanted_[unit].erase(name) > 0) scenario_.erase(unit + "/" + name + ".yaml");
  };
  for (const std::string unit : {"left", "right"}) {
    for (int i = 0; i < names_; ++i) {
      const std::string name = unit + "-" + std::to_string(i);
      const unsigned dice = random_() % 10;
      if (dice < 2) {
        drop(unit, name);
      } else if (dice < 6) {
        choose(unit, name, files);
      }
    }
  }
  for (int i = 0; i < names_ / 10; ++i) {
    const std::string name = "moving-" + std::to_string(i);
    const unsigned dice = random_() % 5;
    if (dice < 2 || dice == 4) drop("right", name);
    if (dice >= 2) drop("left", name);
    if (dice < 4) choose(dice < 2 ? "left" : "right", name, files);
  }
  commit_ = scenario_.repository().commit(files);
  return commit_;
}

void ChangingUnits::disturb() {
  const Wanted& wanted = wanted_[random_() % 2 == 0 ? "left" : "right"];
  if (wanted.empty()) return;
  const std::string name =
      std::next(wanted.begin(), static_cast<std::ptrdiff_t>(random_() % wanted.size()))->first;
  if (++disturbances_[name] > disturbances_max) return;
  Cluster& cluster = scenario_.cluster();
  try {
    if (random_() % 3 == 0) {
      cluster.remove(kind_of(name), scenario_.space(), name);
    } else {
      cluster.patch(kind_of(name), scenario_.space(), name, R"({"data":{"value":"ZHJpZnQ="}})");
    }
  } catch (const model::Error&) {  // It is not there yet, or no longer.
  }
}

void ChangingUnits::disturb_until(std::chrono::steady_clock::time_point end, int looks) {
  for (int look = 1; std::chrono::steady_clock::now() < end; ++look) {
    if (look % looks == 0) disturb();
    eventually([&] { return std::chrono::steady_clock::now() >= end; }, look_pause);
  }
}

void ChangingUnits::approve() {
  for (const std::string unit : {"left", "right"})
    scenario_.request(kustomization_kind, unit, true);
}

double ChangingUnits::require_settled(std::chrono::seconds limit) {
  const auto begun = std::chrono::steady_clock::now();
  const auto seconds = [&] {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
  };
  for (const std::string unit : {"left", "right"}) {
    const bool applied = eventually(
        [&] {
          const SeenCondition ready = scenario_.ready(kustomization_kind, unit);
          if (ready.reason == "PruneHeld") scenario_.request(kustomization_kind, unit, true);
          const Document object =
              scenario_.cluster().get(kustomization_kind, scenario_.space(), unit);
          return ready.status == "True" &&
                 object["status"]["lastAppliedRevision"].text().ends_with(commit_);
        },
        limit);
    INFO(unit << ": " << scenario_.ready(kustomization_kind, unit).reason << ": "
              << scenario_.ready(kustomization_kind, unit).message << "\n"
              << scenario_.agent().log_tail());
    REQUIRE(applied);
  }
  CHECK(eventually([&] { return difference().empty(); }, limit));
  const double healed = seconds();
  INFO(scenario_.agent().log_tail(60));
  CHECK(difference() == "");
  for (const std::string unit : {"left", "right"}) {
    const std::set<std::string> expected = expected_inventory(unit);
    CHECK(eventually([&] { return status_inventory(unit) == expected; }, limit));
    eventually([&] { return stored_inventory(unit) == expected; }, limit);
    CHECK(stored_inventory(unit) == expected);
  }
  CHECK(left_over() == "");
  return healed;
}

std::string ChangingUnits::difference() {
  std::string text;
  for (const auto& [unit, wanted] : wanted_) {
    Wanted found;
    for (const model::Gvk& gvk : {config_map_kind, secret_kind}) {
      for (const Document& object : scenario_.cluster().list(
               gvk, scenario_.space(), std::string(owner_label) + "=" + unit)) {
        const std::string value(object["data"]["value"].text());
        found[std::string(object["metadata"]["name"].text())] =
            gvk == secret_kind ? model::base64_decode(value) : value;
      }
    }
    for (const auto& [name, value] : wanted) {
      if (!found.contains(name))
        text += unit + ": " + name + " is missing\n";
      else if (found[name] != value)
        text += unit + ": " + name + " differs\n";
    }
    for (const auto& [name, value] : found) {
      if (!wanted.contains(name)) text += unit + ": " + name + " is orphaned\n";
    }
  }
  return text;
}

std::set<std::string> ChangingUnits::expected_inventory(const std::string& unit) {
  std::set<std::string> ids;
  for (const auto& [name, value] : wanted_[unit]) ids.insert(id_text(scenario_.space(), name));
  return ids;
}

std::set<std::string> ChangingUnits::status_inventory(const std::string& unit) {
  const Document object = scenario_.cluster().get(kustomization_kind, scenario_.space(), unit);
  return id_texts(appliers::from_status_entries(object["status"]["inventory"]["entries"]));
}

std::set<std::string> ChangingUnits::stored_inventory(const std::string& unit) {
  appliers::KubeClusterPort port(scenario_.cluster().client());
  appliers::InventoryStore store(port, {appliers::UnitKind::kustomization, scenario_.space(), unit},
                                 {scenario_.space()});
  return id_texts(store.load());
}

/// Objects of any kind with the owner label of one of the units that no commit wants.
std::string ChangingUnits::left_over() {
  std::set<std::string> expected;
  for (const std::string unit : {"left", "right"}) expected.merge(expected_inventory(unit));
  std::string text;
  for (const Document& document : scenario_.cluster().labelled(
           std::string(owner_label) +
           " in (left,right),kustomize.toolkit.fluxcd.io/namespace=" + scenario_.space())) {
    const model::ObjectId id = model::Object(document).id();
    const std::string as_text = id.inventory_id();
    if (!expected.contains(as_text)) text += as_text + "\n";
  }
  return text;
}

unsigned seed_of(const std::string& test) {
  const char* given = std::getenv("RECONCILE_FAULTS_SEED");
  const unsigned seed =
      given != nullptr ? static_cast<unsigned>(std::stoul(given)) : std::random_device{}();
  std::cout << test << ": RECONCILE_FAULTS_SEED=" << seed << "\n";
  return seed;
}

bool long_form() {
  const char* form = std::getenv("RECONCILE_FAULTS");
  return form != nullptr && std::string(form) == "long";
}

}  // namespace reconcile::test
