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
