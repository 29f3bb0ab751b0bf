"""Rows inside the process: toYaml and fromYaml as templates call them on what real charts render,
and renders of a chart that is loaded already, as the agent keeps it."""
import pathlib
import subprocess
import tempfile

import measure
import renderer_rows

CHARTS = ("cilium/cilium-1.20", "prometheus/kube-prometheus-stack", "argo/argo-cd",
          "traefik/traefik", "argo/argo-workflows")
# Without charts that make keys, which take most of the time.
RENDERED_AGAIN = ("prometheus/kube-prometheus-stack", "argo/argo-cd", "traefik/traefik",
                  "cert-manager/cert-manager", "ingress-nginx/ingress-nginx")


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


def figures(name, *arguments):
    """The words of each line that a program beside the product prints."""
    program = measure.binary().parent / name
    if not program.exists():
        raise measure.Skip(f"no {program} (build with -DRECONCILE_BENCHMARKS=ON)")
    done = subprocess.run([program, *arguments], stdout=subprocess.PIPE, text=True, check=True,
                          timeout=measure.CHILD_SECONDS)
    return [line.split() for line in done.stdout.splitlines()]


def yaml_rates(table, _runs):
    with tempfile.TemporaryDirectory(prefix="reconcile-bench-") as folder:
        stream = rendered(renderer_rows.corpus("helm"), folder)
        rates = figures("reconcile_bench_yaml", stream)
        size = stream.stat().st_size / 1e6
    for name, rate in rates:
        table.add(f"{name} of {size:.1f} MB of manifests, MB/s (at least 100)", float(rate))


def second_renders(table, _runs):
    charts = renderer_rows.corpus("helm") / "charts"
    for name, first, second, rate in figures("reconcile_bench_renders",
                                             *(charts / chart for chart in RENDERED_AGAIN)):
        table.add(f"render {name} with other values: processor time, ms", float(second),
                  float(first), "our first render of it")
        table.add(f"text that {name} renders, MB/s", float(rate))


ROWS = {"yaml-rates": yaml_rates, "second-renders": second_renders}
