#include "test/fuzz/kustomize/objects.hpp"
#include "test/fuzz/kustomize/words.hpp"

namespace reconcile::fuzz {
namespace {

Yaml reference(Chooser& random, std::string_view key) {
  Yaml made = map_of({{"name", object_name(random)}});
  if (!key.empty()) made.add(std::string(key), random.one_of({"a", "key", "x.y"}));
  return made;
}

Yaml env_entry(Chooser& random) {
  Yaml made = map_of({{"name", random.one_of({"A", "B", "VAR", "PATH_X"})}});
  switch (random.below(6)) {
    case 0:
      made["valueFrom"].add("configMapKeyRef", reference(random, "key"));
      break;
    case 1:
      made["valueFrom"].add("secretKeyRef", reference(random, "key"));
      break;
    case 2:
      made["valueFrom"]["fieldRef"].add("fieldPath", "metadata.name");
      break;
    default:
      made.add("value", any_text(random));
  }
  return made;
}

Yaml ports(Chooser& random) {
  std::vector<Yaml> items;
  const std::size_t count = 1 + random.below(3);
  for (std::size_t i = 0; i < count; ++i) {
    Yaml port = map_of({{"containerPort", raw(static_cast<std::int64_t>(80 + random.below(4)))}});
    if (random.chance(50)) port.add("protocol", random.one_of({"TCP", "UDP"}));
    if (random.chance(40)) port.add("name", random.one_of({"http", "dns", "metrics"}));
    items.push_back(std::move(port));
  }
  return list(std::move(items));
}

Yaml container(Chooser& random) {
  Yaml made = map_of({{"name", random.one_of({"main", "side", "init", "app"})}});
  if (random.chance(95)) made.add("image", image(random));
  if (random.chance(30)) {
    const std::size_t count = 1 + random.below(3);
    std::vector<Yaml> items;
    for (std::size_t i = 0; i < count; ++i) items.push_back(env_entry(random));
    made.add("env", list(std::move(items)));
  }
  if (random.chance(15)) {
    made.add(
        "envFrom",
        list({map_of({{random.one_of({"configMapRef", "secretRef"}), reference(random, "")}})}));
  }
  if (random.chance(30)) made.add("ports", ports(random));
  if (random.chance(20)) made.add("args", texts({"--a", any_text(random), "$(VAR)"}));
  if (random.chance(10)) made.add("command", texts({"sh", "-c", any_text(random)}));
  if (random.chance(20)) {
    made["resources"]["limits"].add("cpu", random.chance(50) ? Yaml("100m") : raw(1));
    made["resources"]["limits"].add("memory", "1Gi");
  }
  if (random.chance(20)) {
    Yaml mount = map_of({{"name", random.one_of({"data", "conf"})},
                         {"mountPath", random.one_of({"/data", "/etc/conf"})}});
    made.add("volumeMounts", list({std::move(mount)}));
  }
  return made;
}

Yaml containers(Chooser& random, std::size_t count_max) {
  std::vector<Yaml> items;
  const std::size_t count = 1 + random.below(count_max);
  for (std::size_t i = 0; i < count; ++i) items.push_back(container(random));
  return list(std::move(items));
}

Yaml volume(Chooser& random) {
  Yaml made = map_of({{"name", random.one_of({"data", "conf", "tmp"})}});
  switch (random.below(6)) {
    case 0:
      made["configMap"].add("name", object_name(random));
      break;
    case 1:
      made["secret"].add("secretName", object_name(random));
      break;
    case 2:
      made["persistentVolumeClaim"].add("claimName", object_name(random));
      break;
    case 3:
      made["projected"].add("sources", list({map_of({{"configMap", reference(random, "")}}),
                                             map_of({{"secret", reference(random, "")}})}));
      break;
    case 4:
      made["image"].add("reference", image(random));
      break;
    default:
      made.add("emptyDir", Yaml());
  }
  return made;
}

Yaml affinity(Chooser& random) {
  Yaml term = map_of({{"labelSelector", label_selector(random)}, {"topologyKey", "zone"}});
  Yaml made;
  const std::string side = random.one_of({"podAffinity", "podAntiAffinity"});
  if (random.chance(50)) {
    made[side].add("requiredDuringSchedulingIgnoredDuringExecution", list({std::move(term)}));
  } else {
    made[side].add("preferredDuringSchedulingIgnoredDuringExecution",
                   list({map_of({{"weight", raw(1)}, {"podAffinityTerm", std::move(term)}})}));
  }
  return made;
}

Yaml pod_template(Chooser& random) {
  Yaml made;
  if (random.chance(85)) made["metadata"].add("labels", label_map(random));
  if (random.chance(20)) made["metadata"].add("annotations", label_map(random, false));
  made.add("spec", pod_spec(random));
  return made;
}

Yaml claim(Chooser& random) {
  Yaml made = map_of({{"metadata", map_of({{"name", random.one_of({"data", "conf"})}})}});
  if (random.chance(40)) made["metadata"].add("labels", label_map(random));
  made["spec"].add("accessModes", texts({"ReadWriteOnce"}));
  if (random.chance(40)) made["spec"].add("storageClassName", object_name(random));
  return made;
}

}  // namespace

Yaml label_selector(Chooser& random) {
  Yaml made;
  if (random.chance(85)) made.add("matchLabels", label_map(random));
  if (random.chance(20)) {
    Yaml expression = map_of({{"key", label_key(random)}, {"operator", "In"}});
    expression.add("values", texts({label_value(random), "v1"}));
    made.add("matchExpressions", list({std::move(expression)}));
  }
  return made;
}

Yaml pod_spec(Chooser& random) {
  Yaml made;
  if (random.chance(30)) made.add("serviceAccountName", object_name(random));
  if (random.chance(10)) made.add("priorityClassName", object_name(random));
  if (random.chance(10)) {
    made.add("imagePullSecrets", list({map_of({{"name", object_name(random)}})}));
  }
  if (random.chance(20)) made.add("initContainers", containers(random, 2));
  if (random.chance(97)) made.add("containers", containers(random, 3));
  if (random.chance(40)) {
    std::vector<Yaml> items;
    const std::size_t count = 1 + random.below(2);
    for (std::size_t i = 0; i < count; ++i) items.push_back(volume(random));
    made.add("volumes", list(std::move(items)));
  }
  if (random.chance(10)) made.add("affinity", affinity(random));
  if (random.chance(10)) {
    made.add(
        "topologySpreadConstraints",
        list({map_of({{"maxSkew", raw(1)},
                      {"topologyKey", random.one_of({"zone", "host"})},
                      {"whenUnsatisfiable", random.one_of({"DoNotSchedule", "ScheduleAnyway"})},
                      {"labelSelector", label_selector(random)}})}));
  }
  if (random.chance(10)) made.add("nodeSelector", label_map(random));
  if (random.chance(10)) {
    made.add("tolerations", list({map_of({{"key", "a"}, {"operator", "Exists"}})}));
  }
  if (random.chance(5)) {
    made.add("hostAliases", list({map_of({{"ip", "1.2.3.4"}, {"hostnames", texts({"a", "b"})}})}));
  }
  return made;
}

void fill_deployment(Chooser& random, Yaml& object) {
  Yaml& spec = object["spec"];
  if (random.chance(60)) spec.add("replicas", raw(static_cast<std::int64_t>(random.below(5))));
  if (random.chance(85)) spec.add("selector", label_selector(random));
  if (random.chance(20)) {
    spec["strategy"].add("type", random.one_of({"Recreate", "RollingUpdate"}));
    if (random.chance(50)) spec["strategy"]["rollingUpdate"].add("maxSurge", raw(1));
  }
  if (random.chance(97)) spec.add("template", pod_template(random));
}

void fill_stateful_set(Chooser& random, Yaml& object) {
  fill_deployment(random, object);
  if (random.chance(70)) object["spec"].add("serviceName", object_name(random));
  if (random.chance(50)) object["spec"].add("volumeClaimTemplates", list({claim(random)}));
}

void fill_daemon_set(Chooser& random, Yaml& object) {
  object["spec"].add("selector", label_selector(random));
  object["spec"].add("template", pod_template(random));
}

void fill_job(Chooser& random, Yaml& object) {
  if (random.chance(30)) object["spec"].add("selector", label_selector(random));
  object["spec"].add("template", pod_template(random));
}

void fill_cron_job(Chooser& random, Yaml& object) {
  object["spec"].add("schedule", "* * * * *");
  Yaml job;
  if (random.chance(40)) job["metadata"].add("labels", label_map(random));
  fill_job(random, job);
  object["spec"].add("jobTemplate", std::move(job));
}

void fill_pod(Chooser& random, Yaml& object) {
  object.add("spec", pod_spec(random));
}

}  // namespace reconcile::fuzz
