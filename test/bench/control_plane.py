"""A control plane for the rows that need one: its API as admin, its audit log, bare PATCHes."""
import datetime
import http.client
import json
import pathlib
import ssl
import subprocess
import tempfile
import time
import urllib.parse

import measure

START_SECONDS = 1200  # the first build of its programs takes minutes
WAIT_SECONDS = 120
BARE_SECONDS = 600  # 10,000 bare requests take a minute, or two where the machine is slow
POLL_SECONDS = 0.005
IN_FLIGHT = 16
APPLY = "application/apply-patch+yaml"
MERGE = "application/merge-patch+json"


def wait_for(what, condition, seconds=WAIT_SECONDS, poll=POLL_SECONDS):
    """The first true answer of `condition`; an error after `seconds`."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        answer = condition()
        if answer:
            return answer
        time.sleep(poll)
    raise TimeoutError(f"{what}: not reached within {seconds} s")


def tail(path, offset):
    """The whole lines of a growing file behind `offset`, and where the next begins."""
    with open(path, "rb") as file:
        file.seek(offset)
        data = file.read()
    end = data.rfind(b"\n") + 1
    return data[:end].splitlines(), offset + end


def timestamp(text):
    """Seconds of an RFC 3339 time in UTC, with its fraction."""
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


class ControlPlane:
    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.scripts = measure.ROOT / "test/cluster"
        self.count = 0
        self.connection = None
        self.bin = ""
        self.server = ""

    def start(self):
        subprocess.run([self.scripts / "up", self.folder], check=True, timeout=START_SECONDS,
                       stderr=subprocess.DEVNULL)
        self.bin = subprocess.run([self.scripts / "build"], stdout=subprocess.PIPE, text=True,
                                  check=True, timeout=START_SECONDS).stdout.strip()
        ports = dict(line.split("=") for line in (self.folder / "ports").read_text().split())
        self.server = f"https://127.0.0.1:{ports['apiserver_port']}"
        subprocess.run(["bash", "-euc",
                        'source "$1/credentials.sh"; '
                        'certificate "$2/pki" flux /O=system:masters/CN=flux clientAuth; '
                        'kubeconfig "$2/pki" flux "$3" "$2/flux.kubeconfig"',
                        "bash", self.scripts, self.folder, self.server], check=True, timeout=60)
        self.kubectl("apply", "--server-side", "-k", measure.ROOT / "deploy/crds")
        self.kubectl("wait", "--for=condition=Established", "crd", "--all", "--timeout=60s")

    def stop(self):
        subprocess.run([self.scripts / "down", self.folder, "--remove"], check=False, timeout=60,
                       stderr=subprocess.DEVNULL)

    def kubectl(self, *arguments):
        subprocess.run([f"{self.bin}/kubectl", f"--kubeconfig={self.folder}/kubeconfig",
                        *map(str, arguments)], check=True, timeout=WAIT_SECONDS,
                       stdout=subprocess.DEVNULL)

    def key_pair(self):
        return f"{self.folder}/pki/admin.crt", f"{self.folder}/pki/admin.key"

    def request(self, method, path, body=None, content_type="application/json"):
        """(status, object) of one request as admin over a connection that is kept."""
        was_kept = self.connection is not None
        if not was_kept:
            context = ssl.create_default_context(cafile=f"{self.folder}/pki/ca.crt")
            context.load_cert_chain(*self.key_pair())
            address = urllib.parse.urlsplit(self.server)
            self.connection = http.client.HTTPSConnection(
                address.hostname, address.port, context=context, timeout=WAIT_SECONDS)
        text = body if isinstance(body, str) or body is None else json.dumps(body)
        try:
            self.connection.request(method, path, text, {"Content-Type": content_type})
            response = self.connection.getresponse()
            return response.status, json.loads(response.read() or "{}")
        except (OSError, http.client.HTTPException) as error:
            self.connection = None
            # The server had closed it meanwhile: it has not seen the request.
            if was_kept and isinstance(error, (ConnectionError, ssl.SSLEOFError)):
                return self.request(method, path, body, content_type)
            raise

    def demand(self, method, path, body=None, content_type="application/json"):
        status, answer = self.request(method, path, body, content_type)
        if status >= 300:
            raise RuntimeError(f"{method} {path}: {status} {answer.get('message')}")
        return answer

    def namespace(self, prefix):
        """A new namespace; answers its name."""
        self.count += 1
        name = f"{prefix}-{self.count}"
        self.demand("POST", "/api/v1/namespaces", {"metadata": {"name": name}})
        return name

    def empty(self, namespace):
        """Deletes the ConfigMaps of a namespace: later rounds list as little as the first."""
        self.demand("DELETE", f"/api/v1/namespaces/{namespace}/configmaps")

    def config_maps(self, namespace):
        return self.demand("GET", f"/api/v1/namespaces/{namespace}/configmaps")["items"]

    def audit_offset(self):
        return (self.folder / "audit.log").stat().st_size

    def audit(self, offset, user):
        """Finished requests of `user` behind `offset`, no watches or Leases; the next offset."""
        lines, offset = tail(self.folder / "audit.log", offset)
        mark = f'"username":"{user}"'.encode()
        entries = [json.loads(line) for line in lines if mark in line]
        return [entry for entry in entries
                if entry["stage"] == "ResponseComplete" and entry["verb"] != "watch"
                and entry.get("objectRef", {}).get("resource") != "leases"], offset

    def bare_patches(self, requests, content_type):
        """Seconds that (path, object) PATCHes take by libcurl alone."""
        program = measure.own_program("reconcile_bench_patches", "patches.cpp", ["-lcurl"])
        lines = "".join(f"{path}\t{json.dumps(body)}\n" for path, body in requests)
        done = subprocess.run([program, self.server, f"{self.folder}/pki/ca.crt", *self.key_pair(),
                               content_type, str(IN_FLIGHT)], input=lines, stdout=subprocess.PIPE,
                              text=True, check=True, timeout=BARE_SECONDS)
        seconds, failed = done.stdout.split()
        if failed != "0":
            raise RuntimeError(f"{failed} bare PATCHes failed")
        return float(seconds)


def open_folder():
    return tempfile.TemporaryDirectory(prefix="reconcile-bench-", ignore_cleanup_errors=True)
