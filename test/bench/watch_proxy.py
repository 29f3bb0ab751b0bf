"""Stands between an agent and the API server: everything goes through, and what is added to a watch
looks like the server's own events, more of them than a server on the same machine can send."""
import http.client
import http.server
import json
import ssl
import threading
import urllib.parse

HOP_HEADERS = ("connection", "host", "transfer-encoding", "content-length", "keep-alive")


class Stream:
    """One watch of the agent: whole events, each a chunk, from any thread."""

    def __init__(self, out):
        self.out = out
        self.lock = threading.Lock()

    def send(self, event):
        try:
            with self.lock:
                self.out.write(b"%x\r\n%b\r\n" % (len(event), event))
        except OSError as error:
            raise RuntimeError("the agent ended this watch: it fell behind, or it ended") from error


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, *_):
        pass

    def handle_any(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        upstream = self.server.connect()
        headers = {key: value for key, value in self.headers.items()
                   if key.lower() not in HOP_HEADERS}
        upstream.request(self.command, self.path, body, headers)
        response = upstream.getresponse()
        try:
            if response.status == 200 and self.watched():
                self.stream(response)
            else:
                self.answer(response)
        finally:
            upstream.close()

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = handle_any

    def watched(self):
        """What is watched; empty where it is no watch."""
        path, _, query = self.path.partition("?")
        options = urllib.parse.parse_qs(query)
        return path if options.get("watch", ["0"])[0] in ("1", "true") else ""

    def send_head(self, response, *more):
        self.send_response(response.status)
        for key, value in (*((key, value) for key, value in response.getheaders()
                             if key.lower() not in HOP_HEADERS), *more):
            self.send_header(key, value)
        self.end_headers()

    def answer(self, response):
        data = response.read()
        self.send_head(response, ("Content-Length", str(len(data))))
        self.wfile.write(data)

    def stream(self, response):
        self.send_head(response, ("Transfer-Encoding", "chunked"))
        stream = Stream(self.wfile)
        self.server.streams.setdefault(self.watched(), []).append(stream)
        rest = b""
        self.close_connection = True
        while data := response.read1(1 << 16):
            whole, newline, rest = (rest + data).rpartition(b"\n")
            if newline:
                stream.send(whole + newline)


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_):
        """The agent ends connections as it likes."""


class WatchProxy:
    def __init__(self, plane):
        self.server = Server(("127.0.0.1", 0), Handler)
        pki = plane.folder / "pki"
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(pki / "apiserver.crt", pki / "apiserver.key")
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        upstream = ssl.create_default_context(cafile=pki / "ca.crt")
        upstream.load_cert_chain(pki / "agent.crt", pki / "agent.key")
        address = urllib.parse.urlsplit(plane.server)
        self.server.connect = lambda: http.client.HTTPSConnection(
            address.hostname, address.port, context=upstream)
        self.server.streams = {}
        self.kubeconfig = plane.folder / "proxied.kubeconfig"
        self.kubeconfig.write_text((plane.folder / "agent.kubeconfig").read_text().replace(
            plane.server, f"https://127.0.0.1:{self.server.server_address[1]}"))
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stream(self, path):
        """The newest watch of a path."""
        return self.server.streams[path][-1]

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


class Copies:
    """A recorded object as event after event, each with a version and a condition of its own."""

    def __init__(self, recorded):
        self.version = int(recorded["metadata"]["resourceVersion"])
        metadata = {**recorded["metadata"], "resourceVersion": "@version@"}
        condition = {"type": "Bench", "status": "True", "reason": "Written", "message": "@message@",
                     "lastTransitionTime": "2026-01-01T00:00:00Z"}
        status = {**recorded.get("status", {}), "conditions": [condition]}
        event = {"type": "MODIFIED",
                 "object": {**recorded, "metadata": metadata, "status": status}}
        text = json.dumps(event, separators=(",", ":")) + "\n"
        self.head, rest = text.encode().split(b"@version@")
        self.middle, self.tail = rest.split(b"@message@")

    def event(self, version):
        return b"%b%d%bfor version %d%b" % (self.head, version, self.middle, version, self.tail)
