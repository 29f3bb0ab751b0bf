"""Generated inputs: kustomizations and objects of a given number."""
import pathlib


def write(path, text):
    path = pathlib.Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def config_map(name, namespace, number, value="first"):
    return {"apiVersion": "v1", "kind": "ConfigMap",
            "metadata": {"name": name, "namespace": namespace, "labels": {"app": "bench"}},
            "data": {"key": value, "number": str(number), "mode": "fast", "size": "small"}}


def yaml_of_config_map(name, namespace, number, value="first"):
    space = f"  namespace: {namespace}\n" if namespace else ""
    return (f"apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {name}\n{space}"
            f"  labels:\n    app: bench\ndata:\n  key: {value}\n  number: \"{number}\"\n"
            f"  mode: fast\n  size: small\n")


def config_maps(folder, count, namespace="", value="first", files=10):
    """A kustomization of `count` ConfigMaps cm-0000... in a few files."""
    names = [f"part-{i}.yaml" for i in range(files)]
    for part, file in enumerate(names):
        documents = [yaml_of_config_map(f"cm-{i:05}", namespace, i, value)
                     for i in range(part, count, files)]
        write(folder / file, "---\n".join(documents))
    resources = "".join(f"- {file}\n" for file in names)
    write(folder / "kustomization.yaml",
          "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n"
          f"resources:\n{resources}")


DEPLOYMENT = """apiVersion: apps/v1
kind: Deployment
metadata:
  name: app-{i:04}
spec:
  replicas: 2
  selector:
    matchLabels:
      app: app-{i:04}
  template:
    metadata:
      labels:
        app: app-{i:04}
    spec:
      containers:
      - name: main
        image: registry.example/app:1.0
        ports:
        - containerPort: 8080
        envFrom:
        - configMapRef:
            name: settings
"""

DEPLOYMENTS_KUSTOMIZATION = """apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
namePrefix: team-
labels:
- pairs:
    environment: bench
  includeSelectors: true
images:
- name: registry.example/app
  newTag: "2.0"
patches:
- target:
    kind: Deployment
  patch: |-
    - op: add
      path: /spec/template/spec/containers/0/resources
      value:
        limits:
          memory: 64Mi
configMapGenerator:
- name: settings
  literals:
  - mode=fast
resources:
- deployments.yaml
"""


def deployments(folder, count):
    write(folder / "deployments.yaml",
          "---\n".join(DEPLOYMENT.format(i=i) for i in range(count)))
    write(folder / "kustomization.yaml", DEPLOYMENTS_KUSTOMIZATION)


HEAD = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n"


def deployment_of(number, argument=""):
    """A Deployment that names the ConfigMap of its number."""
    text = DEPLOYMENT.format(i=number).replace("name: settings", f"name: cm-{number:05}")
    return text.replace("        ports:\n", f"        args: [{argument}]\n        ports:\n")


def kustomized(folder, fields, documents):
    write(folder / "objects.yaml", "---\n".join(documents))
    write(folder / "kustomization.yaml", HEAD + "resources: [objects.yaml]\n" + fields)


def plain_config_map(number):
    return yaml_of_config_map(f"cm-{number:05}", "", number)


def references(folder, count):
    """Half ConfigMaps, half Deployments that name one of them each; all are renamed."""
    kustomized(folder, "namePrefix: team-\nnameSuffix: -v2\nnamespace: shop\n",
               [make(i) for i in range(count // 2) for make in (plain_config_map, deployment_of)])


def labelled(folder, count):
    kustomized(folder, "commonLabels: {team: shop}\ncommonAnnotations: {owner: shop}\n",
               [deployment_of(i) for i in range(count)])


def patched(folder, count):
    """A patch for each object, by its name or by a target, in turn."""
    patches = [f"- target: {{kind: ConfigMap, name: 'cm-{i:05}'}}\n"
               "  patch: |-\n    - {op: replace, path: /data/key, value: second}\n"
               if i % 2 else
               "- patch: |\n    apiVersion: v1\n    kind: ConfigMap\n"
               f"    metadata: {{name: 'cm-{i:05}'}}\n    data: {{key: second}}\n"
               for i in range(count)]
    kustomized(folder, "patches:\n" + "".join(patches), map(plain_config_map, range(count)))


def replaced(folder, count):
    entries = [f"- source: {{kind: ConfigMap, name: 'cm-{i:05}', fieldPath: data.number}}\n"
               f"  targets:\n  - select: {{kind: ConfigMap, name: 'cm-{i:05}'}}\n"
               "    fieldPaths: [data.key]\n" for i in range(count)]
    kustomized(folder, "replacements:\n" + "".join(entries), map(plain_config_map, range(count)))


def variables(folder, count):
    """Half Deployments with a variable each, half the ConfigMaps these name."""
    entries = [f"- name: NAME_{i}\n"
               f"  objref: {{apiVersion: v1, kind: ConfigMap, name: 'cm-{i:05}'}}\n"
               for i in range(count // 2)]
    kustomized(folder, "vars:\n" + "".join(entries),
               [text for i in range(count // 2)
                for text in (plain_config_map(i), deployment_of(i, f"$(NAME_{i})"))])


def generators(folder, count):
    """Half Deployments, half generated ConfigMaps that they name."""
    entries = [f"- name: cm-{i:05}\n  literals: [number={i}]\n" for i in range(count // 2)]
    kustomized(folder, "configMapGenerator:\n" + "".join(entries),
               [deployment_of(i) for i in range(count // 2)])


def bases(folder, count):
    """A kustomization of kustomizations of one object each."""
    for i in range(count):
        kustomized(folder / f"b{i:05}", "namePrefix: team-\n", [plain_config_map(i)])
    write(folder / "kustomization.yaml",
          HEAD + "resources:\n" + "".join(f"- b{i:05}\n" for i in range(count)))


def monorepo(folder, count, namespace):
    """`count` units of one ConfigMap each: units/NNNN, and the Flux objects that name them."""
    for i in range(count):
        unit = folder / f"units/{i:04}"
        write(unit / "config-map.yaml", yaml_of_config_map(f"cm-{i:05}", namespace, i))
        write(unit / "kustomization.yaml",
              "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n"
              "resources:\n- config-map.yaml\n")


def git_repository(name, namespace, url, branch="main"):
    return {"apiVersion": "source.toolkit.fluxcd.io/v1", "kind": "GitRepository",
            "metadata": {"name": name, "namespace": namespace},
            "spec": {"url": url, "interval": "1h", "ref": {"branch": branch}}}


def kustomization(name, namespace, source, path, **spec):
    return {"apiVersion": "kustomize.toolkit.fluxcd.io/v1", "kind": "Kustomization",
            "metadata": {"name": name, "namespace": namespace},
            "spec": {"interval": "1h", "prune": True, "path": path,
                     "sourceRef": {"kind": "GitRepository", "name": source}, **spec}}
