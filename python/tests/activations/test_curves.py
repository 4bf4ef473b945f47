"""The activation functions by name: NumPy's and the engine's, values and gradients."""

from __future__ import annotations

import numpy as np
import pytest

import martlet
from martlet import activations, layers
from martlet._settings import registry

X = np.concatenate([np.linspace(-8, 8, 97), [-1000, -90, 90, 1000], [1e-5, -1e-5, 0]])
CHOICES = registry()["layers"]["Activation"]["activation"]["choices"]
OTHER_NAMES = ["swish", "hard_swish"]
NAMES = [*CHOICES, *OTHER_NAMES]


def test_the_module_has_the_functions_of_the_engine():
    assert {*activations.__all__} == {*NAMES, "get", "serialize", "deserialize"}


def engine(name, x):
    layer = layers.Activation(name, input_shape=(x.shape[-1],))
    return martlet.Sequential([layer]).predict(x)


@pytest.mark.parametrize("name", NAMES)
def test_the_engine_agrees_with_numpy(name):
    x = X[None] if name != "exponential" else np.minimum(X, 80)[None]
    expected = activations.get(name)(x)
    np.testing.assert_allclose(engine(name, x), expected, rtol=2e-6, atol=1e-6)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("as_argument", [True, False])
def test_gradients_are_finite_differences(name, as_argument):
    generator = np.random.default_rng(3)
    dense = layers.Dense(6, input_shape=(4,), activation=name if as_argument else None)
    rest = [] if as_argument else [layers.Activation(name)]
    model = martlet.Sequential([dense, *rest])
    model.compile("sgd", "mse")
    x, targets = generator.normal(size=(17, 4)), generator.normal(size=(17, 6))
    model.compute_gradients(x, targets, training=False)
    kernel = dense.kernel.astype(np.float64)
    direction = generator.normal(size=kernel.shape)

    # The functions of the module give float32, for which steps are wide and answers coarse.
    function, step, tolerance = activations.get(name), 1e-2, 1e-2
    if name in FORMULAS:
        function, step, tolerance = FORMULAS[name], 1e-6, 1e-4

    def loss(step):
        y = function(x @ (kernel + step * direction) + dense.bias).astype(np.float64)
        return np.mean((y - targets) ** 2)

    expected = (loss(step) - loss(-step)) / (2 * step)
    received = (dense.kernel_gradient * direction).sum()
    assert received == pytest.approx(expected, rel=tolerance, abs=tolerance / 10)


def normal(x):
    from math import erfc, sqrt

    return np.vectorize(lambda value: 0.5 * erfc(-value / sqrt(2)))(x)


FORMULAS = {
    "elu": lambda x: np.where(x > 0, x, np.expm1(x)),
    "selu": lambda x: 1.0507009873554805 * np.where(x > 0, x, 1.6732632423543772 * np.expm1(x)),
    "gelu": lambda x: x * normal(x),
    "gelu_tanh": lambda x: 0.5 * x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3))),
    "silu": lambda x: x / (1 + np.exp(-x)),
    "swish": lambda x: x / (1 + np.exp(-x)),
    "mish": lambda x: x * np.tanh(np.log1p(np.exp(x))),
    "softplus": lambda x: np.log1p(np.exp(x)),
    "softsign": lambda x: x / (1 + np.abs(x)),
    "hard_sigmoid": lambda x: np.clip(x / 6 + 0.5, 0, 1),
    "relu6": lambda x: np.clip(x, 0, 6),
    "celu": lambda x: np.where(x > 0, x, np.expm1(x)),
    "hard_silu": lambda x: x * np.clip(x / 6 + 0.5, 0, 1),
    "hard_swish": lambda x: x * np.clip(x / 6 + 0.5, 0, 1),
    "hard_tanh": lambda x: np.minimum(np.maximum(x, -1), 1),
    "hard_shrink": lambda x: x * (np.abs(x) > 0.5),
    "soft_shrink": lambda x: np.sign(x) * np.maximum(np.abs(x) - 0.5, 0),
    "tanh_shrink": lambda x: x - np.tanh(x),
    "log_sigmoid": lambda x: -np.log1p(np.exp(-x)),
    "squareplus": lambda x: (x + np.sqrt(x**2 + 4)) / 2,
    "sparse_plus": lambda x: np.select([x <= -1, x < 1], [0 * x, (x + 1) ** 2 / 4], x),
    "sparse_sigmoid": lambda x: np.select([x <= -1, x < 1], [0 * x, (x + 1) / 2], 1 + 0 * x),
    "exponential": np.exp,
    "log_softmax": lambda x: x - np.log(np.exp(x).sum(axis=-1, keepdims=True)),
}


@pytest.mark.parametrize("name", sorted(FORMULAS))
def test_the_functions_are_their_formulas(name):
    x = np.linspace(-8, 8, 97)
    np.testing.assert_allclose(activations.get(name)(x), FORMULAS[name](x), rtol=2e-6, atol=2e-7)


def test_names_go_out_and_come_back():
    for name in CHOICES:
        assert activations.serialize(activations.deserialize(name)) == name
    assert activations.serialize(activations.hard_swish) == "hard_silu"
    with pytest.raises(ValueError, match="sigmoid"):
        activations.deserialize("sigmod")


def test_relu_on_arrays_with_its_arguments():
    """As in Keras: below the threshold of 1 it is half of the distance to it."""
    received = activations.relu([-4.0, 0.5, 1.5, 9.0], 0.5, 2, 1)
    np.testing.assert_array_equal(received, [-2.5, -0.25, 1.5, 2.0])
    np.testing.assert_array_equal(activations.relu([-4.0, 9.0], max_value=6), [0, 6])
    np.testing.assert_array_equal(activations.relu([0.5, 1.0, 2.0], threshold=1), [0, 1, 2])
    with pytest.raises(ValueError, match="relu: expected max_value to be at least 0"):
        activations.relu([1.0], max_value=-1)


def test_arguments_of_the_new_functions():
    x = np.array([-2.0, -0.3, 0.3, 2.0])
    np.testing.assert_allclose(activations.hard_shrink(x, 0.25), x)
    np.testing.assert_allclose(activations.soft_shrink(x, 1.5), [-0.5, 0, 0, 0.5])
    np.testing.assert_allclose(activations.squareplus(x, 0), [0, 0, 0.3, 2.0], atol=1e-7)
    twin = np.where(x > 0, x, 0.5 * np.expm1(x / 0.5))
    np.testing.assert_allclose(activations.celu(x, 0.5), twin, rtol=1e-6)
    for call in (
        lambda: activations.celu(x, 0),
        lambda: activations.hard_shrink(x, -1),
        lambda: activations.soft_shrink(x, -1),
        lambda: activations.squareplus(x, -1),
    ):
        with pytest.raises(ValueError, match="expected"):
            call()


def test_gelu_by_tanh():
    np.testing.assert_array_equal(activations.gelu(X, approximate=True), activations.gelu_tanh(X))
    assert activations.get("swish") is activations.silu


def test_relu_with_all_its_arguments():
    layer = layers.ReLU(max_value=2, negative_slope=0.5, threshold=1, input_shape=(4,))
    y = martlet.Sequential([layer]).predict([[-1.0, 0.5, 1.5, 9.0]])
    np.testing.assert_allclose(y, [[-1.0, -0.25, 1.5, 2.0]])
    with pytest.raises(ValueError, match="max_value"):
        layers.ReLU(max_value=-1)


def test_elu():
    x = np.array([[-2.0, 0.0, 3.0]])
    y = martlet.Sequential([layers.ELU(0.5, input_shape=(3,))]).predict(x)
    np.testing.assert_allclose(y, activations.elu(x, 0.5), rtol=1e-6)
    with pytest.raises(ValueError, match="alpha"):
        layers.ELU(-1)
