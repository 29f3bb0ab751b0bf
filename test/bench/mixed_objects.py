"""Objects of mixed kinds, 2 to 8 KiB each, as platform teams keep them; repeatable."""
import base64
import json
import random

import inputs

KIND_OF_SERVICE = "BenchService"
GROUP = "bench.example.org"
UNIT_OBJECTS = 100
BYTES_MIN, BYTES_MAX = 2 << 10, 8 << 10
WORDS = ("timeout retries endpoint cache region cluster tenant queue worker limit interval secret "
         "token metrics tracing sampling upstream downstream buffer batch shard replica primary "
         "fallback database schema migration feature rollout canary stable gateway route").split()

ROUTE = {"name": {"type": "string"}, "host": {"type": "string"}, "weight": {"type": "integer"},
         "retries": {"type": "integer", "default": 3}}
DEFINITION = {
    "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
    "metadata": {"name": f"benchservices.{GROUP}"},
    "spec": {"group": GROUP, "scope": "Namespaced",
             "names": {"kind": KIND_OF_SERVICE, "plural": "benchservices",
                       "singular": "benchservice", "listKind": f"{KIND_OF_SERVICE}List"},
             "versions": [{"name": "v1", "served": True, "storage": True, "schema": {
                 "openAPIV3Schema": {"type": "object", "properties": {"spec": {
                     "type": "object", "properties": {
                         "tier": {"type": "string", "default": "standard"},
                         "routes": {"type": "array", "x-kubernetes-list-type": "map",
                                    "x-kubernetes-list-map-keys": ["name"],
                                    "items": {"type": "object", "required": ["name"],
                                              "properties": ROUTE}}}}}}}}]}}


def lines(rng, size):
    """About `size` bytes of settings."""
    out, left = [], size
    while left > 0:
        line = (f"{rng.choice(WORDS)}.{rng.choice(WORDS)}_{rng.randrange(100)}="
                f"{rng.choice(WORDS)}-{rng.getrandbits(40):x}")
        out.append(line)
        left -= len(line) + 1
    return "\n".join(out) + "\n"


def config_map(rng, size):
    return {"apiVersion": "v1", "kind": "ConfigMap",
            "data": {"mode": "fast", "level": rng.choice(("info", "warn")),
                     "application.properties": lines(rng, size - 500)}}


def secret(rng, size):
    return {"apiVersion": "v1", "kind": "Secret", "type": "Opaque",
            "data": {f"key-{i}": base64.b64encode(rng.randbytes((size - 500) * 3 // 16)).decode()
                     for i in range(4)}}


def deployment(rng, size):
    """Without replicas, so that what the controllers make of it does not grow."""
    app = {"app": f"app-{rng.getrandbits(32):x}"}
    variables = [{"name": f"{rng.choice(WORDS).upper()}_{i}",
                  "value": f"{rng.choice(WORDS)}-{rng.getrandbits(64):x}"}
                 for i in range((size - 1300) // 75)]
    probe = {"httpGet": {"path": "/healthz", "port": 8080}, "periodSeconds": 10}
    container = {"name": "main", "image": f"registry.example/app:{rng.getrandbits(32):x}",
                 "ports": [{"name": "http", "containerPort": 8080}], "env": variables,
                 "resources": {"requests": {"cpu": "100m", "memory": "128Mi"},
                               "limits": {"memory": "256Mi"}},
                 "livenessProbe": probe, "readinessProbe": probe,
                 "volumeMounts": [{"name": "settings", "mountPath": "/settings"}]}
    return {"apiVersion": "apps/v1", "kind": "Deployment",
            "spec": {"replicas": 0, "selector": {"matchLabels": app},
                     "template": {"metadata": {"labels": app}, "spec": {
                         "containers": [container], "serviceAccountName": "default",
                         "volumes": [{"name": "settings", "configMap": {"name": "settings"}}]}}}}


def service(rng, size):
    return {"apiVersion": "v1", "kind": "Service",
            "metadata": {"annotations": {"example.org/routing": lines(rng, size - 500)}},
            "spec": {"ports": [{"name": "http", "port": 80, "targetPort": "http"},
                               {"name": "metrics", "port": 9090}]}}


def role(rng, size):
    return {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role",
            "rules": [{"apiGroups": [f"{rng.choice(WORDS)}.example.org"],
                       "resources": [f"{rng.choice(WORDS)}s", f"{rng.choice(WORDS)}s/status"],
                       "verbs": ["get", "list", "watch"],
                       "resourceNames": [f"{rng.choice(WORDS)}-{rng.getrandbits(32):x}"]}
                      for _ in range((size - 300) // 150)]}


def role_binding(rng, size):
    return {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "RoleBinding",
            "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "bench"},
            "subjects": [{"kind": "ServiceAccount", "namespace": f"team-{rng.getrandbits(24):x}",
                          "name": f"{rng.choice(WORDS)}-{rng.getrandbits(32):x}"}
                         for _ in range((size - 300) // 90)]}


def custom(rng, size):
    return {"apiVersion": f"{GROUP}/v1", "kind": KIND_OF_SERVICE,
            "spec": {"routes": [{"name": f"route-{i}", "weight": rng.randrange(100),
                                 "host": f"{rng.choice(WORDS)}-{rng.getrandbits(32):x}.example.org"}
                                for i in range((size - 300) // 90)]}}


# How many of 20, and where each kind lives.
KINDS = ((6, config_map, "/api/v1", "configmaps"), (3, secret, "/api/v1", "secrets"),
         (3, deployment, "/apis/apps/v1", "deployments"), (3, service, "/api/v1", "services"),
         (1, role, "/apis/rbac.authorization.k8s.io/v1", "roles"),
         (1, role_binding, "/apis/rbac.authorization.k8s.io/v1", "rolebindings"),
         (3, custom, f"/apis/{GROUP}/v1", "benchservices"))
SEQUENCE = [(make, base, plural) for count, make, base, plural in KINDS for _ in range(count)]


def objects(namespace, count, name, labels=None):
    """(path, object) of `count` objects."""
    for i in range(count):
        make, base, plural = SEQUENCE[i % len(SEQUENCE)]
        rng = random.Random(i)
        body = make(rng, rng.randint(BYTES_MIN, BYTES_MAX))
        body.setdefault("metadata", {}).update({
            "name": f"{name}-{i:05}", "namespace": namespace,
            "labels": {"app.kubernetes.io/name": f"app-{i // 20}",
                       "app.kubernetes.io/managed-by": "bench", **(labels or {})}})
        yield f"{base}/namespaces/{namespace}/{plural}/{name}-{i:05}", body


def collections(namespace):
    for _, _, base, plural in KINDS:
        yield f"{base}/namespaces/{namespace}/{plural}"


def yaml_lines(value, indent):
    """Block style, as people write it: lines of a map's or a list's items."""
    pad = "  " * indent
    for key, item in value.items() if isinstance(value, dict) else (("", one) for one in value):
        head = f"{pad}{key}:" if isinstance(value, dict) else f"{pad}-"
        if isinstance(item, (dict, list)) and item:
            inner = list(yaml_lines(item, indent + 1))
            if not isinstance(value, dict):
                inner[0] = f"{pad}- {inner[0].lstrip()}"
            else:
                yield head
            yield from inner
        elif isinstance(item, str) and "\n" in item:
            yield f"{head} |"
            yield from (f"{pad}  {line}" for line in item.rstrip("\n").split("\n"))
        else:
            yield f"{head} {json.dumps(item)}"


def units(folder, namespace, count):
    """Kustomizations of UNIT_OBJECTS objects in five files each; answers their names."""
    names = []
    bodies = [body for _, body in objects(namespace, count, "mixed")]
    for start in range(0, count, UNIT_OBJECTS):
        name = f"unit-{start // UNIT_OBJECTS:03}"
        part = bodies[start:start + UNIT_OBJECTS]
        for file in range(5):
            inputs.write(folder / name / f"part-{file}.yaml", "---\n".join(
                "\n".join(yaml_lines(body, 0)) + "\n" for body in part[file::5]))
        inputs.write(folder / name / "kustomization.yaml", inputs.HEAD + "resources:\n" + "".join(
            f"- part-{file}.yaml\n" for file in range(5)))
        names.append(name)
    return names
