"""Classes of users that are derived from the engine's, and those that are not."""

from __future__ import annotations

import numpy as np
import pytest

import martlet
from martlet import initializers, layers, losses, optimizers


class OwnDense(layers.Dense):
    """A layer of the engine with a constructor of one's own."""

    def __init__(self, width, **kwargs):
        super().__init__(width, activation="softmax", **kwargs)
        self.width = width


class OwnAdam(optimizers.Adam):
    def __init__(self, rate=0.1):
        super().__init__(rate, beta_1=0.5)


class OwnLoss(losses.CategoricalCrossentropy):
    def __init__(self):
        super().__init__(label_smoothing=0.5)


class OwnStart(initializers.RandomNormal):
    pass


def _loss(layer, **options):
    martlet.utils.set_random_seed(1)
    model = martlet.Sequential([layer])
    model.compile(**{"optimizer": "sgd", "loss": "categorical_crossentropy", **options})
    x = np.linspace(-1, 1, 40).reshape(10, 4)
    model.fit(x, np.eye(3)[np.arange(10) % 3], verbose=0, shuffle=False)
    return model.evaluate(x, np.eye(3)[np.arange(10) % 3], verbose=0)


@pytest.mark.parametrize(
    ("own", "alike"),
    [
        (lambda: _loss(OwnDense(3, input_shape=(4,))), lambda: _loss(softmax())),
        (
            lambda: _loss(softmax(), optimizer=OwnAdam()),
            lambda: _loss(softmax(), optimizer=optimizers.Adam(0.1, beta_1=0.5)),
        ),
        (
            lambda: _loss(softmax(), loss=OwnLoss()),
            lambda: _loss(softmax(), loss=losses.CategoricalCrossentropy(label_smoothing=0.5)),
        ),
        (
            lambda: _loss(softmax(kernel_initializer=OwnStart(seed=3))),
            lambda: _loss(softmax(kernel_initializer=initializers.RandomNormal(seed=3))),
        ),
    ],
)
def test_classes_derived_from_the_engines_work_alike(own, alike):
    assert own() == alike()


def softmax(**options):
    return layers.Dense(3, activation="softmax", input_shape=(4,), **options)


def test_a_derived_layer_can_be_cloned():
    model = martlet.Sequential([OwnDense(3, input_shape=(4,))])
    clone = martlet.models.clone_model(model)
    assert type(clone.layers[0]) is OwnDense
    assert clone.output_shape == (None, 3)


def test_what_the_engine_does_not_have_is_refused_by_name():
    class Own(optimizers.Optimizer):
        def __init__(self):
            super().__init__(0.1, None, speed=3)

    class Fast(optimizers.Adam):
        def __init__(self):
            super(optimizers.Adam, self).__init__(0.1, None, speed=3)

    with pytest.raises(ValueError, match=r"Own is no class of the engine.*Adam, AdamW"):
        Own()
    with pytest.raises(TypeError, match=r'Fast: "speed" is no setting.*beta_1'):
        Fast()
    for wrong in ({"loss": losses.Loss()}, {"optimizer": optimizers.Optimizer(0.1, None)}):
        with pytest.raises(ValueError, match="is no class of the engine"):
            _loss(softmax(), **wrong)
