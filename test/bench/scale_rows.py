"""Rows of scale: what 100, 1,000 and 10,000 objects of mixed kinds cost, in units of 100 each,
beside the bare requests; 100,000 and a storm of events from a recorded stream."""
import functools
import json
import subprocess
import time

import agents
import cluster_rows
import control_plane
import inputs
import measure
import mixed_objects
import watch_proxy

SIZES = (100, 1000, 10000)
PASS_SECONDS = 10  # the interval of the units while passes without change are counted
WATCHED_SECONDS = 40
WAIT_SECONDS = 600
RECORDED = 1000
SIMULATED = 100000
STORM_EVENTS = 50000
STORM_PER_SECOND = 5000
WRITES = ("create", "update", "patch", "delete", "deletecollection")


def empty(plane, namespace):
    for path in mixed_objects.collections(namespace):
        if path.endswith("/services"):
            for item in plane.demand("GET", path)["items"] or ():
                plane.demand("DELETE", f"{path}/{item['metadata']['name']}")
        else:
            plane.demand("DELETE", path)
    await_quiet_server(plane)


def await_quiet_server(plane):
    """Until the controllers have made what they make of new and deleted objects."""
    last = [plane.audit_offset(), time.monotonic()]

    def is_quiet():
        entries, offset = plane.audit(last[0], "system:serviceaccount:kube-system:")
        if any(entry["verb"] in WRITES for entry in entries):
            last[1] = time.monotonic()
        last[0] = offset
        return time.monotonic() - last[1] > 2
    control_plane.wait_for("the end of the controllers' writes", is_quiet, WAIT_SECONDS, 0.2)


class Units:
    """A namespace of objects and one of the Kustomizations that name them."""

    def __init__(self, count):
        self.plane, self.count = cluster_rows.plane(), count
        self.namespace = self.plane.namespace("mixed")
        self.units = self.plane.namespace("units")
        git = cluster_rows.repository()
        self.names = mixed_objects.units(git.work / self.namespace, self.namespace, count)
        git.push(f"Add {self.namespace}")
        self.collection = (f"/apis/kustomize.toolkit.fluxcd.io/v1/namespaces/{self.units}"
                           "/kustomizations")
        self.sources = (f"/apis/source.toolkit.fluxcd.io/v1/namespaces/{self.units}"
                        "/gitrepositories")
        self.plane.demand("POST", self.sources,
                          inputs.git_repository("monorepo", self.units, git.url))
        for name in self.names:
            self.plane.demand("POST", self.collection, inputs.kustomization(
                name, self.units, "monorepo", f"./{self.namespace}/{name}",
                deletionPolicy="Orphan"))

    def await_ready(self):
        def look():
            items = self.plane.demand("GET", self.collection)["items"]
            return all(is_ready(item) for item in items)
        control_plane.wait_for(f"{len(self.names)} units Ready", look, WAIT_SECONDS, 0.25)

    def set_interval(self, seconds):
        for name in self.names:
            self.plane.demand("PATCH", f"{self.collection}/{name}",
                              {"spec": {"interval": f"{seconds}s"}}, control_plane.MERGE)

    def remove(self, agent):
        self.plane.demand("DELETE", self.collection)
        control_plane.wait_for("removal of the units", lambda: not self.plane.demand(
            "GET", self.collection)["items"], WAIT_SECONDS, 0.5)
        self.plane.demand("DELETE", self.sources)
        agent.stop()
        empty(self.plane, self.namespace)


def is_ready(item):
    status = item.get("status", {})
    ready = any(one["type"] == "Ready" and one["status"] == "True"
                for one in status.get("conditions", []))
    return ready and status.get("observedGeneration") == item["metadata"]["generation"]


def define_kind(plane):
    """The kind of the custom resources, served."""
    path = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
    plane.request("POST", path, mixed_objects.DEFINITION)
    name = mixed_objects.DEFINITION["metadata"]["name"]
    control_plane.wait_for("the custom kind", lambda: any(
        one["type"] == "Established" and one["status"] == "True" for one in plane.demand(
            "GET", f"{path}/{name}").get("status", {}).get("conditions") or ()))
    base = f"/apis/{mixed_objects.GROUP}/v1/namespaces/default/benchservices"
    control_plane.wait_for("its resources", lambda: plane.request("GET", base)[0] == 200)


def bare_seconds(plane, count):
    namespace = plane.namespace("bare")
    labels = {f"kustomize.toolkit.fluxcd.io/{key}": "bare" for key in ("name", "namespace")}
    seconds = plane.bare_patches(
        ((f"{path}?fieldManager=bare&force=true", body) for path, body in
         mixed_objects.objects(namespace, count, "mixed", labels)), control_plane.APPLY)
    await_quiet_server(plane)
    empty(plane, namespace)
    return seconds


def idle_cpu(agent):
    """CPU seconds a second of an agent that has nothing to do: its lease, bookmarks of watches."""
    start, cpu = time.monotonic(), agent.cpu_seconds()
    time.sleep(WATCHED_SECONDS)
    return (agent.cpu_seconds() - cpu) / (time.monotonic() - start)


def passes_without_change(units, agent):
    """(CPU ms of PASS_SECONDS with a pass of all units, the same without one, requests)."""
    idle = idle_cpu(agent)
    units.set_interval(PASS_SECONDS)
    units.await_ready()
    time.sleep(PASS_SECONDS + cluster_rows.SETTLE_SECONDS)
    agent.new_lines()
    offset, cpu = units.plane.audit_offset(), agent.cpu_seconds()
    time.sleep(WATCHED_SECONDS)
    cpu = agent.cpu_seconds() - cpu
    passes = sum(line["msg"] == "Pass finished" for line in agent.new_lines())
    requests = len(units.plane.audit(offset, cluster_rows.AGENT_USER)[0])
    units.set_interval(3600)
    units.await_ready()
    return cpu / passes * len(units.names) * 1000, idle * PASS_SECONDS * 1000, requests


def await_first_passes(units, agent):
    """Until every unit was applied. The agent's log tells: to ask the server for the units again
    and again, with their inventories, would be a load beside the one that is measured."""
    done = set()

    def look():
        done.update(line["unit"] for line in agent.new_lines()
                    if line["msg"] == "Pass finished" and line["end"] == "applied")
        return len(done) == len(units.names)
    control_plane.wait_for("the first passes", look, WAIT_SECONDS, 0.02)


def restart(units, agent):
    """(seconds to the end of every unit's first pass, CPU seconds, writes); the agent is new."""
    agent.stop()
    offset, start = units.plane.audit_offset(), time.monotonic()
    agent.child = agents.Process(agent.child.args, agent.log).child
    agent.offset = 0
    await_first_passes(units, agent)
    seconds, cpu = time.monotonic() - start, agent.cpu_seconds()
    time.sleep(cluster_rows.SETTLE_SECONDS)
    entries = units.plane.audit(offset, cluster_rows.AGENT_USER)[0]
    return seconds, cpu, sum(entry["verb"] in WRITES for entry in entries)


def cost_of(table, count, place):
    """Adds the rows of `count` objects; answers (apply, pass, restart) milliseconds an object. The
    bare requests run before and after, so that a machine that grows slower meets both."""
    plane = cluster_rows.plane()
    bare = [bare_seconds(plane, count)]
    units, offset = Units(count), plane.audit_offset()
    agent = agents.Reconcile(plane)
    try:
        await_first_passes(units, agent)
        units.await_ready()
        applied = agent.cpu_seconds()
        patches = [entry for entry in plane.audit(offset, cluster_rows.AGENT_USER)[0]
                   if entry["verb"] == "patch"
                   and entry["objectRef"].get("namespace") == units.namespace]
        seconds = (max(control_plane.timestamp(entry["stageTimestamp"]) for entry in patches)
                   - min(control_plane.timestamp(entry["requestReceivedTimestamp"])
                         for entry in patches))
        time.sleep(cluster_rows.SETTLE_SECONDS)
        memory = agent.resident_mib()
        cpu, idle, requests = passes_without_change(units, agent)
        again, restarted, writes = restart(units, agent)
    finally:
        units.remove(agent)
    bare.append(bare_seconds(plane, count))
    table.add(f"first apply of {place}, s (at most 1.15)", seconds, sum(bare) / len(bare),
              cluster_rows.BARE)
    table.add(f"first apply of {place}: PATCHes", len(patches), count, "objects")
    table.add(f"pass without change, {place}: CPU, ms (at most 60)",
              max(cpu - idle, 0))
    table.add(f"idle agent, {place}: CPU of {PASS_SECONDS} s, ms", idle)
    table.add(f"pass without change, {place}: requests", requests)
    table.add(f"resident memory, {place}, MiB", memory)
    table.add(f"restart with {place}: to all verdicts, s", again)
    table.add(f"restart with {place}: CPU, s", restarted)
    table.add(f"restart with {place}: writes", writes)
    return applied / count * 1000, cpu / count, restarted / count * 1000


def scale(sizes, table, _runs):
    define_kind(cluster_rows.plane())
    costs = [cost_of(table, count, f"{count:,} mixed") for count in sizes]
    for what, *each in zip(("first apply", "pass without change", "restart"), *costs):
        for count, cost in zip(sizes, each):
            table.add(f"{what}: CPU of one object among {count:,}, ms", cost, each[0],
                      f"one among {sizes[0]}")


def recorded_objects(plane):
    """Lines for watch_streams.cpp: what the server answers about objects that we applied."""
    namespace = plane.namespace("recorded")
    plane.bare_patches(
        ((f"{path}?fieldManager=reconcile&force=true", body) for path, body in
         mixed_objects.objects(namespace, RECORDED, "mixed", {
             f"kustomize.toolkit.fluxcd.io/{key}": "bench" for key in ("name", "namespace")})),
        control_plane.APPLY)
    await_quiet_server(plane)
    lines = []
    for path in mixed_objects.collections(namespace):
        listed = plane.demand("GET", path)
        kind = listed["kind"].removesuffix("List")
        for item in listed["items"] or ():
            whole = {"apiVersion": listed["apiVersion"], "kind": kind, **item}
            lines.append("\t".join((listed["apiVersion"], kind,
                                    json.dumps(whole, separators=(",", ":")))))
    empty(plane, namespace)
    return lines


def streams(table, runs):
    program = measure.binary().parent / "reconcile_bench_streams"
    if not program.exists():
        raise measure.Skip(f"no {program} (build with -DRECONCILE_BENCHMARKS=ON)")
    define_kind(cluster_rows.plane())
    lines = recorded_objects(cluster_rows.plane())
    with_status = [line for line in lines if '"status":{"' in line]

    def figures(recorded, objects, events):
        done = subprocess.run([program, str(objects), str(events)],
                              input="\n".join(recorded) + "\n", stdout=subprocess.PIPE,
                              text=True, check=True, timeout=WAIT_SECONDS)
        return [float(word) for word in done.stdout.split()]
    memory, listed, _ = figures(lines, SIMULATED, 0)
    storms = [figures(with_status, RECORDED, STORM_EVENTS)[2] for _ in range(runs)]
    table.add(f"watched state of {SIMULATED:,} objects, MiB (at most 256)", memory)
    table.add("first list: CPU of one object, ms", listed / SIMULATED * 1000)
    table.add(f"{STORM_PER_SECOND:,} status events a second, cores (at most 0.5)",
              measure.median(storms) / STORM_EVENTS * STORM_PER_SECOND)


def recorded_with_status(plane, namespace):
    """(path of the watch, events of one object) of everything that has a status."""
    copies = []
    for base, plural, kind in (("/apis/apps/v1", "deployments", "Deployment"),
                               ("/api/v1", "services", "Service")):
        listed = plane.demand("GET", f"{base}/namespaces/{namespace}/{plural}")
        copies += [(f"{base}/{plural}", watch_proxy.Copies(
            {"apiVersion": listed["apiVersion"], "kind": kind, **item}))
                   for item in listed["items"]]
    return copies


def send_storm(proxy, copies):
    """(seconds, the last version) of STORM_EVENTS events, sent when they are due."""
    version = 2 * max(one.version for _, one in copies)
    streams = {path: proxy.stream(path) for path, _ in copies}
    start = time.monotonic()
    for i in range(STORM_EVENTS):
        path, one = copies[i % len(copies)]
        version += 1
        streams[path].send(one.event(version))
        ahead = i / STORM_PER_SECOND - (time.monotonic() - start)
        if ahead > 0.002:
            time.sleep(ahead)
    return time.monotonic() - start, version


def storm(table, _runs):
    """What statuses that change cost the whole agent, at a rate that the server cannot reach."""
    plane = cluster_rows.plane()
    define_kind(plane)
    units, proxy = Units(RECORDED), watch_proxy.WatchProxy(plane)
    agent = agents.Reconcile(plane, kubeconfig=proxy.kubeconfig)
    try:
        units.await_ready()
        await_quiet_server(plane)
        copies = recorded_with_status(plane, units.namespace)
        offset, cpu = plane.audit_offset(), agent.cpu_seconds()
        seconds, version = send_storm(proxy, copies)
        time.sleep(cluster_rows.SETTLE_SECONDS)
        cpu = agent.cpu_seconds() - cpu
        requests = len(plane.audit(offset, cluster_rows.AGENT_USER)[0])
        # A label that somebody changed, behind the storm: the agent has read this far.
        path, last = copies[-1]
        proxy.stream(path).send(last.event(version + 1).replace(b'/managed-by":"bench"',
                                                                b'/managed-by":"other"'))
        control_plane.wait_for("the apply after the storm", lambda: any(
            entry["verb"] == "patch" and entry["objectRef"]["resource"] == path.split("/")[-1]
            for entry in plane.audit(offset, cluster_rows.AGENT_USER)[0]), poll=0.1)
    finally:
        units.remove(agent)
        proxy.stop()
    table.add("status events in the storm, a second", STORM_EVENTS / seconds)
    table.add(f"{STORM_PER_SECOND:,} status events a second, cores of the agent (at most 0.5)",
              cpu / STORM_EVENTS * STORM_PER_SECOND)
    table.add("requests of the agent in the storm", requests)


ROWS = {"scale": functools.partial(scale, SIZES),
        "scale-small": functools.partial(scale, SIZES[:2]), "streams": streams,
        "storm": storm}
