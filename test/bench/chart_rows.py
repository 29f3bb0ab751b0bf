"""Rows of `template`: whole processes beside Helm, for three charts and for all of the corpus."""
import json
import math
import tempfile

import measure
import renderer_rows

PEER = "helm 4.3.1"
CASES_MAX = 12  # of one chart: the chart that is there for its hundreds of flags counts as others
CORPUS_RUNS = 3
QUANTITIES = (("time, ms", "seconds", 1000), ("processor time, ms", "processor_seconds", 1000),
              ("peak memory, MiB", "memory_mib", 1))


def template(table, name, chart, runs, *flags):
    if not chart.exists():
        raise measure.Skip(f"no chart {chart}")
    arguments = ["template", "bench", chart, *flags]
    renderer_rows.side_by_side(table, name, [measure.binary(), *arguments],
                               [measure.peer("helm4"), *arguments], PEER, runs)


def template_cilium(table, runs):
    """Hubble's keys come from a job: else both programs mostly make RSA keys."""
    template(table, "template cilium 1.20",
             renderer_rows.corpus("helm") / "charts/cilium/cilium-1.20", runs,
             "--set", "hubble.tls.auto.method=cronJob")


def template_prometheus(table, runs):
    template(table, "template kube-prometheus-stack with CRDs",
             renderer_rows.corpus("helm") / "charts/prometheus/kube-prometheus-stack", runs,
             "--include-crds")


def template_small(table, runs):
    template(table, "template a small chart", measure.ROOT / "fixtures/monorepo/charts/catalog",
             runs)


def corpus_cases(root):
    """(id, arguments, whether it is random) of the charts that render, each with its first sets of
    values. What makes keys or passwords is random: its time changes from run to run, too."""
    cases, of_chart = [], {}
    for line in (root / "cases.jsonl").read_text().splitlines():
        case = json.loads(line)
        count = of_chart.get(case["chart"], 0)
        if case.get("fails") or count >= CASES_MAX:
            continue
        of_chart[case["chart"]] = count + 1
        cases.append((case["id"], ["template", "demo", case["chart"], *case["args"]],
                      "mask_lines" in case))
    return cases, len(of_chart)


def cost_pair(root, arguments, runs, variables):
    """The median costs (ours, peer) of one case; the first run of each is not counted."""
    own_runs, peer_runs = [], []
    for _ in range(runs + 1):
        for program, costs in ((measure.peer("helm4"), peer_runs),
                               (measure.binary(), own_runs)):
            costs.append(measure.run_child([program, *arguments], environment=variables,
                                           folder=root))
    return measure.median_cost(own_runs[1:]), measure.median_cost(peer_runs[1:])


def geometric_mean(values):
    return math.exp(sum(map(math.log, values)) / len(values))


def add_corpus_rows(table, title, pairs):
    """`pairs`: (id, whether it is random, our cost, the peer's cost)."""
    for quantity, field, factor in QUANTITIES:
        values = [(name, random, getattr(own, field) * factor, getattr(peer, field) * factor)
                  for name, random, own, peer in pairs]
        table.keep([{"name": f"template {name}: {quantity}", "ours": own, "peer": peer,
                     "ratio": own / peer, "against": PEER} for name, _, own, peer in values])
        table.add(f"{title}: {quantity}, geometric mean",
                  geometric_mean([own for _, _, own, _ in values]),
                  geometric_mean([peer for _, _, _, peer in values]), PEER)
        for kind, wanted in (("worst", False), ("worst of those with random keys", True)):
            name, _, own, peer = max((value for value in values if value[1] == wanted),
                                     key=lambda value: value[2] / value[3])
            table.add(f"{quantity}, {kind}: {name}", own, peer, PEER)


def template_corpus(table, runs):
    """Geometric means over all cases, and the case in which we are least ahead."""
    root = renderer_rows.corpus("helm")
    cases, charts = corpus_cases(root)
    pairs = []
    with tempfile.TemporaryDirectory(prefix="reconcile-bench-") as folder:
        variables = renderer_rows.environment(folder)
        for name, arguments, random in cases:
            pairs.append((name, random,
                          *cost_pair(root, arguments, min(runs, CORPUS_RUNS), variables)))
    add_corpus_rows(table, f"template {len(cases)} cases of {charts} charts", pairs)


ROWS = {
    "template-small": template_small,
    "template-cilium": template_cilium,
    "template-prometheus": template_prometheus,
    "template-corpus": template_corpus,
}
