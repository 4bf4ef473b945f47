"""Hostile values: what a program may pass by mistake or from bad data, made anew for each call."""

from __future__ import annotations

import datetime
import decimal
import fractions
import pathlib
import types
from collections.abc import Callable
from typing import Any

import numpy as np

import martlet
from martlet import layers


class MischiefError(Exception):
    """Raised by the special methods of the objects below; it must come through as it is."""


def _mischievous(method: str) -> Callable[[], Any]:
    def act(*_: Any, **__: Any) -> Any:
        raise MischiefError(method)

    return type(f"Raises{method.strip('_').title()}", (), {method: act})


class _Length(list):
    def __len__(self) -> int:
        return 1 << 40


class _Equals:
    def __eq__(self, other: object) -> Any:
        return np.array([True, False])

    __hash__ = None  # type: ignore[assignment]


class _Text(str):
    pass


class _Integer(int):
    pass


def _recursive() -> list[Any]:
    value: list[Any] = [1]
    value.append(value)
    return value


def _read_only() -> np.ndarray:
    array = np.ones((8, 4), np.float32)
    array.flags.writeable = False
    return array


def _model() -> martlet.Model:
    return martlet.Sequential([layers.Dense(3, input_shape=(4,))])


NUMBERS: dict[str, Callable[[], Any]] = {
    str(value): (lambda value=value: value)
    for value in (
        *(None, True, False, -1, 0, 1, 2, 3, 7, -3, 255, 1 << 31, -(1 << 31), 1 << 32, 1 << 53),
        *((1 << 63) - 1, 1 << 63, -(1 << 63), 1 << 64, 10**400, 10**9, 3 * 10**8),
        *(0.0, -0.0, 0.5, -0.5, 1.0, 1.5, 0.9999999999, 1e-8, 1e-46, 1e-300, 1e38, 3.5e38, 1e300),
        *(float("nan"), float("inf"), -float("inf"), 1j),
    )
}

TEXTS: dict[str, Callable[[], Any]] = {
    repr(value)[:20]: (lambda value=value: value)
    for value in (
        *("", "x", "relu", "softmax", "adam", "same", "auto", "mse", "accuracy", "loss", "\x00"),
        *("é\ud800", "🙂", "{", "{epoch}", "{val_loss}", "%s", "../..", "/", ".", "/dev/null"),
        *("w.safetensors", "none/w.safetensors", "a" * 5000, "1e3", "-1", "nan", b"adam", b"\xff"),
    )
}

OBJECTS: dict[str, Callable[[], Any]] = {
    "object": object,
    "class": lambda: layers.Dense,
    "type": lambda: int,
    "function": lambda: lambda *_: 1.0,
    "function without arguments": lambda: lambda: None,
    "print": lambda: print,
    "module": lambda: np,
    "generator": lambda: (value for value in range(3)),
    "endless generator": lambda: iter(int, 1),
    "range": lambda: range(3),
    "set": lambda: {1, 2},
    "frozenset": frozenset,
    "ellipsis": lambda: ...,
    "NotImplemented": lambda: NotImplemented,
    "Decimal": lambda: decimal.Decimal("0.5"),
    "Decimal NaN": lambda: decimal.Decimal("NaN"),
    "Fraction": lambda: fractions.Fraction(1, 3),
    "date": lambda: datetime.date(2020, 2, 29),
    "Path": lambda: pathlib.Path("w.safetensors"),
    "str subclass": lambda: _Text("relu"),
    "int subclass": lambda: _Integer(2),
    "bytearray": lambda: bytearray(b"12"),
    "memoryview": lambda: memoryview(b"12345678"),
    "namespace": lambda: types.SimpleNamespace(shape=(2, 4), dtype="float32"),
    "layer": lambda: layers.Dense(2),
    "model": _model,
    "symbolic tensor": lambda: martlet.Input((4,)),
    "optimizer": lambda: martlet.optimizers.Adam(),
    "loss": lambda: martlet.losses.MeanSquaredError(),
    "metric": lambda: martlet.metrics.Accuracy(),
    "callback": lambda: martlet.callbacks.History(),
    "initializer": lambda: martlet.initializers.Ones(),
    "schedule": lambda: martlet.optimizers.schedules.ExponentialDecay(0.1, 10, 0.5),
    "equals an array": _Equals,
    "long length": _Length,
    **{
        f"raises in {method}": _mischievous(method)
        for method in (
            *("__array__", "__len__", "__iter__", "__index__", "__float__", "__bool__", "__str__"),
            *("__fspath__", "__eq__", "__hash__", "__getitem__", "__call__", "__repr__"),
        )
    },
}

COLLECTIONS: dict[str, Callable[[], Any]] = {
    repr(value)[:40]: (lambda value=value: type(value)(value))
    for value in (
        *((), [], {}, [None], [[]], [()], (1,), (0,), (-1,), (2, 3), (None, 4), (4, None)),
        *((1, 2, 3), (1, 1, 1, 1), (1,) * 9, (1,) * 40, (1 << 31, 1 << 31), (1 << 62, 4)),
        *([1.5], ["x"], [1, "x"], [[1.0], [1.0, 2.0]], [float("nan")] * 4, [1, 2, 3, 4]),
        *({"a": 1}, {1: 2.0}, {0: 1.0, 1: 2.0}, {"class": "Dense"}, {"class": 5, "config": 5}),
        *({"class": "Adam", "config": {"beta_1": 5}}, {"class": "Dense", "config": None}),
        *({None: None}, [[[[[[[[[[1]]]]]]]]]], ["accuracy", "accuracy"], ["mse", "mae"]),
        *(["loss"], [print], [{}], [(1, 2)], {"x": [1, 2]}, ("a", "b"), [True, False]),
    )
} | {
    "recursive list": _recursive,
    "long list": lambda: list(range(5000)),
    "list of arrays": lambda: [np.ones((8, 4)), np.ones((8, 4))],
    "list of callbacks": lambda: [martlet.callbacks.History(), None],
    "list of layers": lambda: [layers.Dense(2), layers.Dense(3)],
    "list of tensors": lambda: [martlet.Input((4,)), martlet.Input((4,))],
    "deep list": lambda: _nested(3000),
}


def _nested(depth: int) -> list[Any]:
    value: list[Any] = []
    for _ in range(depth):
        value = [value]
    return value


ARRAYS: dict[str, Callable[[], Any]] = {
    "(8, 4)": lambda: np.random.default_rng(0).normal(size=(8, 4)),
    "(8,)": lambda: np.arange(8),
    "(7, 4)": lambda: np.ones((7, 4), np.float32),
    "(8, 3)": lambda: np.ones((8, 3), np.float32),
    "(8, 4, 1)": lambda: np.ones((8, 4, 1), np.float32),
    "(4,)": lambda: np.ones(4, np.float32),
    "(0, 4)": lambda: np.ones((0, 4), np.float32),
    "(8, 0)": lambda: np.ones((8, 0), np.float32),
    "0-d": lambda: np.array(1.5),
    "float32 scalar": lambda: np.float32(2),
    "int64 scalar": lambda: np.int64(2),
    "float NaN scalar": lambda: np.float64("nan"),
    "bool": lambda: np.ones((8, 4), bool),
    "uint8": lambda: np.full((8, 4), 200, np.uint8),
    "int8": lambda: np.full((8, 4), -5, np.int8),
    "uint64": lambda: np.full((8,), (1 << 64) - 1, np.uint64),
    "float16": lambda: np.ones((8, 4), np.float16),
    "longdouble": lambda: np.ones((8, 4), np.longdouble),
    "complex": lambda: np.ones((8, 4), complex),
    "object array": lambda: np.array([[None, {}]] * 8, object),
    "numbers as objects": lambda: np.ones((8, 4)).astype(object),
    "strings": lambda: np.array(["a", "b"] * 4),
    "bytes array": lambda: np.array([b"a", b"b"] * 4),
    "dates": lambda: np.array(["2020-01-01"] * 8, "datetime64[D]"),
    "structured": lambda: np.zeros(8, [("a", "f4"), ("b", "i4")]),
    "masked": lambda: np.ma.masked_array(np.ones((8, 4)), mask=np.eye(8, 4, dtype=bool)),
    "matrix": lambda: np.asmatrix(np.ones((8, 4))),
    "NaN": lambda: np.where(np.eye(8, 4), np.nan, 1.0),
    "Inf": lambda: np.where(np.eye(8, 4), np.inf, 1.0),
    "too large for float32": lambda: np.full((8, 4), 1e300),
    "labels 0": lambda: np.zeros(8, int),
    "labels out of range": lambda: np.arange(8) - 4,
    "labels as floats": lambda: np.arange(8) % 3 + 0.5,
    "label column": lambda: np.zeros((8, 1), int),
    "one-hot": lambda: np.eye(3)[np.arange(8) % 3],
    "read-only": _read_only,
    "reversed": lambda: np.ones((8, 4), np.float32)[::-1, ::-1],
    "transposed": lambda: np.ones((4, 8), np.float32).T,
    "every second": lambda: np.ones((16, 8), np.float32)[::2, ::2],
    "broadcast": lambda: np.broadcast_to(np.float32(1), (8, 4)),
    "big-endian": lambda: np.ones((8, 4), ">f4"),
    "many axes": lambda: np.ones((8, *[1] * 20), np.float32),
    "unaligned": lambda: np.zeros(8 * 4 * 4 + 1, np.uint8)[1:].view(np.float32).reshape(8, 4),
}

HOSTILE = {**NUMBERS, **TEXTS, **OBJECTS, **COLLECTIONS, **ARRAYS}
"""Name -> what makes the value."""
