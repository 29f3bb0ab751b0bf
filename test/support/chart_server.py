#!/usr/bin/env python3
"""Serves files over HTTP(S), and the chart archives among them as an OCI registry does.

usage: chart_server.py ROOT LOG [--tls CERT KEY] [--login USER PASSWORD] [--token]
Prints the port on the first line. A file below ROOT is served at its path;
ROOT/registry/NAME/VERSION.tgz is also the chart oci://HOST/NAME at VERSION ("+" for "_" in tags).
--login demands basic authentication of all but the registry; --token makes the registry demand the
token that /token hands out. LOG gets a line "METHOD PATH AUTH" for each request, where AUTH is
none, basic or bearer. Tags come two a page.
"""
import base64
import hashlib
import http.server
import json
import os
import ssl
import sys
import urllib.parse

root, log = sys.argv[1:3]
LAYER = "application/vnd.cncf.helm.chart.content.v1.tar+gzip"
CONFIG = "application/vnd.cncf.helm.config.v1+json"
MANIFEST = "application/vnd.oci.image.manifest.v1+json"
TOKEN, PAGE = "letmein", 2


def flag(name, count):
    at = sys.argv.index(name) if name in sys.argv else None
    return None if at is None else sys.argv[at + 1:at + 1 + count]


def digest(content):
    return "sha256:" + hashlib.sha256(content).hexdigest()


def read(path):
    with open(path, "rb") as opened:
        return opened.read()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, status, content=b"", headers=()):
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def origin(self):
        scheme = "https" if "--tls" in sys.argv else "http"
        return f"{scheme}://{self.headers['Host']}"

    def registry(self, path, query):
        given = self.headers.get("Authorization", "")
        if "--token" in sys.argv and given != f"Bearer {TOKEN}":
            challenge = f'Bearer realm="{self.origin()}/token",service="charts"'
            return self.answer(401, b"{}", [("WWW-Authenticate", challenge)])
        if path == "/v2/":
            return self.answer(200, b"{}")
        name, kind, last = path.removeprefix("/v2/").rsplit("/", 2)
        folder = os.path.join(root, "registry", name)
        if not os.path.isdir(folder):
            return self.answer(404, b"{}")
        if kind == "tags":
            return self.tags(name, sorted(os.listdir(folder)), query)
        archives = {entry.removesuffix(".tgz"): read(os.path.join(folder, entry))
                    for entry in os.listdir(folder)}
        config = json.dumps({"name": name}).encode()
        blobs = {digest(content): content for content in [config, *archives.values()]}
        manifests = {}
        for version, archive in archives.items():
            manifests[version] = json.dumps({
                "schemaVersion": 2, "mediaType": MANIFEST,
                "config": {"mediaType": CONFIG, "digest": digest(config), "size": len(config)},
                "layers": [{"mediaType": LAYER, "digest": digest(archive),
                            "size": len(archive)}]}).encode()
        manifests |= {digest(text): text for text in manifests.values()}
        found = (manifests if kind == "manifests" else blobs).get(last)
        if found is None:
            return self.answer(404, b"{}")
        media = MANIFEST if kind == "manifests" else "application/octet-stream"
        return self.answer(200, found, [("Content-Type", media),
                                        ("Docker-Content-Digest", digest(found))])

    def tags(self, name, entries, query):
        tags = [entry.removesuffix(".tgz") for entry in entries]
        start = tags.index(query["last"]) + 1 if query.get("last") in tags else 0
        page = tags[start:start + PAGE]
        headers = [("Content-Type", "application/json")]
        if start + PAGE < len(tags):
            target = f"/v2/{name}/tags/list?last={page[-1]}"
            headers.append(("Link", f'<{target}>; rel="next"'))
        return self.answer(200, json.dumps({"name": name, "tags": page}).encode(), headers)

    def serve(self):
        given = self.headers.get("Authorization", "")
        with open(log, "a", encoding="utf-8") as text:
            kind = given.split(" ")[0].lower() or "none"
            text.write(f"{self.command} {self.path.partition('?')[0]} {kind}\n")
        parts = urllib.parse.urlsplit(self.path)
        query = dict(urllib.parse.parse_qsl(parts.query))
        if parts.path.startswith("/v2/"):
            return self.registry(parts.path, query)
        if parts.path == "/token":
            return self.answer(200, json.dumps({"token": TOKEN}).encode())
        login = flag("--login", 2)
        wanted = "Basic " + base64.b64encode(":".join(login or []).encode()).decode()
        if login and given != wanted:
            return self.answer(401, b"", [("WWW-Authenticate", 'Basic realm="charts"')])
        path = os.path.join(root, urllib.parse.unquote(parts.path).lstrip("/"))
        if ".." in parts.path or not os.path.isfile(path):
            return self.answer(404, b"not here")
        return self.answer(200, read(path))

    do_GET = serve
    do_HEAD = serve


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        pass


server = Server(("127.0.0.1", 0), Handler)
if "--tls" in sys.argv:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*flag("--tls", 2))
    server.socket = context.wrap_socket(server.socket, server_side=True,
                                        do_handshake_on_connect=False)
print(server.server_port, flush=True)
server.serve_forever()
