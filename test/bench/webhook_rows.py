"""The row of webhooks: how long answers take at a fixed rate, beside Flux's receiver."""
import contextlib
import subprocess

import agents
import cluster_rows
import inputs
import measure
import receivers

PEER = "Flux notification 1.9.3"
PER_SECOND = 1000
SECONDS = 5
CONNECTIONS = 32
PEER_REQUESTS = 500  # each costs it requests to the API server, of which it sends 50 a second
SLOW_PER_SECOND = 10
SLOW_SECONDS = 10


def make_receiver():
    """A namespace with a source and its Receiver; answers its name."""
    plane = cluster_rows.plane()
    space = plane.namespace("webhooks")
    plane.demand("POST", f"/apis/source.toolkit.fluxcd.io/v1/namespaces/{space}/gitrepositories",
                 inputs.git_repository("repository", space, cluster_rows.repository().url))
    receivers.create(space, "repository")
    return space


def deliver(port, path, requests, per_second):
    """(p50, p99, longest) in milliseconds; an error where an answer was not 200."""
    program = measure.own_program("reconcile_bench_deliveries", "deliveries.cpp", ["-pthread"])
    done = subprocess.run([program, str(port), str(requests), str(per_second), str(CONNECTIONS)],
                          input=receivers.request_text(path), stdout=subprocess.PIPE, check=True,
                          timeout=600)
    *times, failed = done.stdout.split()
    if failed != b"0":
        raise RuntimeError(f"{failed.decode()} of {requests} deliveries were not answered 200")
    return [float(time) for time in times]


@contextlib.contextmanager
def our_receiver():
    """Yields (port, path) of our agent's receiver."""
    space = make_receiver()
    agent = agents.Reconcile(cluster_rows.plane(), *receivers.FLAGS)
    try:
        yield receivers.port_of(agent), receivers.path_of(space)
    finally:
        agent.stop()


@contextlib.contextmanager
def flux_receiver():
    space = make_receiver()
    plane, port = cluster_rows.plane(), agents.free_port()
    process = agents.Process(
        [measure.peer("notification-controller"), f"--receiverAddr=127.0.0.1:{port}",
         "--events-addr=127.0.0.1:0", "--metrics-addr=127.0.0.1:0", "--health-addr=127.0.0.1:0",
         "--log-level=error"],
        plane.folder / "logs/notification-controller.log",
        KUBECONFIG=f"{plane.folder}/flux.kubeconfig", RUNTIME_NAMESPACE=space)
    try:
        yield port, receivers.path_of(space)
    finally:
        process.stop()


def webhooks(table, runs):
    ours, theirs, ours_slow, theirs_slow = [], [], [], []
    slow = SLOW_PER_SECOND * SLOW_SECONDS
    for _ in range(runs):
        with our_receiver() as (port, path):
            ours.append(deliver(port, path, PER_SECOND * SECONDS, PER_SECOND))
            ours_slow.append(deliver(port, path, slow, SLOW_PER_SECOND))
        with flux_receiver() as (port, path):
            theirs_slow.append(deliver(port, path, slow, SLOW_PER_SECOND))
            theirs.append(deliver(port, path, PEER_REQUESTS, PER_SECOND))
    for rate, mine, peer in ((f"{PER_SECOND:,}", ours, theirs),
                             (f"{SLOW_PER_SECOND}", ours_slow, theirs_slow)):
        for place, name in enumerate(("p50, ms (at most 5)", "p99, ms (at most 5)")):
            table.add(f"webhooks, {rate} a second: {name}",
                      measure.median([one[place] for one in mine]),
                      measure.median([one[place] for one in peer]), PEER)


ROWS = {"webhooks": webhooks}
