"""Receivers of our agent and of Flux, and signed pushes for them."""
import hashlib
import hmac
import json

import cluster_rows
import control_plane

TOKEN = "bench-token"
PAYLOAD_BYTES = 10 << 10
FLAGS = ("--webhook-listen-address", "127.0.0.1", "--webhook-listen-port", "0")
COLLECTION = "/apis/notification.toolkit.fluxcd.io/v1/namespaces/{}/receivers"


def request_text(path):
    """A push as GitHub sends it, of 10 KiB, signed."""
    commits = [{"id": f"{i:040x}", "message": "Change a file", "added": [], "removed": [],
                "modified": ["apps/frontend/deployment.yaml"]} for i in range(64)]
    body = json.dumps({"ref": "refs/heads/main", "commits": commits})
    body = (body[:-1] + ', "padding": "' + "x" * (PAYLOAD_BYTES - len(body) - 14) + '"}').encode()
    signature = hmac.new(TOKEN.encode(), body, hashlib.sha256).hexdigest()
    head = (f"POST {path} HTTP/1.1\r\nHost: bench\r\nUser-Agent: GitHub-Hookshot/bench\r\n"
            "Content-Type: application/json\r\nX-GitHub-Event: push\r\n"
            f"X-Hub-Signature-256: sha256={signature}\r\nContent-Length: {len(body)}\r\n\r\n")
    return head.encode() + body


def create(space, repository):
    """The Receiver of a GitRepository, both in one namespace."""
    plane = cluster_rows.plane()
    plane.demand("POST", f"/api/v1/namespaces/{space}/secrets",
                 {"metadata": {"name": "webhook"}, "stringData": {"token": TOKEN}})
    plane.demand("POST", COLLECTION.format(space), {
        "apiVersion": "notification.toolkit.fluxcd.io/v1", "kind": "Receiver",
        "metadata": {"name": "push"},
        "spec": {"type": "github", "events": ["push"], "secretRef": {"name": "webhook"},
                 "resources": [{"kind": "GitRepository", "name": repository}]}})


def path_of(space):
    def look():
        receiver = cluster_rows.plane().demand("GET", f"{COLLECTION.format(space)}/push")
        return receiver.get("status", {}).get("webhookPath")
    return control_plane.wait_for("the receiver's path", look)


def port_of(agent):
    """Where our agent, started with FLAGS, takes deliveries."""
    line = agent.await_line("the webhooks' port", lambda line: line["msg"] == "Webhooks served")
    return int(line["listen"].rpartition(":")[2])
