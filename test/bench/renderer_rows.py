"""Rows of `build`: whole processes beside Kustomize. And what rows of whole processes share."""
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
        # Not counted: it reads what both read into memory and says whether they do the same.
        measure.run_child(peer, f"{folder}/peer", variables)
        measure.run_child(ours, f"{folder}/ours", variables)
        note_differences(name, folder)
        own_runs, peer_runs = [], []
        for run in range(runs):
            slow = peer_runs and peer_runs[0].seconds > SLOW_SECONDS
            if not (slow and run >= PEER_RUNS_SLOW):
                peer_runs.append(measure.run_child(peer, environment=variables))
            own_runs.append(measure.run_child(ours, environment=variables))
    add_costs(table, name, own_runs, peer_runs, against)


def add_costs(table, name, own_runs, peer_runs, against):
    own, peer = measure.median_cost(own_runs), measure.median_cost(peer_runs)
    table.add(f"{name}: time, ms", own.seconds * 1000, peer.seconds * 1000, against)
    table.add(f"{name}: processor time, ms", own.processor_seconds * 1000,
              peer.processor_seconds * 1000, against)
    table.add(f"{name}: peak memory, MiB", own.memory_mib, peer.memory_mib, against)


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
    cost = measure.median_cost(own)
    table.add("version: time, ms (at most 1.5)", cost.seconds * 1000)
    table.add("version: peak memory, MiB (at most 4)", cost.memory_mib)


ROWS = {
    "version": version,
    "build-config-maps": build_config_maps,
    "build-deployments": build_deployments,
    "build-argo-workflows": build_argo,
}
