from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs

import pytest

from api_support import compiled, digits
from martlet.callbacks import RemoteMonitor

X, Y = digits(32)


@pytest.fixture
def server():
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            server.received.append((self.path, dict(self.headers), body))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *arguments):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    server.received = []
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("as_json", [False, True])
def test_the_logs_of_each_epoch_arrive(server, as_json):
    root = f"http://127.0.0.1:{server.server_port}"
    monitor = RemoteMonitor(root, headers={"X-Key": "k"}, send_as_json=as_json)
    history = compiled().fit(X, Y, epochs=2, verbose=0, callbacks=monitor).history
    assert len(server.received) == 2
    for epoch, (path, headers, body) in enumerate(server.received):
        sent = json.loads(body if as_json else parse_qs(body)["data"][0])
        assert sent == {"epoch": epoch, **{name: history[name][epoch] for name in history}}
        assert (path, headers["X-Key"]) == ("/publish/epoch/end/", "k")


def test_a_server_that_is_not_there_is_a_warning():
    with pytest.warns(UserWarning, match=r"could not reach the server at http://127\.0\.0\.1:9"):
        compiled().fit(X, Y, verbose=0, callbacks=RemoteMonitor("http://127.0.0.1:9"))


def test_a_root_that_is_no_address_is_refused():
    with pytest.raises(ValueError, match='root to begin with "http://"'):
        RemoteMonitor("localhost:9000")


@pytest.mark.parametrize("arguments", [{"path": "publish"}, {"headers": {"X-Key": None}}])
def test_a_bad_path_or_header_is_refused(arguments):
    with pytest.raises((TypeError, ValueError), match=r"RemoteMonitor: expected (path|the header)"):
        RemoteMonitor(**arguments)
