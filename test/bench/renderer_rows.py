"""Rows of `template` and `build`: whole processes beside Helm and Kustomize."""
import os
import pathlib
import subprocess
import tempfile

import inputs
import measure

PEER_RUNS_SLOW = 3
SLOW_SECONDS = 5


def corpus(name):
    """The folder of a corpus; a Skip where there is none."""
    root = pathlib.Path(os.environ.get("RECONCILE_CORPUS") or measure.ROOT / "../shared/corpus")
    tool = root.parent / "tools/corpus"
    if (root / name).is_dir():
        return root / name
    if not tool.exists():
        raise measure.Skip(f"no corpus {name} in {root} (set RECONCILE_CORPUS)")
    done = subprocess.run([tool, name], stdout=subprocess.PIPE, text=True, check=True, timeout=300)
    return pathlib.Path(done.stdout.strip())


def environment(folder):
    """Helm's folders inside the temporary one, so that nothing of the user's is read."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("HELM_")}
    for key in ("CACHE", "CONFIG", "DATA"):
        kept[f"HELM_{key}_HOME"] = f"{folder}/helm-{key.lower()}"
    kept["KUBECONFIG"] = "/dev/null"
    return kept


def note_differences(name, folder):
    """Says how many lines differ: charts that make keys or passwords never render the same."""
    ours, peer = (pathlib.Path(f"{folder}/{who}").read_bytes().splitlines()
                  for who in ("ours", "peer"))
    lines = sum(a != b for a, b in zip(ours, peer)) + abs(len(ours) - len(peer))
    if lines:
        measure.note(f"{name}: {lines} of {len(peer)} lines of the last outputs differ")


def side_by_side(table, name, ours, peer, against, runs):
    """Runs both in turn; prints time and memory; notes where the outputs differ."""
    with tempfile.TemporaryDirectory(prefix="reconcile-bench-") as folder:
        variables = environment(folder)
        own_runs, peer_runs = [], []
        for run in range(runs):
            slow = peer_runs and measure.median([s for s, _ in peer_runs]) > SLOW_SECONDS
            if not (slow and run >= PEER_RUNS_SLOW):
                peer_runs.append(measure.run_child(peer, f"{folder}/peer", variables))
            own_runs.append(measure.run_child(ours, f"{folder}/ours", variables))
        note_differences(name, folder)
    values = [measure.median([run[i] for run in part])
              for i in (0, 1) for part in (own_runs, peer_runs)]
    table.add(f"{name}: time, ms", values[0] * 1000, values[1] * 1000, against)
    table.add(f"{name}: peak memory, MiB", values[2], values[3], against)


def template(table, name, chart, runs, *flags):
    if not chart.exists():
        raise measure.Skip(f"no chart {chart}")
    arguments = ["template", "bench", chart, *flags]
    side_by_side(table, name, [measure.binary(), *arguments], [measure.peer("helm4"), *arguments],
                 "helm 4.3.1", runs)


def template_cilium(table, runs):
    """Hubble's keys come from a job: else both programs mostly make RSA keys."""
    template(table, "template cilium 1.20", corpus("helm") / "charts/cilium/cilium-1.20", runs,
             "--set", "hubble.tls.auto.method=cronJob")


def template_prometheus(table, runs):
    chart = corpus("helm") / "charts/prometheus/kube-prometheus-stack"
    template(table, "template kube-prometheus-stack with CRDs", chart, runs, "--include-crds")


def template_small(table, runs):
    chart = measure.ROOT / "fixtures/monorepo/charts/catalog"
    template(table, "template a small chart", chart, runs)


def build(table, name, folder, runs, *flags):
    side_by_side(table, name, [measure.binary(), "build", folder, *flags],
                 [measure.peer("kustomize"), "build", folder, *flags], "kustomize 5.8.2", runs)


def build_config_maps(table, runs):
    with tempfile.TemporaryDirectory(prefix="reconcile-bench-") as folder:
        inputs.config_maps(pathlib.Path(folder), 1000)
        build(table, "build 1,000 ConfigMaps", folder, runs)


def build_deployments(table, runs):
    with tempfile.TemporaryDirectory(prefix="reconcile-bench-") as folder:
        inputs.deployments(pathlib.Path(folder), 1000)
        build(table, "build 1,000 Deployments", folder, runs)


def build_argo(table, runs):
    folder = corpus("kustomize") / "trees/argo-workflows/manifests/cluster-install"
    if not folder.exists():
        raise measure.Skip(f"no overlay {folder}")
    build(table, "build argo-workflows cluster-install", folder, runs,
          "--load-restrictor=LoadRestrictionsNone")


def version(table, runs):
    own = [measure.run_child([measure.binary(), "version"]) for _ in range(max(runs, 5) * 4)]
    table.add("version: time, ms (at most 1.5)", measure.median([s for s, _ in own]) * 1000)
    table.add("version: peak memory, MiB (at most 4)", measure.median([m for _, m in own]))


ROWS = {
    "version": version,
    "template-small": template_small,
    "template-cilium": template_cilium,
    "template-prometheus": template_prometheus,
    "build-config-maps": build_config_maps,
    "build-deployments": build_deployments,
    "build-argo-workflows": build_argo,
}
