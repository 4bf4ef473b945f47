"""What a peer implements: build a network, train over rows, predict."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from digits import Digits, Floats
from networks import Network

Predictor = Callable[[], object]


class UnsupportedError(Exception):
    """This peer cannot build this network; the message says why."""


class BasePeer(ABC):
    """One model in one library, made in one of the ways that library offers.

    The worker builds every way, tries each for a few steps and measures the quickest, so that no
    library is judged by the wrong setting.

    Args:
        way: One of `ways(network)`.
        network: The network to build.
        digits: The data, already in memory; the peer may move it into its own tensors.
        batch_size: Images per training step.
        threads: Threads the library may use; the process is bound to as many cores.
    """

    label: ClassVar[str]

    @classmethod
    @abstractmethod
    def ways(cls, network: Network) -> tuple[str, ...]:
        """The settings worth trying, the most promising first: time to try them is limited.

        Raises:
            UnsupportedError: There is none.
        """

    @classmethod
    @abstractmethod
    def version(cls) -> str:
        """The library and its version."""

    @abstractmethod
    def __init__(
        self, way: str, network: Network, digits: Digits, batch_size: int, threads: int
    ) -> None: ...

    @abstractmethod
    def train(self, rows: int) -> None:
        """One shuffled pass over the first `rows` images; returns when the work is done."""

    @abstractmethod
    def predictors(self, images: Floats) -> Mapping[str, Predictor]:
        """Ways of computing the outputs for `images`, which are already in the library's memory.

        A call returns the outputs, computed, in the library's own array type.
        """

    @abstractmethod
    def parameter_count(self) -> int:
        """How many numbers are trained."""

    def array(self, outputs: Any) -> npt.NDArray[np.float32]:
        """What a predictor gave, as a NumPy array."""
        return np.asarray(outputs, dtype=np.float32)
