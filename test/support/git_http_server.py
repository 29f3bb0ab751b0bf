#!/usr/bin/env python3
"""Serves bare repositories over HTTP(S) through git-http-backend, with faults on demand.

usage: git_http_server.py ROOT CONTROL LOG [--tls CERT KEY [--client-ca CA]]
Prints the port on the first line. CONTROL is a file that is read before each request; its lines:
  user NAME PASSWORD, bearer TOKEN   what the server demands
  status CODE, retry-after SECONDS   the answer to everything
  redirect URL-PREFIX [OLD]          OLD at the start of the path is replaced, others are served
  cut BYTES, stall-pack              a POST's answer breaks off after BYTES, or stops in the middle
  read-only                          pushes are refused
  stall                              no answer until the client leaves
LOG gets a line "METHOD PATH AUTH" for each request, where AUTH is yes or no.
"""
import base64
import http.server
import os
import ssl
import subprocess
import sys

root, control, log = sys.argv[1:4]


def orders():
    found = {}
    try:
        with open(control) as text:
            for line in text:
                words = line.split()
                if words:
                    found[words[0]] = words[1:]
    except FileNotFoundError:
        pass
    return found


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def allowed(self, order):
        given = self.headers.get("Authorization", "")
        if "user" in order:
            pair = ":".join(order["user"]).encode()
            return given == "Basic " + base64.b64encode(pair).decode()
        if "bearer" in order:
            return given == "Bearer " + order["bearer"][0]
        return True

    def plain(self, status, headers=()):
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def stall(self):
        self.wfile.flush()
        self.connection.recv(1)  # answers once the client is gone
        self.close_connection = True

    def backend(self, body):
        path, _, query = self.path.partition("?")
        environment = {
            "PATH": os.environ["PATH"], "GIT_PROJECT_ROOT": root, "GIT_HTTP_EXPORT_ALL": "1",
            "PATH_INFO": path, "QUERY_STRING": query, "REQUEST_METHOD": self.command,
            "CONTENT_TYPE": self.headers.get("Content-Type", ""), "CONTENT_LENGTH": str(len(body)),
            "REMOTE_ADDR": "127.0.0.1", "GIT_CONFIG_NOSYSTEM": "1", "HOME": root,
            "GIT_CONFIG_COUNT": "2", "GIT_CONFIG_KEY_0": "safe.directory",
            "GIT_CONFIG_VALUE_0": "*", "GIT_CONFIG_KEY_1": "http.receivepack",
            "GIT_CONFIG_VALUE_1": "false" if "read-only" in orders() else "true",
        }
        done = subprocess.run(["git", "http-backend"], input=body, env=environment,
                              stdout=subprocess.PIPE, check=False)
        head, _, content = done.stdout.partition(b"\r\n\r\n")
        headers = [line.split(": ", 1) for line in head.decode().split("\r\n") if line]
        status = 200
        for header in [one for one in headers if one[0] == "Status"]:
            status = int(header[1].split()[0])
            headers.remove(header)
        return status, headers, content

    def serve(self):
        order = orders()
        given = "yes" if "Authorization" in self.headers else "no"
        with open(log, "a") as text:
            text.write(f"{self.command} {self.path} {given}\n")
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if not self.allowed(order):
            return self.plain(401, [("WWW-Authenticate", 'Basic realm="git"')])
        if "status" in order:
            extra = [("Retry-After", order["retry-after"][0])] if "retry-after" in order else []
            return self.plain(int(order["status"][0]), extra)
        prefix, old = (order.get("redirect", [None]) + [""])[:2]
        if prefix is not None and self.path.startswith(old):
            return self.plain(302, [("Location", prefix + self.path[len(old):])])
        if "stall" in order:
            return self.stall()
        status, headers, content = self.backend(body)
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        packed = self.command == "POST"
        if packed and ("cut" in order or "stall-pack" in order):
            part = int(order["cut"][0]) if "cut" in order else len(content) // 2
            self.wfile.write(content[:part])
            if "stall-pack" in order:
                return self.stall()
            self.close_connection = True
            return None
        self.wfile.write(content)
        return None

    do_GET = serve
    do_POST = serve


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        pass


server = Server(("127.0.0.1", 0), Handler)
if "--tls" in sys.argv:
    at = sys.argv.index("--tls")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(sys.argv[at + 1], sys.argv[at + 2])
    if "--client-ca" in sys.argv:
        context.load_verify_locations(sys.argv[sys.argv.index("--client-ca") + 1])
        context.verify_mode = ssl.CERT_REQUIRED
    server.socket = context.wrap_socket(server.socket, server_side=True,
                                        do_handshake_on_connect=False)
print(server.server_port, flush=True)
server.serve_forever()
