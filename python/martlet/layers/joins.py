"""Merging layers: one output from several inputs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from martlet.graph import SymbolicTensor
from martlet.layers.layer import Layer


class Join(Layer):
    """What the layers of several inputs share: they are called on a list of tensors."""

    joins = True

    least: ClassVar[int] = 1
    most: ClassVar[int | None] = None

    def __call__(self, inputs: Any, *args: Any, **kwargs: Any) -> Any:
        """Joins a list of symbolic tensors.

        Raises:
            TypeError: Not a list of symbolic tensors.
            ValueError: Too few or too many of them.
        """
        if not isinstance(inputs, (list, tuple)):
            raise TypeError(
                f"{self.title}: expected a list of symbolic tensors such as [x, y], received "
                f"{type(inputs).__name__}."
            )
        most = len(inputs) if self.most is None else self.most
        if not self.least <= len(inputs) <= most:
            wanted = f"{self.least}" if self.least == self.most else f"at least {self.least}"
            raise ValueError(f"{self.title}: expected {wanted} inputs, received {len(inputs)}.")
        return super().__call__(inputs, *args, **kwargs)


class Add(Join):
    """Adds its inputs, element by element.

    The sum of its inputs, element by element: how a residual network adds what it left out.

    Shapes must be equal, or have extents of 1 where another has more, which are then repeated. Of
    padded sequences a step counts where it does in any; all count if one input has no mask.

    Args:
        **kwargs: See `Layer`.

    Raises:
        ValueError: When the model is built: shapes that differ; the message names the layers.

    Example:
        >>> x = martlet.Input((4,))
        >>> layers.Add()([x, layers.Dense(4)(x)]).shape
        (None, 4)
    """


class Subtract(Join):
    """Subtracts the second input from the first. See `Add` for the shapes.

    Args:
        **kwargs: See `Layer`.
    """

    least = most = 2


class Multiply(Join):
    """Multiplies its inputs, element by element. See `Add` for the shapes.

    A factor for each channel, of shape (1, 1, channels), multiplies an image.

    Where one of two padded sequences is masked, its numbers, mostly zeros, take part as they are;
    Keras leaves them out.

    Args:
        **kwargs: See `Layer`.
    """


class Average(Join):
    """Averages its inputs, element by element. See `Add` for the shapes.

    Args:
        **kwargs: See `Layer`.
    """


class Maximum(Join):
    """Maximum of its inputs, element by element. See `Add` for the shapes.

    Of inputs that are equal, the first gets the gradient. What is NaN in any input is NaN.

    Where one of two padded sequences is masked, its numbers, mostly zeros, take part as they are;
    Keras leaves them out.

    Args:
        **kwargs: See `Layer`.
    """


class Minimum(Join):
    """Minimum of its inputs, element by element. See `Add` for the shapes.

    Of inputs that are equal, the first gets the gradient. What is NaN in any input is NaN.

    Where one of two padded sequences is masked, its numbers, mostly zeros, take part as they are;
    Keras leaves them out.

    Args:
        **kwargs: See `Layer`.
    """


class Concatenate(Join):
    """Concatenates its inputs along an axis.

    Padded sequences that are joined in time (axis 1) bring their masks along; all steps count of an
    input that has none. Joined along another axis, a step counts where it does in any input.

    Args:
        axis: Along which axis, counted with the batch as axis 0 or from the end; the batch cannot
            be joined. All other extents must be equal.
        **kwargs: See `Layer`.

    Raises:
        ValueError: When the model is built: no such axis, or shapes that differ elsewhere.

    Example:
        >>> x, y = martlet.Input((4,)), martlet.Input((3,))
        >>> layers.Concatenate()([x, y]).shape
        (None, 7)
    """

    def __init__(self, axis: int = -1, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.axis: int = self._setting("axis", axis)


def add(inputs: Sequence[SymbolicTensor], **kwargs: Any) -> Any:
    """Returns `Add(**kwargs)(inputs)`."""
    return Add(**kwargs)(inputs)


def subtract(inputs: Sequence[SymbolicTensor], **kwargs: Any) -> Any:
    """Returns `Subtract(**kwargs)(inputs)`."""
    return Subtract(**kwargs)(inputs)


def multiply(inputs: Sequence[SymbolicTensor], **kwargs: Any) -> Any:
    """Returns `Multiply(**kwargs)(inputs)`."""
    return Multiply(**kwargs)(inputs)


def average(inputs: Sequence[SymbolicTensor], **kwargs: Any) -> Any:
    """Returns `Average(**kwargs)(inputs)`."""
    return Average(**kwargs)(inputs)


def maximum(inputs: Sequence[SymbolicTensor], **kwargs: Any) -> Any:
    """Returns `Maximum(**kwargs)(inputs)`."""
    return Maximum(**kwargs)(inputs)


def minimum(inputs: Sequence[SymbolicTensor], **kwargs: Any) -> Any:
    """Returns `Minimum(**kwargs)(inputs)`."""
    return Minimum(**kwargs)(inputs)


def concatenate(inputs: Sequence[SymbolicTensor], axis: int = -1, **kwargs: Any) -> Any:
    """Returns `Concatenate(axis, **kwargs)(inputs)`."""
    return Concatenate(axis, **kwargs)(inputs)
