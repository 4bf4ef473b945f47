"""Any graph of layers, from its inputs to its outputs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from martlet import _checks, _sharing
from martlet._config import KeepsArguments, snake_case
from martlet._keras import takes_keras_arguments
from martlet.graph import Call, Graph, Structure, SymbolicTensor, tracing
from martlet.layers import InputLayer, composition
from martlet.models import configuration, persistence, summary
from martlet.models.network import shapes_in_order
from martlet.models.persistence import PersistentNetwork
from martlet.models.plan import Plan
from martlet.models.replay import check_kept, replayed

Tensors = SymbolicTensor | Sequence[SymbolicTensor] | Mapping[str, SymbolicTensor]


class Model(KeepsArguments, PersistentNetwork):
    """A network from given inputs to given outputs, or one that a subclass's `call` describes.

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
        is_traced = inputs is None and outputs is None and self.traces
        super().__init__(name, snake_case(type(self).__name__) if is_traced else "functional")
        self._martlet_graph: Graph | None = None
        self._input_form, self._output_form = Structure(inputs), Structure(outputs)
        self.traced_shapes: Any = None
        if not is_traced:
            self._martlet_graph = Graph(
                _tensors("inputs", inputs),
                _tensors("outputs", outputs),
                self._input_form.keys,
                self._output_form.keys,
            )
            self.engine  # noqa: B018 - built here, so that errors appear where it is written
        if not _checks.flag("Model", "trainable", trainable):
            self.trainable = False

    @property
    def traces(self) -> bool:
        """Whether the network comes from a `call` that is traced."""
        return composition.is_composed(self)

    def _graph(self) -> Graph | None:
        return self._martlet_graph

    def _parts(self) -> list[Any]:
        if self._martlet_graph is None or self.traced_shapes is not None:
            return composition.parts_of(self)
        return list(self._martlet_graph.parts)

    def _set_input_shape(self, shape: Any) -> None:
        self.traced_shapes = shape
        self._martlet_graph = None
        if shape is not None:
            self._martlet_graph = self._traced(shape)

    def _traced(self, shapes: Any) -> Graph:
        form = Structure(None if isinstance(shapes, tuple) else shapes)
        names: Sequence[str | None] = form.keys or [None] * len(shapes_in_order(shapes))
        given = [
            InputLayer(shape, name=name).start()
            for shape, name in zip(shapes_in_order(shapes), names, strict=True)
        ]
        result = composition.apply(self, form.packed(given), is_part=False)
        self._input_form, self._output_form = form, Structure(result)
        outputs = composition.flat(result)
        numbered = [f"output_{index + 1}" for index in range(len(outputs))]
        graph = Graph(given, outputs, form.keys, self._output_form.keys or numbered)
        check_kept(self, graph)
        return graph

    def packed_outputs(self, outputs: Sequence[Any]) -> Any:
        """Returns what belongs to the outputs in the form in which the model has these."""
        if len(outputs) == 1 and self._output_form.kind == "list":
            return outputs[0]
        return self._output_form.packed(outputs)

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
            keys = Structure(inputs).keys
            call = Call(self, self._in_order(inputs), keys, is_inference=training is False)
            with tracing.within(call), tracing.phase(training):
                outputs = self._apply_symbolically(list(call.inputs))
            call.outputs = tuple(outputs)
            return self.packed_outputs(outputs)
        if training is not None and _checks.flag(self.title, "training", training):
            raise ValueError(
                f"{self.title}: calling a model on arrays gives what predict() gives. For training "
                "use fit, train_on_batch, or compute_gradients."
            )
        return self.predict(inputs, verbose=0)

    def _in_order(self, inputs: Any) -> list[SymbolicTensor]:
        if isinstance(inputs, Mapping):
            names = self.engine.graph.input_names
            if set(inputs) != set(names):
                raise ValueError(
                    f"{self.title}: expected the inputs {', '.join(names)}; received "
                    f"{', '.join(map(str, inputs))}."
                )
            return _tensors("inputs", [inputs[name] for name in names])
        return _tensors("inputs", inputs)

    def _apply_symbolically(self, inputs: Sequence[SymbolicTensor]) -> list[SymbolicTensor]:
        graph = self.engine.graph
        if len(inputs) != len(graph.inputs):
            raise ValueError(
                f"{self.title}: expected {len(graph.inputs)} inputs, received {len(inputs)}."
            )
        return replayed(graph, inputs)

    @takes_keras_arguments("Model.summary")
    def summary(
        self,
        line_length: int | None = None,
        print_fn: Callable[[str], object] | None = None,
    ) -> None:
        """Prints the layers with their output shapes and numbers of parameters.

        Args:
            line_length: The most columns that a line may have; longer cells go over several lines.
                None for the width of the terminal, or 80 where there is none.
            print_fn: What takes the text, line by line. None prints it; in a notebook it displays a
                table that adapts to the page.
        """
        summary.show(self, line_length, print_fn)

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
        return Plan(self.engine.core.plan(size, _checks.flag("plan", "training", training)), size)

    def get_config(self) -> dict[str, Any]:
        """Returns the architecture as plain values that JSON can hold.

        For a subclass with a `call` these are the arguments that it was made with.
        """
        if self.traces:
            return {"name": self.name, **composition.settings(self)}
        with _sharing.describing():
            return configuration.of_graph(self.engine.graph, self)

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Model:
        """Makes a model from what `get_config` returned; its weights start anew."""
        if callable(getattr(cls, "call", None)):
            made: Model = configuration.made(cls, config)
            return made
        with _sharing.making():
            inputs, outputs = configuration.tensors(config)
        return cls(inputs, outputs, name=config.get("name"))

    def __reduce__(self) -> tuple[Any, ...]:
        return persistence.restored, (type(self), persistence.state(self))

    def __repr__(self) -> str:
        built = f"{self.count_params():,} parameters" if self.built else "not built"
        return f'<{type(self).__name__} "{self.name}": {len(self.layers)} layers, {built}>'

    def _repr_html_(self) -> str:
        return summary.html(self)


def _is_symbolic(inputs: Any) -> bool:
    return any(isinstance(item, SymbolicTensor) for item in Structure.flat(inputs)[:1])


def _tensors(argument: str, value: Any) -> list[SymbolicTensor]:
    tensors = Structure.flat(value)
    for tensor in tensors:
        if not isinstance(tensor, SymbolicTensor):
            raise TypeError(
                f"Model: expected {argument} to be symbolic tensors, as martlet.Input gives; "
                f"received {type(tensor).__name__}. For a list of layers use martlet.Sequential; "
                "for a subclass write its call()."
            )
    if not tensors:
        raise ValueError(f"Model: expected at least one tensor in {argument}, received none.")
    return tensors
