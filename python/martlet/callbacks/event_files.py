"""Event files, which TensorBoard reads, written by tensorboardX."""

from __future__ import annotations

import importlib.util
import os
import time
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

Node = tuple[str, str, Sequence[str]]
"""A node of a graph: its name, its class, and the names of what it reads."""


def require_tensorboardx() -> None:
    """Raises ImportError with the remedy when tensorboardX is not installed."""
    if importlib.util.find_spec("tensorboardX") is None:
        raise ImportError(
            "TensorBoard: expected the package tensorboardX, which writes the files, and it was "
            'not found. Install it with: pip install "martlet[tensorboard]"'
        )


_BUCKETS = 30
"""Of a histogram, as in Keras."""


class EventFile:
    """A new event file in a folder, which is made if it is missing.

    Everything is written at once by the calling thread, so that a full disk is an error here.

    Raises:
        OSError: The folder cannot be made or written.
    """

    def __init__(self, folder: str) -> None:
        require_tensorboardx()
        from tensorboardX.event_file_writer import EventsWriter

        try:
            os.makedirs(folder, exist_ok=True)
            self._writer = EventsWriter(os.path.join(folder, "events"), _suffix())
            self._writer.flush()
        except OSError as error:
            raise type(error)(
                error.errno,
                f"TensorBoard: expected a folder that can be written, received {folder} "
                f"({error.strerror}). Pass another log_dir",
            ) from None

    def scalar(self, tag: str, value: float, step: int) -> None:
        """Writes a scalar."""
        from tensorboardX import summary

        self._summary(summary.scalar(tag, value), step)

    def histogram(self, tag: str, values: npt.NDArray[Any], step: int) -> None:
        """Writes the histogram of the finite values; nothing if there are none."""
        from tensorboardX import summary

        finite = values[np.isfinite(values)]
        if finite.size:
            self._summary(summary.histogram(tag, finite, _BUCKETS), step)

    def image(self, tag: str, values: npt.NDArray[Any], step: int) -> None:
        """Writes a matrix as a grey image, from its least value in black to its greatest."""
        from tensorboardX import summary

        self._summary(summary.image(tag, _grey(values), dataformats="HW"), step)

    def graph(self, nodes: Iterable[Node]) -> None:
        """Writes a graph."""
        from tensorboardX.proto.event_pb2 import Event
        from tensorboardX.proto.graph_pb2 import GraphDef
        from tensorboardX.proto.node_def_pb2 import NodeDef
        from tensorboardX.proto.versions_pb2 import VersionDef

        made = [NodeDef(name=name, op=kind, input=read) for name, kind, read in nodes]
        graph = GraphDef(node=made, versions=VersionDef(producer=22))
        self._event(Event(graph_def=graph.SerializeToString()), 0)

    def flush(self) -> None:
        """Hands what was written to the system."""
        self._writer.flush()

    def close(self) -> None:
        """Closes the file."""
        self._writer.close()

    def _summary(self, summary: Any, step: int) -> None:
        from tensorboardX.proto.event_pb2 import Event

        self._event(Event(summary=summary), step)

    def _event(self, event: Any, step: int) -> None:
        event.wall_time = time.time()
        event.step = step
        self._writer.write_event(event)


def _suffix() -> str:
    # The name holds the second only, and two runs may start within one.
    return f".{os.getpid()}.{time.monotonic_ns()}"


def _grey(values: npt.NDArray[Any]) -> npt.NDArray[np.uint8]:
    matrix = np.nan_to_num(np.asarray(values, np.float64), posinf=0.0, neginf=0.0)
    low, high = matrix.min(), matrix.max()
    scaled = (matrix - low) / (high - low) if high > low else np.zeros_like(matrix)
    grey: npt.NDArray[np.uint8] = np.round(scaled * 255).astype(np.uint8)
    return grey
