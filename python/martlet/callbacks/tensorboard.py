"""TensorBoard: logs of training for its pages."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from martlet import _checks
from martlet._messages import shown
from martlet.callbacks.callback import Callback, Logs
from martlet.callbacks.event_files import EventFile, Node, require_tensorboardx
from martlet.layers.composition import leaves_of


class TensorBoard(Callback):
    """TensorBoard: writes the logs of training to files that TensorBoard shows.

    The files are Keras's in layout: the folders "train" and "validation" with a scalar
    "epoch_<name>" for each number of the logs, and "epoch_learning_rate". A matrix in the logs,
    such as a confusion matrix, is written as an image; other arrays are left out.

    They are written by the package tensorboardX (`pip install "martlet[tensorboard]"`), without
    TensorFlow, and read with `tensorboard --logdir logs`.

    Args:
        log_dir: The folder; a new one for each run keeps their curves apart.
        histogram_freq: Every how many epochs histograms of all weights are written; 0 for never.
        write_graph: Whether to write the graph of the layers.
        write_images: Whether to write the weights as images, in the epochs of the histograms.
        write_steps_per_second: Whether to write "epoch_steps_per_second", the batches trained.
        update_freq: "epoch", or "batch" or a number of batches for scalars "batch_<name>" too, each
            of the means so far in the epoch, over the batches of all epochs.

    Raises:
        ImportError: In `fit`, before the first epoch: tensorboardX is not installed.
        OSError: There too: the folder cannot be made or written.

    Example:
        >>> callback = martlet.callbacks.TensorBoard("logs/first", histogram_freq=1)
    """

    def __init__(
        self,
        log_dir: str | os.PathLike[str] = "logs",
        histogram_freq: int = 0,
        write_graph: bool = True,
        write_images: bool = False,
        write_steps_per_second: bool = False,
        update_freq: str | int = "epoch",
    ) -> None:
        owner = "TensorBoard"
        self.log_dir = _checks.path_text(owner, log_dir, "log_dir")
        self.histogram_freq = _checks.integer(owner, "histogram_freq", histogram_freq, minimum=0)
        self.write_graph = _checks.flag(owner, "write_graph", write_graph)
        self.write_images = _checks.flag(owner, "write_images", write_images)
        self.write_steps_per_second = _checks.flag(
            owner, "write_steps_per_second", write_steps_per_second
        )
        self.update_freq = _frequency(update_freq)
        if self.update_freq:
            # Only now: a hook of batches that is overridden costs a call for each.
            self.on_train_batch_end = self._write_batch  # type: ignore[method-assign]
        self._files: dict[str, EventFile] = {}
        self._steps = 0
        self._start = 0.0
        self._trains = False

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Opens the file, and writes the graph."""
        self.close()
        require_tensorboardx()
        self._steps = 0
        self._trains = True
        file = self._file("train")
        if self.write_graph:
            file.graph(_nodes(self.model))
            file.flush()

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        """Starts the clock."""
        self._start = time.monotonic()

    def on_test_end(self, logs: Logs | None = None) -> None:
        """Writes the numbers of a validation over the updates so far."""
        if self._trains:
            step = self.model.optimizer.iterations
            for name, value in (logs or {}).items():
                self._write("validation", f"evaluation_{name}_vs_iterations", value, step)

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Writes the numbers of the epoch, and the weights if it is their turn."""
        seconds = time.monotonic() - self._start
        numbers: dict[str, Any] = {**(logs or {})}
        numbers.setdefault("learning_rate", self.model.optimizer.learning_rate)
        if self.write_steps_per_second and seconds > 0:
            numbers["steps_per_second"] = self.params["steps"] / seconds
        for name, value in numbers.items():
            folder = "validation" if name.startswith("val_") else "train"
            self._write(folder, f"epoch_{name.removeprefix('val_')}", value, epoch)
        if self.histogram_freq and epoch % self.histogram_freq == 0:
            self._write_weights(epoch)
        for file in self._files.values():
            file.flush()

    def close(self) -> None:
        """Closes the files."""
        files, self._files = self._files, {}
        self._trains = False
        for file in files.values():
            file.close()

    def _write_batch(self, batch: int, logs: Logs | None = None) -> None:
        self._steps += 1
        if self._steps % self.update_freq == 0:
            for name, value in (logs or {}).items():
                self._write("train", f"batch_{name}", value, self._steps - 1)

    def _write(self, folder: str, tag: str, value: Any, step: int) -> None:
        if not isinstance(value, (int, float, np.generic, np.ndarray)):
            return
        array = np.asarray(value)
        if array.dtype.kind not in "biuf" or not array.size:
            return
        if array.ndim == 0:
            self._file(folder).scalar(tag, float(array), step)
        elif array.ndim == 2:
            self._file(folder).image(tag, array, step)

    def _write_weights(self, epoch: int) -> None:
        file = self._file("train")
        for tag, values in _weights(self.model):
            file.histogram(f"{tag}/histogram", values, epoch)
            if self.write_images:
                file.image(f"{tag}/image", _picture(values), epoch)

    def _file(self, folder: str) -> EventFile:
        if folder not in self._files:
            self._files[folder] = EventFile(os.path.join(self.log_dir, folder))
        return self._files[folder]


def _frequency(value: Any) -> int:
    """Returns every how many batches scalars are written; 0 for never."""
    if isinstance(value, str):
        if value not in ("epoch", "batch"):
            raise ValueError(
                'TensorBoard: expected update_freq to be "epoch", "batch" or a number of batches, '
                f"received {shown(value)}."
            )
        return int(value == "batch")
    return _checks.integer("TensorBoard", "update_freq", value)


def _weights(model: Any) -> Iterator[tuple[str, npt.NDArray[Any]]]:
    leaves = dict.fromkeys(leaf for part in model.layers for leaf in leaves_of(part))
    for leaf in leaves:
        if leaf.weights:
            for name in leaf.built_weights.shapes:
                yield f"{leaf.name}/{name}", leaf.built_weights.view(name)


def _picture(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """A weight as a matrix: kernels of convolutions lie side by side, one row for each input."""
    if values.ndim == 4:
        rows, columns, inputs, outputs = values.shape
        tiles = np.transpose(values, (2, 0, 3, 1))
        return np.reshape(tiles, (inputs * rows, outputs * columns))
    matrix = np.reshape(values, (-1, values.shape[-1] if values.ndim else 1))
    return matrix.T if matrix.shape[0] > matrix.shape[1] else matrix


def _nodes(model: Any) -> list[Node]:
    graph = model.built_model.graph
    level = graph.level()
    names = [entry.part.name for entry in level]
    # A layer that is used again is a node of its own, as TensorFlow names them.
    names = [name if names.index(name) == at else f"{name}_{at}" for at, name in enumerate(names)]
    return [
        (names[at], type(entry.part).__name__, [names[place.use] for place in entry.read])
        for at, entry in enumerate(level)
    ]
