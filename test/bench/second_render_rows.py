"""Rows of rendering a chart again in one process, as the agent does for releases."""
import subprocess

import measure
import renderer_rows

PROGRAM = "reconcile_bench_second_render"
CHARTS = (("cilium 1.20", "cilium/cilium-1.20", "hubble.tls.auto.method=cronJob"),
          ("kube-prometheus-stack", "prometheus/kube-prometheus-stack"))


def second_render(table, _runs):
    program = measure.binary().parent / PROGRAM
    if not program.exists():
        raise measure.Skip(f"no {program} (build with -DRECONCILE_BENCHMARKS=ON)")
    charts = renderer_rows.corpus("helm") / "charts"
    for name, path, *assignments in CHARTS:
        done = subprocess.run([program, charts / path, *assignments], stdout=subprocess.PIPE,
                              text=True, check=True, timeout=measure.CHILD_SECONDS)
        first, second, size = map(float, done.stdout.split())
        table.add(f"second render of {name}: processor time, ms", second, first,
                  "the first, which also reads and parses it")
        table.add(f"second render of {name}: text, MB/s", size / second / 1000)


ROWS = {"second-render": second_render}
