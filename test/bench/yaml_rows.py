"""Rows of toYaml and fromYaml, called as templates call them on what real charts render."""
import pathlib
import subprocess
import tempfile

import measure
import renderer_rows

CHARTS = ("cilium/cilium-1.20", "prometheus/kube-prometheus-stack", "argo/argo-cd",
          "traefik/traefik", "argo/argo-workflows")
PROGRAM = "reconcile_bench_yaml"


def rendered(root, folder):
    """What the charts render, as one stream of manifests."""
    stream = pathlib.Path(folder) / "manifests.yaml"
    with stream.open("wb") as out:
        for chart in CHARTS:
            done = subprocess.run([measure.binary(), "template", "bench", root / "charts" / chart],
                                  stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True,
                                  timeout=measure.CHILD_SECONDS)
            out.write(done.stdout)
    return stream


def yaml_rates(table, _runs):
    program = measure.binary().parent / PROGRAM
    if not program.exists():
        raise measure.Skip(f"no {program} (build with -DRECONCILE_BENCHMARKS=ON)")
    with tempfile.TemporaryDirectory(prefix="reconcile-bench-") as folder:
        stream = rendered(renderer_rows.corpus("helm"), folder)
        done = subprocess.run([program, stream], stdout=subprocess.PIPE, text=True, check=True,
                              timeout=measure.CHILD_SECONDS)
        size = stream.stat().st_size / 1e6
    for line in done.stdout.splitlines():
        name, rate = line.split()
        table.add(f"{name} of {size:.1f} MB of manifests, MB/s (at least 100)", float(rate))


ROWS = {"yaml-rates": yaml_rates}
