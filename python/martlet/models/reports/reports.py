"""Report methods of a model."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from martlet import _checks
from martlet._keras import takes_keras_arguments
from martlet.data import Dataset
from martlet.models.batch_sizes import (
    DEFAULT_BATCH_SIZE,
    MEASURING_BATCH_SIZE,
    checked_batch_size,
)
from martlet.models.prepared import prepared
from martlet.models.reports.plan import Plan
from martlet.models.reports.profile import Profile
from martlet.models.reports.summary import Columns, show
from martlet.models.weights import HasWeights


class Reports(HasWeights):
    """A network that describes itself."""

    @takes_keras_arguments("Model.summary")
    def summary(
        self,
        line_length: int | None = None,
        print_fn: Callable[[str], object] | None = None,
        expand_nested: bool = False,
        show_trainable: bool = False,
    ) -> None:
        """Prints a summary of the network: layers, output shapes, numbers of parameters.

        Args:
            line_length: The most columns that a line may have; longer cells go over several lines.
                None for the width of the terminal, or 80 where there is none.
            print_fn: What takes the text, line by line. None prints it; in a notebook it displays a
                table that adapts to the page.
            expand_nested: Whether the layers of models within it have rows too.
            show_trainable: Whether to say for each layer if training changes it: Y, N, or - for one
                without weights.
        """
        nested = _checks.flag("summary", "expand_nested", expand_nested)
        trained = _checks.flag("summary", "show_trainable", show_trainable)
        show(self, line_length, print_fn, Columns(nested, trained))

    def plan(self, batch_size: int = 32, training: bool = True) -> Plan:
        """Returns how the engine runs a batch: steps, what they cost, and where their memory lies.

        Args:
            batch_size: Samples in the batch.
            training: Whether the steps of a backward pass are in it.

        Returns:
            A table that prints itself, in a notebook too; its `steps` are plain values.

        Example:
            >>> model = martlet.Sequential([layers.Dense(10, input_shape=(784,))])
            >>> model.plan(batch_size=64, training=False).flops
            1003520
        """
        size = _checks.integer("plan", "batch_size", batch_size)
        return Plan(self.built_model.plan(size, _checks.flag("plan", "training", training)), size)

    def profile(self, x: Any, y: Any = None, batch_size: int | None = None) -> Profile:
        """Profiles where the time of a batch goes, for about a third of a second.

        With `y` it measures steps of training. They are real, but then everything is put back:
        weights, optimizer and random numbers are as they were before.

        Args:
            x: Samples, as in `fit`, of which whole batches are used; one batch will do.
            y: Targets, as in `fit`; None measures predictions.
            batch_size: Samples in a batch; by default as many as `fit` (32) or `predict` (256)
                take, and never more than there are.

        Returns:
            A table that prints itself, in a notebook too; its `steps` are plain values.

        Raises:
            RuntimeError: The model is not compiled, or its input shape is not known.
            ValueError: Shapes, lengths, labels or values that do not fit.

        Example:
            >>> model = martlet.Sequential([layers.Dense(10, input_shape=(784,))])
            >>> profile = model.profile(np.zeros((256, 784)))
            >>> [step["name"] for step in profile.steps]
            ['gather', 'dense', 'scatter']
        """
        default = DEFAULT_BATCH_SIZE if y is not None else MEASURING_BATCH_SIZE
        size = checked_batch_size("profile", batch_size, default)
        data = Dataset.of_inputs(x, self.built_for(x)) if y is None else prepared(self, x, y)
        with self.turn:
            return Profile(self.built_model.profile(data, size))
