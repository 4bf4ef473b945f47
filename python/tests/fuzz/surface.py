"""The public interface: what can be called, with arguments that work."""

from __future__ import annotations

import inspect
import itertools
import math
import operator
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

import martlet
from martlet import (
    activations,
    callbacks,
    initializers,
    layers,
    losses,
    metrics,
    models,
    optimizers,
    utils,
)
from martlet.datasets import mnist
from martlet.optimizers import schedules

Arguments = dict[str, Callable[[], Any]]


@dataclass(frozen=True)
class Target:
    """Something that can be called.

    Attributes:
        name: What to call it in a report.
        make: Returns the function, and the model that must be whole afterwards, if there is one.
        good: Arguments that work, each made anew.
        others: Further arguments, whose defaults work.
        use: What to do with the result.
    """

    name: str
    make: Callable[[], tuple[Callable[..., Any], Any]]
    good: Arguments = field(default_factory=dict)
    others: tuple[str, ...] = ()
    use: Callable[[Any], object] = repr


def samples() -> tuple[np.ndarray, np.ndarray]:
    """Eight samples of four features in three classes."""
    generator = np.random.default_rng(1)
    return generator.normal(size=(8, 4)).astype(np.float32), np.arange(8) % 3


def fresh(optimizer: Any = "adam", loss: Any = "sparse_categorical_crossentropy", **options: Any):
    """A small compiled classifier."""
    model = martlet.Sequential(
        [
            layers.Dense(5, activation="relu", input_shape=(4,)),
            layers.Dropout(0.1),
            layers.Dense(3, activation="softmax"),
        ]
    )
    model.compile(optimizer, loss, **{"metrics": ["accuracy"], **options})
    return model


def _constant(value: Any) -> Callable[[], Any]:
    return lambda: value


def _arguments(**values: Any) -> Arguments:
    return {name: _constant(value) for name, value in values.items()}


X = {"x": lambda: samples()[0]}
XY = {"x": lambda: samples()[0], "y": lambda: samples()[1]}


# Constructors. What a class cannot do without, and the shape of a sample for it.


def _each(*names: str, **arguments: Any) -> dict[str, dict[str, Any]]:
    return dict.fromkeys(names, arguments)


_BY_SHAPE: dict[tuple[int, ...] | None, dict[str, dict[str, Any]]] = {
    (4,): {
        **_each("Flatten", "Softmax", "ReLU", "LeakyReLU", "ELU", "Masking"),
        **_each("BatchNormalization", "LayerNormalization"),
        **_each("Dropout", "GaussianDropout", rate=0.5),
        **_each("GaussianNoise", stddev=0.5),
        **_each("Dense", units=3),
        **_each("Activation", activation="relu"),
        **_each("Rescaling", scale=0.5),
        **_each("Reshape", target_shape=(2, 2)),
        **_each("RepeatVector", n=3),
        **_each("Embedding", input_dim=9, output_dim=2),
    },
    (6, 4): {
        **_each("Conv1D", "Convolution1D", filters=2, kernel_size=2),
        **_each("MaxPooling1D", "MaxPool1D", "AveragePooling1D", "AvgPool1D"),
        **_each("GlobalMaxPooling1D", "GlobalMaxPool1D"),
        **_each("GlobalAveragePooling1D", "GlobalAvgPool1D"),
        **_each("LSTM", "GRU", "SimpleRNN", units=3),
        **_each("SpatialDropout1D", rate=0.5),
        **_each("Permute", dims=(2, 1)),
    },
    (6, 5, 2): {
        **_each("Conv2D", "Convolution2D", filters=2, kernel_size=2),
        **_each("SeparableConv2D", "SeparableConvolution2D", filters=2, kernel_size=2),
        **_each("Conv2DTranspose", "Convolution2DTranspose", filters=2, kernel_size=2),
        **_each("DepthwiseConv2D", kernel_size=2),
        **_each("MaxPooling2D", "MaxPool2D", "AveragePooling2D", "AvgPool2D"),
        **_each("GlobalMaxPooling2D", "GlobalMaxPool2D"),
        **_each("GlobalAveragePooling2D", "GlobalAvgPool2D"),
        **_each("UpSampling2D", "ZeroPadding2D"),
        **_each("SpatialDropout2D", rate=0.5),
    },
    None: {**_each("Input", "InputLayer", shape=(4,)), **_each("Layer")},
}

LAYERS: dict[str, tuple[Arguments, tuple[int, ...] | None]] = {
    name: (_arguments(**arguments), shape)
    for shape, classes in _BY_SHAPE.items()
    for name, arguments in classes.items()
}
LAYERS["Bidirectional"] = {"layer": lambda: layers.LSTM(2)}, (6, 4)
LAYERS["TimeDistributed"] = {"layer": lambda: layers.Dense(2)}, (6, 4)

JOINS = ("Add", "Average", "Concatenate", "Maximum", "Minimum", "Multiply", "Subtract")

SCHEDULES: dict[str, Arguments] = {
    "CosineDecay": _arguments(initial_learning_rate=0.1, decay_steps=10),
    "ExponentialDecay": _arguments(initial_learning_rate=0.1, decay_steps=10, decay_rate=0.5),
    "InverseTimeDecay": _arguments(initial_learning_rate=0.1, decay_steps=10, decay_rate=0.5),
    "PiecewiseConstantDecay": _arguments(boundaries=[5], values=[0.1, 0.01]),
    "PolynomialDecay": _arguments(initial_learning_rate=0.1, decay_steps=10),
    "LearningRateSchedule": {},
}


class _Trial:
    def report(self, value: float, step: int) -> None:
        pass

    def should_prune(self) -> bool:
        return False


CALLBACKS: dict[str, Arguments] = {
    "CSVLogger": _arguments(filename="log.csv"),
    "EarlyStopping": {},
    "History": {},
    "LambdaCallback": {},
    "LearningRateScheduler": {"schedule": lambda: lambda epoch: 0.01},
    "LivePlot": {},
    "ModelCheckpoint": _arguments(filepath="{epoch}.safetensors"),
    "OptunaPruningCallback": {"trial": _Trial, "monitor": lambda: "loss"},
    "ProgbarLogger": {},
    "ProgressBar": {},
    "ReduceLROnPlateau": {},
    "RemoteMonitor": {},
    "TensorBoard": _arguments(log_dir="logs"),
    "TerminateOnNaN": {},
    "Callback": {},
}


def _options(function: Any, good: Arguments) -> tuple[str, ...]:
    parameters = inspect.signature(function).parameters.values()
    named = (item.POSITIONAL_OR_KEYWORD, item.KEYWORD_ONLY) if (item := _ANY) else ()
    return tuple(
        parameter.name
        for parameter in parameters
        if parameter.kind in named and parameter.name not in good
    )


_ANY = inspect.Parameter("any", inspect.Parameter.KEYWORD_ONLY)


def _constructor(
    family: str,
    cls: Any,
    good: Arguments,
    use: Callable[[Any], object],
    more: tuple[str, ...] = (),
) -> Target:
    return Target(
        f"{family}.{cls.__name__}",
        lambda: (cls, None),
        good,
        (*_options(cls, good), *more),
        use,
    )


def _use_layer(shape: tuple[int, ...] | None) -> Callable[[Any], object]:
    def use(layer: Any) -> None:
        repr(layer)
        if shape is None or not isinstance(layer, layers.Layer):
            return
        given = martlet.Input(shape)
        model = martlet.Model(given, layer(given))
        type(layer).from_config(layer.get_config())
        if sum(np.prod(item[1:], dtype=float) for item in _shapes(model)) < 1e6:
            x = np.ones((3, *shape), np.float32)
            y = model.predict(x)
            if model.compile("sgd", "mse") is None and not isinstance(y, list):
                model.train_on_batch(x, y)

    return use


def _shapes(model: martlet.Model) -> list[Any]:
    return model.output_shape if isinstance(model.output_shape, list) else [model.output_shape]


def _use_join(layer: Any) -> None:
    given = [martlet.Input((2, 4)), martlet.Input((2, 4))]
    model = martlet.Model(given, layer(given))
    model.predict([np.ones((3, 2, 4), np.float32)] * 2)


def _use_optimizer(optimizer: Any) -> None:
    type(optimizer).from_config(optimizer.get_config())
    fresh(optimizer).train_on_batch(*samples())


def _use_schedule(schedule: Any) -> None:
    schedule.get_config()
    if type(schedule) is not schedules.LearningRateSchedule:
        _use_optimizer(optimizers.SGD(schedule))


def _use_callback(callback: Any) -> None:
    x, y = samples()
    fresh().fit(x, y, epochs=2, validation_data=(x, y), callbacks=[callback], verbose=0)


def _use_loss(loss: Any) -> None:
    loss.get_config()
    name = type(loss).__name__
    if name != "Loss":
        x, y = samples()
        y = np.eye(3, dtype=np.float32)[y] if "Sparse" not in name else y
        fresh(loss=loss, metrics=None).train_on_batch(x, y)


def _use_metric(metric: Any) -> None:
    metric.get_config()
    x, y = samples()
    one_hot = np.eye(3, dtype=np.float32)[y]
    sparse = type(metric).__name__ == "SparseCategoricalAccuracy"
    loss = "sparse_categorical_crossentropy" if sparse else "mse"
    fresh(loss=loss, metrics=[metric]).test_on_batch(x, y if sparse else one_hot)


def _use_initializer(initializer: Any) -> None:
    if type(initializer) is not initializers.Initializer:
        given = martlet.Input((4,))
        martlet.Model(given, layers.Dense(3, kernel_initializer=initializer)(given))


LAYER_OPTIONS = ("name", "trainable", "input_shape", "input_dim", "dtype")


def constructors() -> list[Target]:
    """Every exported class; a KeyError for one that the tables above do not know."""
    found = []
    for name in layers.__all__:
        item = getattr(layers, name)
        if not isinstance(item, type) and name != "Input":
            continue
        if name in JOINS:
            found.append(_constructor("layers", item, {}, _use_join, LAYER_OPTIONS))
        else:
            good, shape = LAYERS[name]
            more = () if name == "Input" else LAYER_OPTIONS
            found.append(_constructor("layers", item, good, _use_layer(shape), more))
    families: list[tuple[Any, Callable[[Any], object], dict[str, Arguments] | None]] = [
        (optimizers, _use_optimizer, None),
        (schedules, _use_schedule, SCHEDULES),
        (callbacks, _use_callback, CALLBACKS),
        (losses, _use_loss, None),
        (metrics, _use_metric, None),
        (initializers, _use_initializer, None),
    ]
    for family, use, table in families:
        for name in family.__all__:
            item = getattr(family, name)
            if isinstance(item, type) and name not in ("CallbackList", "Optimizer"):
                good = {} if table is None else table[name]
                title = family.__name__.split(".")[-1]
                found.append(_constructor(title, item, good, use))
    return found


def functions() -> list[Target]:
    """Functions of the package and its modules."""
    x = {"x": lambda: samples()[0]}
    table: list[tuple[Any, Arguments]] = [
        *((getattr(activations, name), x) for name in activations.__all__
          if name not in ("get", "serialize", "deserialize")),
        (activations.serialize, _arguments(activation="relu")),
        (activations.deserialize, _arguments(config="relu")),
        (initializers.serialize, _arguments(initializer="zeros")),
        (initializers.deserialize, _arguments(config="zeros")),
        *(
            (module.get, _arguments(identifier=name))
            for module, name in (
                *((activations, "relu"), (initializers, "zeros"), (losses, "mse")),
                *((metrics, "accuracy"), (optimizers, "adam")),
            )
        ),
        *(
            (getattr(layers, name.lower()), {"inputs": lambda: [martlet.Input((4,))] * 2})
            for name in JOINS
        ),
        (martlet.set_random_seed if hasattr(martlet, "set_random_seed") else utils.set_random_seed,
         _arguments(seed=1)),
        (utils.normalize, X),
        (utils.standardize, X),
        (utils.to_categorical, {"x": lambda: [0, 2]}),
        (utils.stratified_split, {"labels": lambda: [0, 0, 1, 1], "fraction": lambda: 0.5}),
        (martlet.set_num_threads, _arguments(count=2)),
        (martlet.set_float32_matmul_precision, _arguments(precision="highest")),
        (martlet.applications.resnet, _arguments(depth=8, width=2, input_shape=(8, 8, 1))),
        (models.clone_model, {"model": fresh}),
        *(
            (getattr(martlet.visualization, name), good)
            for name, good in {
                "confusion_matrix": _arguments(y=[0, 1], predictions=[0, 1]),
                "plot_confusion": {"matrix": lambda: np.eye(3)},
                "plot_history": {"history": lambda: {"loss": [1.0, 0.5]}},
                "plot_samples": {"x": lambda: np.zeros((4, 8, 8))},
                "plot_weights": {"kernel": lambda: np.ones((16, 3))},
            }.items()
        ),
        (mnist.load_data, _arguments(path="none")),
        (martlet.Sequential, {"layers": lambda: [layers.Dense(2)]}),
        (martlet.Model, _functional()),
    ]  # fmt: skip
    return [
        Target(function.__name__, lambda function=function: (function, None), good,
               _options(function, good))
        for function, good in table
    ]  # fmt: skip


def _functional() -> Arguments:
    given = martlet.Input((4,))
    outputs = layers.Dense(2)(given)
    return {"inputs": lambda: given, "outputs": lambda: outputs}


METHODS: dict[str, Arguments] = {
    "fit": XY | _arguments(verbose=0),
    "evaluate": XY | _arguments(verbose=0),
    "predict": X,
    "train_on_batch": XY,
    "test_on_batch": XY,
    "predict_on_batch": X,
    "compute_gradients": XY,
    "apply_gradients": {},
    "profile": X,
    "plan": {},
    "compile": _arguments(optimizer="adam", loss="mse"),
    "build": _arguments(input_shape=(None, 4)),
    "summary": {"print_fn": lambda: lambda *_: None},
    "get_layer": _arguments(index=0),
    "set_weights": {"weights": lambda: fresh().get_weights()},
    "save_weights": _arguments(filepath="w.safetensors"),
    "load_weights": _arguments(filepath="saved.safetensors"),
    "from_config": {"config": lambda: fresh().get_config()},
    "settle_name": _arguments(name="other"),
    "add": {"layer": lambda: layers.Dense(2)},
    "__call__": {"inputs": lambda: samples()[0]},
    "get_config": {},
    "get_weights": {},
    "count_params": {},
    "pop": {},
}

LAYER_METHODS: dict[str, Arguments] = {
    "set_weights": {"weights": lambda: [np.ones((4, 5)), np.ones(5)]},
    "assign": {"name": lambda: "kernel", "value": lambda: np.ones((4, 5))},
    "from_config": {"config": lambda: layers.Dense(2).get_config()},
    "__call__": {"inputs": lambda: martlet.Input((4,))},
    "build": _arguments(input_shape=(None, 4)),
    "settle_name": _arguments(name="other"),
    "get_config": {},
    "get_weights": {},
    "count_params": {},
    "add_weight": {},
}


def methods() -> list[Target]:
    """The methods of a model and of a layer in it."""
    found = []
    for name, good in METHODS.items():

        def bound(name: str = name) -> tuple[Callable[..., Any], Any]:
            model = fresh()
            return getattr(model, name), model

        others = _options(getattr(martlet.Sequential, name), good)
        found.append(Target(f"Model.{name}", bound, good, _without_self(others)))
    for name, good in LAYER_METHODS.items():

        def inner(name: str = name) -> tuple[Callable[..., Any], Any]:
            model = fresh()
            return getattr(model.layers[0], name), model

        others = _options(getattr(layers.Dense, name), good)
        found.append(Target(f"Layer.{name}", inner, good, _without_self(others)))
    return found


def _without_self(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name for name in names if name not in ("self", "_", "__"))


ATTRIBUTES: dict[str, Callable[[Any], Any]] = {
    "model.trainable": lambda model: model,
    "model.stop_training": lambda model: model,
    "model.name": lambda model: model,
    "model.seed": lambda model: model,
    "model.layers": lambda model: model,
    "layer.trainable": lambda model: model.layers[0],
    "layer.name": lambda model: model.layers[0],
    "layer.kernel": lambda model: model.layers[0],
    "layer.built": lambda model: model.layers[0],
    "layer.units": lambda model: model.layers[0],
    "optimizer.learning_rate": lambda model: model.optimizer,
    "optimizer.beta_1": lambda model: model.optimizer,
}


def attributes() -> list[Target]:
    """Attributes that a program may assign."""
    found = []
    for name, owner in ATTRIBUTES.items():

        def assign(name: str = name, owner: Callable[[Any], Any] = owner):
            model = fresh()

            def setter(value: Any) -> None:
                setattr(owner(model), name.split(".")[1], value)
                model.train_on_batch(*samples())

            return setter, model

        found.append(Target(f"{name} =", assign, _arguments(value=True)))
    return found


def hooks() -> list[Target]:
    """What functions of the user's own return or change while the package calls them."""

    def training(build: Callable[[Any], Any]):
        def run(value: Any) -> None:
            x, y = samples()
            fresh().fit(x, y, epochs=2, verbose=0, validation_data=(x, y), callbacks=build(value))

        return lambda: (run, None)

    class Logs(callbacks.Callback):
        def __init__(self, value: Any) -> None:
            self.value = value

        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            logs["val_loss"] = logs["loss"] = self.value

    def watched(value: Any) -> list[Any]:
        return [
            Logs(value),
            callbacks.EarlyStopping(),
            callbacks.ReduceLROnPlateau(),
            callbacks.CSVLogger("log.csv"),
            callbacks.ModelCheckpoint("best.safetensors", save_best_only=True),
            callbacks.TerminateOnNaN(),
        ]

    rate = training(lambda value: callbacks.LearningRateScheduler(lambda epoch, rate: value))
    return [
        Target("logs in a callback", training(watched), _arguments(value=0.5)),
        Target("what a schedule returns", rate, _arguments(value=0.01)),
        Target(
            "on_epoch_end",
            training(lambda value: callbacks.LambdaCallback(on_epoch_end=value)),
            {"value": lambda: lambda epoch, logs: None},
        ),
    ]


def _pair_of_outputs() -> martlet.Model:
    first, second = martlet.Input((4,), name="a"), martlet.Input((4,), name="b")
    heads = layers.Dense(3, "softmax", name="c")(first), layers.Dense(1, name="d")(second)
    model = martlet.Model([first, second], list(heads))
    model.compile("sgd", ["sparse_categorical_crossentropy", "mse"], metrics={"c": ["accuracy"]})
    return model


def several() -> list[Target]:
    """A model of two inputs and two outputs."""
    good = {
        "x": lambda: {"a": samples()[0], "b": samples()[0]},
        "y": lambda: [samples()[1], samples()[1].astype(np.float32)],
    }
    table = {
        "fit": good | _arguments(verbose=0),
        "evaluate": good | _arguments(verbose=0),
        "train_on_batch": good,
        "predict": {"x": good["x"]} | _arguments(verbose=0),
        "compile": {"loss": lambda: ["mse", "mse"], "optimizer": lambda: "sgd"},
    }
    found = []
    for name, arguments in table.items():

        def bound(name: str = name) -> tuple[Callable[..., Any], Any]:
            model = _pair_of_outputs()
            return getattr(model, name), None

        others = _options(getattr(martlet.Model, name), arguments)
        found.append(Target(f"two outputs, {name}", bound, arguments, _without_self(others)))
    return found


GOOD = object()

OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    **{
        name: getattr(operator, name)
        for name in ("add", "sub", "mul", "truediv", "matmul", "pow", "floordiv", "mod", "lt", "eq")
    },
    "[...]": lambda tensor, value: tensor[value],
    "value +": lambda tensor, value: value + tensor,
    "value -": lambda tensor, value: value - tensor,
    "value *": lambda tensor, value: value * tensor,
    "np.add": np.add,
    "np.maximum": np.maximum,
}


def compositions() -> list[Target]:
    """Arithmetic on symbolic tensors, and a `call` of the user's own."""

    def returning(base: Any) -> Callable[[], tuple[Callable[..., Any], Any]]:
        class Own(base):
            def __init__(self, value: Any) -> None:
                super().__init__()
                self.dense, self.value = layers.Dense(4), value

            def call(self, x: Any) -> Any:
                return self.dense(x) if self.value is GOOD else self.value

        return lambda: (lambda value: Own(value)(martlet.Input((4,))), None)

    operations = [
        Target(
            f"tensor {name}",
            lambda function=function: (
                lambda value: function(martlet.Input((4,)), value),
                None,
            ),
            _arguments(value=2.0),
        )
        for name, function in OPERATORS.items()
    ]
    return [
        *operations,
        Target("a call of a layer", returning(layers.Layer), _arguments(value=GOOD)),
        Target("a call of a model", returning(martlet.Model), _arguments(value=GOOD)),
    ]


def networks() -> list[Target]:
    """Networks of layers drawn at random, which are built and trained."""

    def run(seed: int, hostile: Any = 3) -> None:
        source = random.Random(seed)
        shape = tuple(source.randint(1, 9) for _ in range(source.randint(1, 3)))
        x = tensor = martlet.Input(shape)
        for _ in range(source.randint(1, 6)):
            names = [name for name in sorted(LAYERS) if LAYERS[name][1] is not None]
            layer = getattr(layers, source.choice(names))
            good = {name: make() for name, make in LAYERS[layer.__name__][0].items()}
            for name in _options(layer, good):
                if source.random() < 0.15:
                    good[name] = source.choice((hostile, 0, 1, 2, 3, 5, "same", "relu", True, None))
            tensor = layer(**good)(tensor)
            tensor = tensor[0] if isinstance(tensor, tuple) else tensor
            if math.prod(tensor.shape[1:]) > 20_000:
                return
        model = martlet.Model(x, tensor)
        model.compile("adam", "mse")
        count, size = source.randint(1, 40), source.randint(1, 40)
        data = np.random.default_rng(seed).integers(0, 3, (count, *shape)).astype(np.float32)
        model.fit(data, model.predict(data), batch_size=size, verbose=0)
        model.evaluate(data, model.predict(data[:, ...]), verbose=0)

    return [Target("a random network", lambda: (run, None), {"seed": _draw}, ("hostile",))] * 20


def _draw() -> int:
    return next(_SEEDS)


_SEEDS = itertools.count()


def all_targets() -> list[Target]:
    """Everything, in a fixed order; networks stand in it several times to be drawn more often."""
    return [
        *constructors(),
        *functions(),
        *methods(),
        *attributes(),
        *hooks(),
        *several(),
        *compositions(),
        *networks(),
    ]
