"""Rows of `build` on large inputs: how cost grows with objects, and a whole monorepo at once."""
import concurrent.futures
import json
import os
import pathlib
import tempfile
import time

import inputs
import measure
import renderer_rows

FEW, MANY = 1000, 10000
AT_MOST = 1.5
# Time that starting takes is no object's: it is taken off both.
START_RUNS = 9


def start_seconds(folder):
    inputs.config_maps(pathlib.Path(folder), 1, files=1)
    runs = [measure.run_child([measure.binary(), "build", folder]) for _ in range(START_RUNS)]
    return measure.median_cost(runs).seconds


def linear(name, make):
    """A row of the time for one object among many, beside that among few; both are ours."""
    def row(table, runs):
        with tempfile.TemporaryDirectory(prefix="reconcile-bench-") as root:
            root = pathlib.Path(root)
            start = start_seconds(root / "start")
            make(root / "few", FEW)
            make(root / "many", MANY)
            costs = {"few": [], "many": []}
            for _ in range(runs + 1):
                for size, kept in costs.items():
                    kept.append(measure.run_child([measure.binary(), "build", root / size]))
        few, many = (measure.median_cost(kept[1:]).seconds - start for kept in costs.values())
        table.add(f"build {name}, µs an object of {MANY}", many / MANY * 1e6, few / FEW * 1e6,
                  f"ours, of {FEW} (at most {AT_MOST})")
    return row


def overlays(root):
    """The overlays of a corpus that build without flags."""
    cases = (json.loads(line) for line in (root / "cases.jsonl").read_text().splitlines())
    return [case["dir"] for case in cases if not case["args"] and not case.get("fails")]


def wall_seconds(work):
    start = time.monotonic()
    work()
    return time.monotonic() - start


def build_monorepo(table, runs):
    """One run of ours over all overlays; the peer once for each, on as many processors."""
    root = renderer_rows.corpus("kustomize")
    found = overlays(root)
    ours = [measure.binary(), "build", "--no-remote-bases", *found]
    peer = measure.peer("kustomize")
    peer_processor = []

    def run_peer(overlay):
        peer_processor.append(measure.run_child([peer, "build", overlay],
                                                folder=root).processor_seconds)

    def run_peers():
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            list(pool.map(run_peer, found))

    measure.run_child(ours, folder=root)  # reads what both read into memory
    seconds = wall_seconds(run_peers)
    own = measure.median_cost([measure.run_child(ours, folder=root) for _ in range(runs)])
    name = f"build all {len(found)} overlays of the corpus"
    table.add(f"{name}: time, s", own.seconds, seconds, "kustomize 5.8.2, once for each")
    table.add(f"{name}: processor time, s", own.processor_seconds, sum(peer_processor),
              "kustomize 5.8.2, once for each")
    table.add(f"{name}: peak memory, MiB", own.memory_mib)


ROWS = {
    "build-linear-config-maps": linear("ConfigMaps", inputs.config_maps),
    "build-linear-deployments": linear("Deployments, transformed", inputs.deployments),
    "build-linear-references": linear("names and references", inputs.references),
    "build-linear-labels": linear("labels and annotations", inputs.labelled),
    "build-linear-patches": linear("a patch each", inputs.patched),
    "build-linear-replacements": linear("a replacement each", inputs.replaced),
    "build-linear-variables": linear("a variable each", inputs.variables),
    "build-linear-generators": linear("a generator each", inputs.generators),
    "build-linear-bases": linear("a base each", inputs.bases),
    "build-monorepo": build_monorepo,
}
