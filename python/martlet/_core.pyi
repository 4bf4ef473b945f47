"""The Swift engine, as the extension module exposes it.

Private: use the classes of `martlet` instead.
"""

import os
from collections.abc import Callable, Sequence
from typing import final

import numpy as np
import numpy.typing as npt
from typing_extensions import Buffer

_Path = str | bytes | os.PathLike[str] | os.PathLike[bytes]
_Array = npt.NDArray[np.generic]
# For all outputs together, or a list with an array for each.
_Weights = _Array | Sequence[_Array] | None
# progress(batch, batches, samples, values, shows), every `interval` seconds (0: after every batch);
# `shows`: DISPLAY_INTERVAL seconds have passed since it was last true. Returning True ends the run
# after that batch; an exception ends it too, and is raised again by the method that runs.
_Progress = Callable[[int, int, int, tuple[float, ...], bool], object]

__version__: str
DISPLAY_INTERVAL: float
MARTLET_INFERENCE_BATCH: int

@final
class Model:
    """A network inside the engine: weights, gradients, optimiser state and plans."""

    # shared: for each layer that shares its weights, (layer, model that has them, layer there, the
    # first of its parameters there).
    def __new__(
        cls, architecture: str, seed: int, shared: tuple[tuple[int, Model, int, int], ...] = ()
    ) -> Model: ...
    def describe(self) -> str: ...
    def plan(self, batch_size: int, training: bool) -> str: ...
    def set_trainable(self, layer: int, trainable: bool, parameter: int = -1) -> None: ...
    def compile(self, configuration: str) -> None: ...
    def get_hyperparameter(self, name: str) -> float: ...
    def set_hyperparameter(self, name: str, value: float) -> None: ...
    def train(
        self,
        inputs: Sequence[_Array],
        targets: Sequence[_Array],
        sample_weight: _Weights,
        rows: _Array | None,
        batch_size: int,
        shuffle: bool,
        seed: int,
        epoch: int,
        interval: float,
        progress: _Progress | None,
    ) -> tuple[tuple[float, ...], int, int, bool]: ...
    def evaluate(
        self,
        inputs: Sequence[_Array],
        targets: Sequence[_Array],
        sample_weight: _Weights,
        rows: _Array | None,
        batch_size: int,
        interval: float,
        progress: _Progress | None,
    ) -> tuple[tuple[float, ...], int, int, bool]: ...
    def predict(
        self,
        inputs: Sequence[_Array],
        rows: _Array | None,
        batch_size: int,
        interval: float,
        progress: _Progress | None,
    ) -> list[npt.NDArray[np.float32]]: ...
    def gradients(
        self,
        inputs: Sequence[_Array],
        targets: Sequence[_Array],
        sample_weight: _Weights,
        training: bool,
    ) -> tuple[float, ...]: ...
    def profile(
        self,
        inputs: Sequence[_Array],
        targets: Sequence[_Array] | None,
        sample_weight: _Weights,
        batch_size: int,
    ) -> str: ...
    def update(self) -> None: ...
    def save_weights(self, path: _Path, overwrite: bool, allow_nonfinite: bool) -> None: ...
    def load_weights(self, path: _Path, allow_nonfinite: bool) -> None: ...
    def restart_if_diverged(self) -> None: ...
    def view(
        self, which: int, offset: int, shape: tuple[int, ...], writable: bool
    ) -> npt.NDArray[np.float32]: ...
    def parameter(
        self, which: int, layer: int, parameter: int, shape: tuple[int, ...], writable: bool
    ) -> npt.NDArray[np.float32]: ...

def runtime_info() -> str: ...
def set_num_threads(count: int) -> None: ...
def get_num_threads() -> int: ...
def set_matmul_precision(name: str) -> None: ...
def get_matmul_precision() -> str: ...
def registry() -> str: ...
def describe(architecture: str) -> str: ...
def parse_idx(data: Buffer) -> tuple[tuple[int, ...], int]: ...
def readable(array: _Array, /) -> _Array: ...
def find_wrong_label(labels: _Array, classes: int) -> tuple[int, int] | None: ...
def check_finite(array: _Array, name: str) -> None: ...
def write_file(path: _Path, data: Buffer) -> None: ...
