"""Sends the logs of each epoch to a server."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import numpy as np

from martlet import _checks
from martlet.callbacks.callback import Callback, Logs
from martlet.utils import console

_PATIENCE = 10
"""Seconds that a server has for its answer; training waits meanwhile."""


class RemoteMonitor(Callback):
    """Remote monitor: posts the logs of each epoch to a server, as JSON.

    A server that cannot be reached is a warning; training goes on. It takes the standard library
    only (Keras takes `requests`).

    Args:
        root: The server's address.
        path: What follows it.
        field: The field of the form that holds the JSON.
        headers: More headers of the request, or None.
        send_as_json: Whether the request is the JSON itself, rather than a form.
    """

    def __init__(
        self,
        root: str = "http://localhost:9000",
        path: str = "/publish/epoch/end/",
        field: str = "data",
        headers: Mapping[str, str] | None = None,
        send_as_json: bool = False,
    ) -> None:
        owner = "RemoteMonitor"
        self.root = _checks.text(owner, "root", root)
        if not self.root.startswith(("http://", "https://")):
            raise ValueError(
                f'{owner}: expected root to begin with "http://" or "https://", received "{root}".'
            )
        self.path = _checks.text(owner, "path", path)
        if not self.path.startswith("/"):
            raise ValueError(f'{owner}: expected path to begin with "/", received "{path}".')
        self.field = _checks.text(owner, "field", field)
        self.headers = {} if headers is None else dict(_checks.config(owner, headers))
        for name, value in self.headers.items():
            _checks.text(owner, f"the header {name}", value)
        self.send_as_json = _checks.flag(owner, "send_as_json", send_as_json)

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Sends the epoch and its logs."""
        from http.client import HTTPException
        from urllib.parse import urlencode
        from urllib.request import Request, urlopen

        text = json.dumps({"epoch": epoch, **{k: _plain(v) for k, v in (logs or {}).items()}})
        kind = "application/json" if self.send_as_json else "application/x-www-form-urlencoded"
        body = text if self.send_as_json else urlencode({self.field: text})
        headers = {"Content-Type": kind, **self.headers}
        try:
            request = Request(self.root + self.path, body.encode(), headers, method="POST")
            urlopen(request, timeout=_PATIENCE).close()
        except (OSError, ValueError, HTTPException) as error:
            console.warn(f"RemoteMonitor: could not reach the server at {self.root}: {error}")


def _plain(value: Any) -> Any:
    return value.tolist() if isinstance(value, (np.ndarray, np.generic)) else value
