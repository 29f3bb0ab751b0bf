"""The row of a push: from the webhook's delivery to the object's new value, in a monorepo."""
import socket
import time

import agents
import cluster_rows
import control_plane
import inputs
import measure
import receivers

UNITS = 1000
ANSWER_SECONDS = 10
READY_SECONDS = 1200  # on a busy machine


def monorepo(plane):
    """A committed monorepo of UNITS units with its Flux objects and a Receiver: (namespace of the
    objects, namespace of the units, collection of the units)."""
    namespace, units = plane.namespace("ours"), plane.namespace("units")
    git = cluster_rows.repository()
    inputs.monorepo(git.work / namespace, UNITS, namespace)
    git.push(f"Add {namespace}")
    plane.demand("POST", f"/apis/source.toolkit.fluxcd.io/v1/namespaces/{units}/gitrepositories",
                 inputs.git_repository("monorepo", units, git.url))
    receivers.create(units, "monorepo")
    collection = f"/apis/kustomize.toolkit.fluxcd.io/v1/namespaces/{units}/kustomizations"
    for i in range(UNITS):
        plane.demand("POST", collection, inputs.kustomization(
            f"unit-{i:04}", units, "monorepo", f"./{namespace}/units/{i:04}",
            deletionPolicy="Orphan"))
    return namespace, units, collection


def push_one(table, runs):
    """One file of a monorepo of 1,000 units changes: from the webhook to the object's new value."""
    plane = cluster_rows.plane()
    namespace, units, collection = monorepo(plane)
    start = time.monotonic()
    agent = agents.Reconcile(plane, *receivers.FLAGS)
    try:
        port = receivers.port_of(agent)
        control_plane.wait_for(f"{UNITS} units Ready",
                               lambda: all_ready(plane.demand("GET", collection)), READY_SECONDS, 1)
        table.add("first apply of 1,000 units: start to Ready, s", time.monotonic() - start,
                  253, "Flux 2.9, published (4 min 13 s)")
        hook = port, receivers.path_of(units)
        samples = [push_sample(agent, namespace, hook, run) for run in range(runs)]
        plane.demand("DELETE", collection)
        control_plane.wait_for("removal of the units", lambda: not plane.demand(
            "GET", collection)["items"], poll=0.5)
    finally:
        agent.stop()
    plane.empty(namespace)
    table.add("push, 1 of 1,000 units changed: webhook to applied, s (at most 1)",
              measure.median([seconds for seconds, _ in samples]))
    table.add("push, 1 of 1,000 units changed: units re-rendered",
              measure.median([count for _, count in samples]))


def all_ready(listed):
    ready = sum(any(one["type"] == "Ready" and one["status"] == "True"
                    for one in item.get("status", {}).get("conditions", []))
                for item in listed["items"])
    return ready == UNITS


def deliver(port, path):
    """A signed push, as its host sends it, that has to be accepted."""
    with socket.create_connection(("127.0.0.1", port), ANSWER_SECONDS) as connection:
        connection.sendall(receivers.request_text(path))
        answer = connection.recv(4096)
    if not answer.startswith(b"HTTP/1.1 200 "):
        raise RuntimeError(f"the webhook was answered {answer[:60]}")


def push_sample(agent, namespace, hook, run):
    """(seconds from the webhook to the object's PATCH, units that rendered anew)."""
    git, name = cluster_rows.repository(), f"cm-{run:05}"
    await_quiet(agent)
    unit = git.work / namespace / f"units/{run:04}"
    inputs.write(unit / "config-map.yaml",
                 inputs.yaml_of_config_map(name, namespace, run, f"value-{time.time()}"))
    git.push("Change one unit")
    offset, start = cluster_rows.plane().audit_offset(), time.time()
    deliver(*hook)
    done = cluster_rows.finished_patches(offset, {name}, 0.002)[name] - start
    return done, len({line["unit"] for line in await_quiet(agent) if line.get("rendered")})


def await_quiet(agent):
    """The log lines until no pass has ended for a second."""
    lines, last = [], [time.monotonic()]

    def is_quiet():
        fresh = agent.new_lines()
        lines.extend(fresh)
        if fresh:
            last[0] = time.monotonic()
        return time.monotonic() - last[0] > 1
    control_plane.wait_for("the end of the passes", is_quiet, poll=0.05)
    return lines


ROWS = {"push": push_one}
