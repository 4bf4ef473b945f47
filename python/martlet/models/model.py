"""Model: any graph of layers, from its inputs to its outputs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from martlet import _checks, _sharing
from martlet._config import snake_case
from martlet._keras import takes_keras_arguments
from martlet._messages import shown
from martlet.graph import Call, Structure, SymbolicTensor, tracing
from martlet.layers import composition, description
from martlet.models import architecture
from martlet.models.evaluate import Evaluates
from martlet.models.fit import Fits
from martlet.models.graph_source import Given, GraphSource, Traced
from martlet.models.keras_methods import HasKerasMethods
from martlet.models.on_batch import RunsBatches
from martlet.models.predict import Predicts
from martlet.models.reports.reports import Reports
from martlet.models.reports.summary import html
from martlet.models.save import Saves, restored, state

AnyModel = TypeVar("AnyModel", bound="Model")
Tensors = SymbolicTensor | Sequence[SymbolicTensor] | Mapping[str, SymbolicTensor]


class Model(HasKerasMethods, Fits, Evaluates, Predicts, RunsBatches, Saves, Reports):
    """A model: a network of layers with training and inference.

    A network from given inputs to given outputs, or one that a subclass's `call` describes.

    A layer that another model uses already is shared: both have the same weights.

    A subclass keeps layers as attributes and uses them in `call(self, inputs, training=None)`,
    which is called with symbolic tensors when the shape of the input is known: from `build`, or
    from the first data. It may not depend on the values that flow through.

    Args:
        inputs: What `martlet.Input` returned, or a list or dictionary of such.
        outputs: What the last layer returned, or a list or dictionary of such.
        name: A label.
        trainable: Whether training changes the weights.

    Raises:
        ValueError: Inputs and outputs are not connected, or shapes do not fit; the message names
            the layer.
        TypeError: Something else than symbolic tensors.

    Example:
        >>> inputs = martlet.Input(shape=(784,))
        >>> outputs = layers.Dense(10, activation="softmax")(inputs)
        >>> model = martlet.Model(inputs, outputs)
        >>> model.output_shape
        (None, 10)

        >>> class Net(martlet.Model):
        ...     def __init__(self):
        ...         super().__init__()
        ...         self.hidden = layers.Dense(32, activation="relu")
        ...         self.scores = layers.Dense(10)
        ...     def call(self, x):
        ...         return self.scores(self.hidden(x))
        >>> net = Net()
        >>> net.build((None, 784))
        >>> net.count_params()
        25450
    """

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        for name in ("train_step", "test_step", "predict_step"):
            if name in vars(cls):
                raise TypeError(
                    f"{cls.__name__}: {name} is not called here. For a training loop of your own "
                    "use compute_gradients() and apply_gradients()."
                )

    def __init__(
        self,
        inputs: Tensors | None = None,
        outputs: Tensors | None = None,
        name: str | None = None,
        trainable: bool = True,
    ) -> None:
        source = self._source(inputs, outputs)
        base = "functional" if isinstance(source, Given) else snake_case(type(self).__name__)
        super().__init__(name, base, source)
        if isinstance(source, Given):
            self.built_model  # noqa: B018 - built here, so that errors appear where it is written
        if not _checks.flag("Model", "trainable", trainable):
            self.trainable = False

    def _source(self, inputs: Tensors | None, outputs: Tensors | None) -> GraphSource:
        """Returns what makes the graph."""
        is_traced = inputs is None and outputs is None and composition.is_composed(self)
        return Traced() if is_traced else Given(inputs, outputs)

    def __call__(self, inputs: Any, training: bool | None = None, **kwargs: Any) -> Any:
        """Uses the model as a layer on symbolic tensors, or predicts for arrays.

        Args:
            inputs: A symbolic tensor (a list or dictionary of several) or an array.
            training: False makes this use work as in inference, also while an outer model trains.
                For arrays it cannot be True: outputs are those of `predict`.
            **kwargs: For the `call` of a subclass.

        Returns:
            Symbolic tensors that share this model's weights, or arrays.

        Raises:
            ValueError: `training` is True for arrays.
        """
        if _is_symbolic(inputs):
            if self.traces:
                return composition.apply(self, inputs, training=training, **kwargs)
            source, keys = self.graph_source, Structure(inputs).keys
            read = source.in_order(self, inputs)
            call = Call(self, read, keys, is_inference=training is False)
            with tracing.within(call), tracing.phase(training):
                outputs = source.apply(self, read)
            call.outputs = tuple(outputs)
            return source.packed(outputs)
        if training is not None and _checks.flag(self.title, "training", training):
            raise ValueError(
                f"{self.title}: calling a model on arrays gives what predict() gives. For training "
                "use fit, train_on_batch, or compute_gradients."
            )
        return self.predict(inputs, verbose=0)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Computes the shape of the output for a shape of the input.

        Args:
            input_shape: With the batch axis in front, as in (None, 28, 28); for several inputs a
                list or a dictionary of such.

        Returns:
            The output's shape with None for the batch axis, or a list of several.

        Raises:
            ValueError: The model has another input shape already, or its layers do not fit.
        """
        measured = self if self.has_known_inputs else clone_model(self)
        measured.build(input_shape)
        return measured.output_shape

    def get_config(self) -> dict[str, Any]:
        """Returns the architecture as plain values that JSON can hold.

        For a subclass with a `call` these are the arguments that it was made with.
        """
        if self.traces:
            return {"name": self.name, **composition.settings(self)}
        with _sharing.describing():
            form, graph = self.graph_source, self.built_model.graph
            return architecture.of_graph(graph, self.name, form.input_form, form.output_form)

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Model:
        """Makes a model from what `get_config` returned; its weights start anew."""
        if callable(getattr(cls, "call", None)):
            made: Model = description.made(cls, config)
            return made
        with _sharing.making():
            inputs, outputs = architecture.tensors(config)
        return cls(inputs, outputs, name=config.get("name"))

    def __reduce__(self) -> tuple[Any, ...]:
        return restored, (type(self), state(self))

    def __repr__(self) -> str:
        built = f"{self.count_params():,} parameters" if self.built else "not built"
        return f'<{type(self).__name__} "{self.name}": {len(self.layers)} layers, {built}>'

    def _repr_html_(self) -> str:
        return html(self)


def _is_symbolic(inputs: Any) -> bool:
    return any(isinstance(item, SymbolicTensor) for item in Structure.flat(inputs)[:1])


@takes_keras_arguments("clone_model")
def clone_model(model: AnyModel) -> AnyModel:
    """Returns a model of the same architecture with new layers, whose weights start anew.

    It is not compiled. For a copy with its weights use `copy.deepcopy(model)`.

    Example:
        >>> model = martlet.Sequential([layers.Dense(10, input_shape=(784,))])
        >>> second = martlet.models.clone_model(model)
        >>> second.set_weights(model.get_weights())
    """
    if not isinstance(model, Model):
        raise TypeError(f"clone_model: expected a model, received {shown(model)}.")
    clone = type(model).from_config(model.get_config())
    assert isinstance(clone, type(model))
    return clone
