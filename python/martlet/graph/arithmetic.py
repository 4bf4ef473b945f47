"""Arithmetic operators of symbolic tensors, as layers: `x + y`, `0.5 * x`."""

from __future__ import annotations

import operator
from collections.abc import Callable
from numbers import Real
from typing import Any, NamedTuple

from martlet import _checks

_UFUNCS = {"add": operator.add, "subtract": operator.sub, "multiply": operator.mul}


class Arithmetic:
    """What a symbolic tensor can do with another one, or with a plain number.

    Masks go through as through the layers that it stands for. (In Keras arithmetic loses them.)
    """

    __slots__ = ()

    def __add__(self, other: Any) -> Any:
        return _scaled(self, 1, other) if isinstance(other, Real) else _joined("Add", self, other)

    __radd__ = __add__

    def __sub__(self, other: Any) -> Any:
        if isinstance(other, Real):
            return _scaled(self, 1, -_checks.number("arithmetic", "the number", other))
        return _joined("Subtract", self, other)

    def __rsub__(self, other: Any) -> Any:
        return _scaled(self, -1, other) if isinstance(other, Real) else NotImplemented

    def __mul__(self, other: Any) -> Any:
        if isinstance(other, Real):
            return _scaled(self, other, 0)
        return _joined("Multiply", self, other)

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Any:
        if isinstance(other, Real):
            divisor = _checks.number("arithmetic", "the divisor", other)
            if divisor == 0:
                raise ZeroDivisionError(f"{self!r}: expected a divisor other than 0.")
            return _scaled(self, 1 / divisor, 0)
        return NotImplemented

    def __neg__(self) -> Any:
        return _scaled(self, -1, 0)

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **_: Any) -> Any:
        """Lets a NumPy number stand on the left; whatever else NumPy is asked for is refused."""
        plain = [float(item) if isinstance(item, Real) else item for item in inputs]
        known = all(isinstance(item, (float, Arithmetic)) for item in plain)
        if ufunc.__name__ in _UFUNCS and method == "__call__" and known and len(plain) == 2:
            return _UFUNCS[ufunc.__name__](*plain)
        return self._refuse(f"apply numpy.{ufunc.__name__} to it")

    def _refuse(self, action: str) -> Any:
        raise NotImplementedError


class Operators(NamedTuple):
    """The layers that arithmetic stands for.

    Attributes:
        join: Makes "Add", "Subtract" or "Multiply" of a list of two tensors.
        scale: Makes `factor * x + offset` of a tensor, a factor and an offset.
    """

    join: Callable[[str, list[Any]], Any]
    scale: Callable[[Any, float, float], Any]


_OPERATORS: list[Operators] = []


def set_operators(operators: Operators) -> None:
    """Says what arithmetic makes. The layers, which know tensors and not the other way, do so."""
    _OPERATORS[:] = [operators]


def _joined(name: str, left: Any, right: Any) -> Any:
    if not isinstance(right, Arithmetic):
        return NotImplemented
    return _OPERATORS[0].join(name, [left, right])


def _scaled(tensor: Any, scale: Any, offset: Any) -> Any:
    factor = _checks.factor("arithmetic", "the number", scale)
    offset = _checks.number("arithmetic", "the number", offset)
    return _OPERATORS[0].scale(tensor, factor, offset)
