"""What the rows with a control plane run: a Git server, our agent, Flux's controllers."""
import json
import os
import signal
import socket
import subprocess
import sys

import control_plane
import measure

STOP_SECONDS = 20
GIT_SECONDS = 600


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Process:
    """A child that is ended by pid; what it prints goes to a file."""

    def __init__(self, arguments, log, **variables):
        self.log = log
        self.offset = 0
        with open(log, "wb") as output:
            self.child = subprocess.Popen([str(word) for word in arguments], stdout=output,
                                          stderr=subprocess.STDOUT,
                                          env={**os.environ, **variables})

    def stop(self):
        if self.child.poll() is None:
            self.child.send_signal(signal.SIGCONT)
            self.child.terminate()
            try:
                self.child.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.child.kill()
        self.child.wait()

    def signal(self, number):
        self.child.send_signal(number)

    def cpu_seconds(self):
        """What its threads ran, from the scheduler's own count in nanoseconds."""
        total = 0
        tasks = f"/proc/{self.child.pid}/task"
        for task in os.listdir(tasks):
            with open(f"{tasks}/{task}/schedstat", encoding="ascii") as file:
                total += int(file.read().split()[0])
        return total / 1e9

    def resident_mib(self):
        with open(f"/proc/{self.child.pid}/status", encoding="ascii") as file:
            for line in file:
                if line.startswith("VmRSS:"):
                    return int(line.split()[1]) / 1024
        raise RuntimeError("no VmRSS")

    def new_lines(self):
        """The log lines, as objects, that came since the last call."""
        if self.child.poll() is not None:
            with open(self.log, encoding="utf-8", errors="replace") as file:
                raise RuntimeError(f"{self.log}: the program ended: {file.read()[-600:]}")
        lines, self.offset = control_plane.tail(self.log, self.offset)
        return [json.loads(line) for line in lines if line.startswith(b"{")]

    def await_line(self, what, accepts):
        found = []

        def look():
            found.extend(line for line in self.new_lines() if accepts(line))
            return found
        control_plane.wait_for(f"{what} in {self.log}", look)
        return found[0]


class GitServer:
    """Serves folder/root over HTTP; `work` is a clone whose commits are pushed into it."""

    def __init__(self, folder):
        self.root = folder / "root"
        self.work = folder / "work"
        self.root.mkdir(parents=True)
        bare = self.root / "repository.git"
        self.git("init", "--quiet", "--bare", "--initial-branch=main", bare, folder=folder)
        self.git("init", "--quiet", "--initial-branch=main", self.work, folder=folder)
        self.git("remote", "add", "origin", bare)
        script = measure.ROOT / "test/support/git_http_server.py"
        self.child = Process([sys.executable, script, self.root, folder / "control",
                              folder / "requests"], folder / "git.log")
        line = control_plane.wait_for("port of the Git server", self.first_line)
        self.url = f"http://127.0.0.1:{int(line)}/repository.git"

    def first_line(self):
        with open(self.child.log, encoding="utf-8") as file:
            text = file.read()
        return text if text.endswith("\n") else ""

    def git(self, *arguments, folder=None):
        identity = {f"GIT_{who}_{what}": value for who in ("AUTHOR", "COMMITTER")
                    for what, value in (("NAME", "bench"), ("EMAIL", "bench@localhost"))}
        subprocess.run(["git", *map(str, arguments)], cwd=folder or self.work, check=True,
                       timeout=GIT_SECONDS, env={**os.environ, **identity},
                       stdout=subprocess.DEVNULL)

    def push(self, message):
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", message)
        self.git("push", "--quiet", "origin", "main")

    def stop(self):
        self.child.stop()


class Reconcile(Process):
    """Our agent with data of its own and a namespace of its own, so that rounds share nothing."""

    def __init__(self, plane, *flags, kubeconfig=None):
        self.plane = plane
        self.namespace = plane.namespace("agent")
        folder = plane.folder / self.namespace
        super().__init__([measure.binary(), "controller",
                          "--kubeconfig", kubeconfig or plane.folder / "agent.kubeconfig",
                          "--namespace", self.namespace, "--data-dir", folder,
                          "--listen-address", "127.0.0.1", "--listen-port", "0",
                          "--poll-interval", "1h", "--interval-jitter-percentage", "0",
                          *flags], plane.folder / f"logs/{self.namespace}.log")

    def await_pass(self):
        """The log line of the root unit's next pass; an error if it did not apply."""
        root = f"Kustomization/{self.namespace}/root"
        line = self.await_line("a finished pass", lambda line: line["msg"] == "Pass finished"
                               and line["unit"] == root)
        if line["end"] != "applied":
            raise RuntimeError(f"the pass ended {line['end']}: {line.get('err')}")
        return line

    def await_ready(self):
        path = f"/api/v1/namespaces/{self.namespace}/configmaps/reconcile-root"

        def look():
            data = self.plane.request("GET", path)[1].get("data", {})
            return data.get("ready") == "True" and data.get("message")
        return control_plane.wait_for("Ready of the root unit", look)


class Flux:
    """kustomize-controller 1.9.4 and source-controller 1.9.1 as processes, as user `flux`."""
    NAMESPACE = "flux-bench"

    def __init__(self, plane):
        self.plane = plane
        if plane.request("GET", f"/api/v1/namespaces/{self.NAMESPACE}")[0] == 404:
            plane.demand("POST", "/api/v1/namespaces", {"metadata": {"name": self.NAMESPACE}})
        port = free_port()
        storage = plane.folder / "flux-storage"
        storage.mkdir(exist_ok=True)
        variables = {"KUBECONFIG": f"{plane.folder}/flux.kubeconfig",
                     "RUNTIME_NAMESPACE": self.NAMESPACE}
        common = ["--events-addr=", "--metrics-addr=127.0.0.1:0", "--health-addr=127.0.0.1:0",
                  "--watch-all-namespaces=true", "--log-level=error"]
        self.source = Process([measure.peer("source-controller"), *common,
                               f"--storage-path={storage}", f"--storage-addr=127.0.0.1:{port}",
                               f"--storage-adv-addr=127.0.0.1:{port}"],
                              plane.folder / "logs/source-controller.log", **variables)
        self.kustomize = Process([measure.peer("kustomize-controller"), *common],
                                 plane.folder / "logs/kustomize-controller.log", **variables)

    def path(self, kind, name):
        group = "source" if kind == "gitrepositories" else "kustomize"
        return (f"/apis/{group}.toolkit.fluxcd.io/v1/namespaces/{self.NAMESPACE}/{kind}"
                + (f"/{name}" if name else ""))

    def create(self, kind, body):
        self.plane.demand("POST", self.path(kind, ""), body)

    def await_ready(self, kind, name, requested=""):
        def look():
            body = self.plane.demand("GET", self.path(kind, name))
            status = body.get("status", {})
            if requested and status.get("lastHandledReconcileAt") != requested:
                return None
            if status.get("observedGeneration") != body["metadata"]["generation"]:
                return None
            ready = {one["type"]: one["status"] for one in status.get("conditions", [])}
            return ready.get("Ready") == "True" and "Reconciling" not in ready and body
        return control_plane.wait_for(f"Ready of {kind}/{name}", look, poll=0.02)

    def request_pass(self, name, value):
        self.plane.demand("PATCH", self.path("kustomizations", name),
                          {"metadata": {"annotations": {"reconcile.fluxcd.io/requestedAt": value}}},
                          control_plane.MERGE)
        self.await_ready("kustomizations", name, value)

    def remove(self, kind, name):
        self.plane.demand("DELETE", self.path(kind, name))
        control_plane.wait_for(f"removal of {kind}/{name}", lambda: self.plane.request(
            "GET", self.path(kind, name))[0] == 404)

    def cpu_seconds(self):
        return self.source.cpu_seconds() + self.kustomize.cpu_seconds()

    def resident_mib(self):
        return self.source.resident_mib() + self.kustomize.resident_mib()

    def stop(self):
        self.kustomize.stop()
        self.source.stop()
