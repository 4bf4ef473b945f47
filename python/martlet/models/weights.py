"""Weights of a model: those of all its layers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy.typing as npt

from martlet import _checks
from martlet.layers.bound import assign_all
from martlet.layers.composition import leaves_of
from martlet.layers.memory import Array
from martlet.models.network import Network


class HasWeights(Network):
    """A network whose weights can be read and assigned."""

    @property
    def weights(self) -> list[Array]:
        """Read-only views of the engine's memory for all parameters, without a copy."""
        return [view for layer in self._holders() for view in layer.weights]

    @property
    def trainable_weights(self) -> list[Array]:
        """The views of what training changes."""
        return [view for layer in self._holders() for view in layer.trainable_weights]

    @property
    def non_trainable_weights(self) -> list[Array]:
        """The views of what no optimizer changes: statistics, and all weights of frozen layers."""
        return [view for layer in self._holders() for view in layer.non_trainable_weights]

    @property
    def variables(self) -> list[Array]:
        """The variables of the model: another name of `weights`."""
        return self.weights

    @property
    def trainable_variables(self) -> list[Array]:
        """The trainable variables: another name of `trainable_weights`."""
        return self.trainable_weights

    @property
    def non_trainable_variables(self) -> list[Array]:
        """The non-trainable variables: another name of `non_trainable_weights`."""
        return self.non_trainable_weights

    def _holders(self) -> list[Any]:
        """The single layers that have weights, each once, in the order of `layers`.

        As in Keras, all of an inner model are there, also where nobody reads one of its outputs.
        """
        present = self.built_model.graph.holders
        leaves = [leaf for part in self.parts for leaf in leaves_of(part)]
        built = [leaf for leaf in leaves if leaf in present or leaf.built]
        return list(dict.fromkeys([*built, *present]))

    def get_weights(self) -> list[Array]:
        """Returns copies of all parameters, which later training does not change."""
        return [view.copy() for view in self.weights]

    def set_weights(self, weights: Sequence[npt.ArrayLike]) -> None:
        """Copies values into all parameters.

        Args:
            weights: One array for each parameter, in the order of `get_weights`, which is Keras's.
                A list from a version of this package whose functional models had another order
                does not fit; files and pickles of it do, for their weights go by layer.

        Raises:
            ValueError: Another number of arrays, a wrong shape, or values that are not finite;
                nothing has changed then.
        """
        assign_all("set_weights", self._holders(), weights)

    def count_params(self) -> int:
        """Returns the number of scalars in the parameters."""
        return sum(layer.count_params() for layer in self._holders())

    @property
    def trainable(self) -> bool:
        """Whether any layer is trainable. Assigning sets it for all of them."""
        return any(layer.trainable for layer in self.parts)

    @trainable.setter
    def trainable(self, value: bool) -> None:
        # Parts that are added later follow it too.
        self._trainable = _checks.flag(self.title, "trainable", value)
        for layer in self.parts:
            layer.trainable = value
