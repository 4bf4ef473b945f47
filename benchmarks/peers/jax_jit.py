"""JAX with the whole training step in one jitted function whose state is donated.

Batches are gathered inside the function from images that are already on the device. "step" calls it
once a batch; "epoch" runs a whole pass in one call with `lax.scan`.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import partial
from typing import Any

os.environ["JAX_PLATFORMS"] = "cpu"

import jax
import jax.numpy as jnp
import numpy as np

import networks
from digits import Digits, Floats
from networks import Network
from peers import jax_layers
from peers.base import BasePeer, Predictor

Rule = networks.Adam | networks.SGD
BETA_1, BETA_2, EPSILON = 0.9, 0.999, 1e-7


def updated(rule: Rule, weights: Any, slots: Any, dw: Any, count: Any) -> Any:
    """The optimiser's step on every parameter: new weights and new slots."""
    if isinstance(rule, networks.SGD):
        slots = jax.tree.map(lambda v, d: rule.momentum * v - rule.learning_rate * d, slots, dw)
        return jax.tree.map(jnp.add, weights, slots), slots
    mean = jax.tree.map(lambda m, d: BETA_1 * m + (1 - BETA_1) * d, slots[0], dw)
    square = jax.tree.map(lambda s, d: BETA_2 * s + (1 - BETA_2) * d * d, slots[1], dw)
    rate = rule.learning_rate * jnp.sqrt(1 - BETA_2**count) / (1 - BETA_1**count)
    weights = jax.tree.map(
        lambda w, m, s: w - rate * m / (jnp.sqrt(s) + EPSILON), weights, mean, square
    )
    return weights, (mean, square)


class Peer(BasePeer):
    label = "JAX jit"

    @classmethod
    def ways(cls, network: Network) -> tuple[str, ...]:
        return ("step", "epoch")

    @classmethod
    def version(cls) -> str:
        return f"jax {jax.__version__}"

    def __init__(
        self, way: str, network: Network, digits: Digits, batch_size: int, threads: int
    ) -> None:
        self.network, self.batch_size = network, batch_size
        self.whole_epoch = way == "epoch"
        self.x, self.y = jnp.asarray(digits.x_train), jnp.asarray(digits.y_train, jnp.int32)
        rng = np.random.default_rng(0)
        trained, moving, _ = jax_layers.initial(network.layers, network.input_shape, rng)
        zeros = partial(jax.tree.map, jnp.zeros_like)
        adam = isinstance(network.optimizer, networks.Adam)
        slots = (zeros(trained), zeros(trained)) if adam else zeros(trained)
        self.state = (trained, moving, slots, jnp.zeros((), jnp.float32), jax.random.key(0))
        self.order = np.random.default_rng(0)
        self.step = jax.jit(self.one_step, donate_argnums=0)
        self.epoch = jax.jit(self.many_steps, donate_argnums=0)
        self.apply = jax.jit(self.infer)

    def one_step(self, state: Any, x: Any, y: Any, index: Any) -> Any:
        trained, moving, slots, count, key = state
        key, draw = jax.random.split(key)
        images, labels = x[index], y[index]

        def loss(trained: Any) -> Any:
            logits, now = jax_layers.apply(self.network.layers, trained, moving, images, draw)
            chosen = jnp.take_along_axis(jax.nn.log_softmax(logits), labels[:, None], 1)
            return -chosen.mean(), now

        gradients, moving = jax.grad(loss, has_aux=True)(trained)
        rule = self.network.optimizer
        trained, slots = updated(rule, trained, slots, gradients, count + 1)
        return trained, moving, slots, count + 1, key

    def many_steps(self, state: Any, x: Any, y: Any, indices: Any) -> Any:
        return jax.lax.scan(lambda s, i: (self.one_step(s, x, y, i), None), state, indices)[0]

    def train(self, rows: int) -> None:
        rows -= rows % self.batch_size
        indices = self.order.permutation(rows).astype(np.int32).reshape(-1, self.batch_size)
        if self.whole_epoch:
            self.state = self.epoch(self.state, self.x, self.y, indices)
        else:
            for index in indices:
                self.state = self.step(self.state, self.x, self.y, index)
        jax.block_until_ready(self.state)

    def infer(self, state: Any, x: Any) -> Any:
        return jax_layers.apply(self.network.layers, state[0], state[1], x, None)[0]

    def predictors(self, images: Floats) -> Mapping[str, Predictor]:
        x = jnp.asarray(images)

        def predict(chunk: int) -> Any:
            parts = [self.apply(self.state, x[i : i + chunk]) for i in range(0, len(x), chunk)]
            return np.asarray(parts[0] if len(parts) == 1 else jnp.concatenate(parts))

        chunks = {min(chunk, len(x)) for chunk in (1000, len(x))}
        return {f"by {chunk}": partial(predict, chunk) for chunk in sorted(chunks)}

    def parameter_count(self) -> int:
        return sum(leaf.size for leaf in jax.tree.leaves(self.state[0]))
