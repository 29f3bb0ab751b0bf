"""Rows of the agent: what passes and reverts cost on a real control plane, beside Flux and beside
the bare requests."""
import contextlib
import signal
import time

import agents
import control_plane
import inputs
import measure

OBJECTS = 1000
OBJECTS_MANY = 10000
SETTLE_SECONDS = 4  # the agent gives memory back two seconds after a render
DRIFT_SAMPLES = 200
PASSES_OF_FLUX = 3
PASSES_WATCHED_SECONDS = 10
BARE = "bare PATCHes, 16 in flight"
FLUX = "Flux kustomize 1.9.4 + source 1.9.1"
AGENT_USER = "reconcile-agent"

_stack = contextlib.ExitStack()
_shared = {}


@contextlib.contextmanager
def shared_cluster():
    """What the rows start is started once, by the first that needs it, and ended here."""
    with _stack:
        yield


def plane():
    if "plane" not in _shared:
        folder = _stack.enter_context(control_plane.open_folder())
        started = control_plane.ControlPlane(f"{folder}/cluster")
        _stack.callback(started.stop)
        started.start()
        _shared["plane"] = started
    return _shared["plane"]


def repository():
    if "git" not in _shared:
        _shared["git"] = agents.GitServer(plane().folder / "git")
        _stack.callback(_shared["git"].stop)
    return _shared["git"]


def flux():
    if "flux" not in _shared:
        _shared["flux"] = agents.Flux(plane())
        _stack.callback(_shared["flux"].stop)
    return _shared["flux"]


@contextlib.contextmanager
def our_agent(path, *flags):
    agent = agents.Reconcile(plane(), "--repository", repository().url, "--path", path, *flags)
    try:
        yield agent
    finally:
        agent.stop()


@contextlib.contextmanager
def flux_unit(path):
    """A ready GitRepository and its Kustomization; yields (controllers, seconds to Ready)."""
    controllers = flux()
    name = path.replace("/", "-")
    source = inputs.git_repository(name, controllers.NAMESPACE, repository().url)
    controllers.create("gitrepositories", source)
    controllers.await_ready("gitrepositories", name)
    start = time.monotonic()
    controllers.create("kustomizations", inputs.kustomization(
        name, controllers.NAMESPACE, name, f"./{path}", deletionPolicy="Orphan"))
    controllers.await_ready("kustomizations", name)
    try:
        yield controllers, name, time.monotonic() - start
    finally:
        controllers.remove("kustomizations", name)
        controllers.remove("gitrepositories", name)


def committed_config_maps(prefix, count=OBJECTS):
    """A new namespace and a committed kustomization of ConfigMaps for it: both named alike."""
    namespace = plane().namespace(prefix)
    inputs.config_maps(repository().work / namespace, count, namespace)
    repository().push(f"Add {namespace}")
    return namespace


def apply_requests(namespace, count=OBJECTS):
    """What our agent sends for the same objects: the owner labels are part of it."""
    for i in range(count):
        body = inputs.config_map(f"cm-{i:05}", namespace, i)
        for label in ("name", "namespace"):
            body["metadata"]["labels"][f"kustomize.toolkit.fluxcd.io/{label}"] = "bare"
        yield (f"/api/v1/namespaces/{namespace}/configmaps/cm-{i:05}"
               "?fieldManager=bare&force=true", body)


def drift_requests(namespace, value, count=OBJECTS):
    for i in range(count):
        yield (f"/api/v1/namespaces/{namespace}/configmaps/cm-{i:05}?fieldManager=drift",
               {"data": {"key": value}})


def check_all(namespace, count=OBJECTS):
    items = plane().config_maps(namespace)
    wrong = [item["metadata"]["name"] for item in items
             if item["metadata"]["name"].startswith("cm-") and item["data"]["key"] != "first"]
    managed = sum(item["metadata"]["name"].startswith("cm-") for item in items)
    if wrong or managed != count:
        raise RuntimeError(f"{namespace}: {managed} objects, wrong: {wrong[:3]}")


def first_apply(table, runs):
    ours, walls, bare, theirs = [], [], [], []
    for _ in range(runs):
        namespace = plane().namespace("bare")
        bare.append(plane().bare_patches(apply_requests(namespace), control_plane.APPLY))
        plane().empty(namespace)
        namespace = committed_config_maps("ours")
        start = time.monotonic()
        with our_agent(namespace) as agent:
            ours.append(agent.await_pass()["seconds"])
            agent.await_ready()
            walls.append(time.monotonic() - start)
            check_all(namespace)
        plane().empty(namespace)
        namespace = committed_config_maps("flux")
        with flux_unit(namespace) as (_, _, seconds):
            theirs.append(seconds)
        plane().empty(namespace)
    own = measure.median(ours)
    table.add("first apply of 1,000: the pass, s", own, measure.median(bare), BARE)
    table.add("first apply of 1,000: start to Ready, s", measure.median(walls))
    table.add("first apply of 1,000: the pass, s", own, measure.median(theirs), FLUX)


def flux_passes(table, own_cpu):
    namespace = committed_config_maps("flux")
    with flux_unit(namespace) as (controllers, name, _):
        offset, cpu = plane().audit_offset(), controllers.cpu_seconds()
        start = time.monotonic()
        for i in range(PASSES_OF_FLUX):
            controllers.request_pass(name, f"{namespace}-{i}")
        seconds = (time.monotonic() - start) / PASSES_OF_FLUX
        cpu = (controllers.cpu_seconds() - cpu) / PASSES_OF_FLUX * 1000
        requests = len(plane().audit(offset, "flux")[0]) / PASSES_OF_FLUX
        memory = controllers.resident_mib()
    plane().empty(namespace)
    table.add("pass without change, 1,000: CPU, ms", own_cpu["cpu"], cpu, FLUX)
    table.add("pass without change, 1,000: time, ms", own_cpu["time"], seconds * 1000, FLUX)
    table.add("pass without change, 1,000: requests", own_cpu["requests"], requests, FLUX)
    table.add("resident memory, 1,000 objects, MiB", own_cpu["memory"], memory, FLUX)


def no_change(table, runs):
    """Our passes run by their interval, so that nothing but the pass itself can cause a request."""
    namespace = committed_config_maps("ours")
    samples = []
    with our_agent(namespace, "--interval", "500ms") as agent:
        agent.await_pass()
        agent.await_ready()
        time.sleep(SETTLE_SECONDS)
        for _ in range(runs):
            agent.new_lines()
            agent.await_pass()
            offset, cpu = plane().audit_offset(), agent.cpu_seconds()
            time.sleep(PASSES_WATCHED_SECONDS / runs)
            cpu = agent.cpu_seconds() - cpu
            requests = len(plane().audit(offset, AGENT_USER)[0])
            passes = [line["seconds"] for line in agent.new_lines()
                      if line["msg"] == "Pass finished"]
            samples.append({"cpu": cpu / len(passes) * 1000, "requests": requests / len(passes),
                            "time": measure.median(passes) * 1000,
                            "memory": agent.resident_mib()})
    plane().empty(namespace)
    flux_passes(table, {key: measure.median([one[key] for one in samples]) for key in samples[0]})


def memory_many(table, _):
    namespace = committed_config_maps("ours", OBJECTS_MANY)
    with our_agent(namespace) as agent:
        line = agent.await_pass()
        agent.await_ready()
        time.sleep(SETTLE_SECONDS)
        table.add("resident memory, 10,000 ConfigMaps of 200 bytes, MiB", agent.resident_mib())
        table.add("first apply of 10,000 in one unit: the pass, s", line["seconds"])
    plane().empty(namespace)


def finished_patches(offset, wanted, poll):
    """The agent's PATCHes of `wanted` objects (by name) behind `offset`: name -> seconds. `poll`:
    seconds between two looks at the audit log."""
    found = {}
    place = [offset]

    def look():
        entries, place[0] = plane().audit(place[0], AGENT_USER)
        for entry in entries:
            name = entry["objectRef"].get("name", "")
            good = entry["responseStatus"]["code"] < 300 and entry["verb"] == "patch"
            if good and name in wanted:
                found[name] = control_plane.timestamp(entry["stageTimestamp"])
        return len(found) == len(wanted)
    control_plane.wait_for(f"reverts of {len(wanted)} objects", look, poll=poll)
    return found


def drift_one(table, runs):
    """From the server's answer to the write to its answer to the revert, by its own clock."""
    namespace = committed_config_maps("ours")
    latencies = []
    with our_agent(namespace) as agent:
        agent.await_pass()
        agent.await_ready()
        for i in range(max(DRIFT_SAMPLES, runs)):
            name = f"cm-{i % OBJECTS:05}"
            offset = plane().audit_offset()
            plane().demand("PATCH", f"/api/v1/namespaces/{namespace}/configmaps/{name}"
                           "?fieldManager=drift", {"data": {"key": "drift"}}, control_plane.MERGE)
            reverted = finished_patches(offset, {name}, 0.002)[name]
            written = plane().audit(offset, "admin")[0][0]["stageTimestamp"]
            latencies.append((reverted - control_plane.timestamp(written)) * 1000)
        check_all(namespace)
    plane().empty(namespace)
    table.add("one drifted object: p50, ms (at most 30)", measure.median(latencies))
    table.add("one drifted object: p99, ms (at most 250)", measure.percentile(latencies, 0.99))


def drift_all(table, runs):
    """The agent sleeps while the drift is made, so that it meets all of it at once."""
    namespace = committed_config_maps("ours")
    bare_namespace = plane().namespace("bare")
    plane().bare_patches(apply_requests(bare_namespace), control_plane.APPLY)
    names = {f"cm-{i:05}" for i in range(OBJECTS)}
    ours, bare = [], []
    with our_agent(namespace) as agent:
        agent.await_pass()
        agent.await_ready()
        for run in range(runs):
            drift = f"drift-{run}"
            plane().bare_patches(drift_requests(bare_namespace, drift), control_plane.MERGE)
            bare.append(plane().bare_patches(apply_requests(bare_namespace), control_plane.APPLY))
            agent.signal(signal.SIGSTOP)
            plane().bare_patches(drift_requests(namespace, drift), control_plane.MERGE)
            offset, start = plane().audit_offset(), time.time()
            agent.signal(signal.SIGCONT)
            ours.append(max(finished_patches(offset, names, 0.02).values()) - start)
            check_all(namespace)
    for space in (namespace, bare_namespace):
        plane().empty(space)
    table.add("1,000 objects drifted at once, s", measure.median(ours), measure.median(bare), BARE)


ROWS = {
    "first-apply": first_apply,
    "no-change": no_change,
    "drift-one": drift_one,
    "drift-all": drift_all,
    "memory-10000": memory_many,
}
