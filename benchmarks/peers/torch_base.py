"""What the PyTorch peers share: the networks as modules, the training loop, inference."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from math import prod
from typing import ClassVar

import numpy as np
import torch
import torch._dynamo
from torch import Tensor, nn

import networks
from digits import Digits, Floats
from flops import Shape, output_shape
from networks import Network
from peers.base import BasePeer, Predictor

# Past this many shapes and settings a compiled model silently runs uncompiled; the default is 8.
torch._dynamo.config.recompile_limit = 64


class LastState(nn.Module):
    """An LSTM over rows that gives its last state."""

    def __init__(self, features: int, units: int) -> None:
        super().__init__()
        self.lstm = nn.LSTM(features, units, batch_first=True)

    def forward(self, x: Tensor) -> Tensor:
        return self.lstm(x)[0][:, -1]


class Residual(nn.Module):
    def __init__(self, body: nn.Module, shortcut: nn.Module) -> None:
        super().__init__()
        self.body, self.shortcut = body, shortcut

    def forward(self, x: Tensor) -> Tensor:
        return self.body(x) + self.shortcut(x)


def module(layer: networks.Layer, shape: Shape) -> nn.Module:
    """One layer; `shape` is its input, channels last and without the batch."""
    match layer:
        case networks.Dense(units, activation):
            return activated(nn.Linear(shape[0], units), activation)
        case networks.Conv2D(filters, kernel, strides, padding, activation, use_bias):
            edge = kernel // 2 if padding == "same" else 0
            conv = nn.Conv2d(shape[2], filters, kernel, strides, edge, bias=use_bias)
            return activated(conv, activation)
        case networks.MaxPooling2D(size):
            return nn.MaxPool2d(size)
        case networks.GlobalAveragePooling2D():
            return nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten())
        case networks.BatchNormalization(momentum):
            return nn.BatchNorm2d(shape[2], momentum=1 - momentum)
        case networks.ReLU():
            return nn.ReLU()
        case networks.Dropout(rate):
            return nn.Dropout(rate)
        case networks.Flatten():
            return nn.Flatten()
        case networks.LSTM(units):
            return LastState(shape[1], units)
        case networks.Residual(body, shortcut):
            return Residual(sequential(body, shape)[0], sequential(shortcut, shape)[0])


def activated(layer: nn.Module, activation: str | None) -> nn.Module:
    return nn.Sequential(layer, nn.ReLU()) if activation == "relu" else layer


def sequential(layers: Sequence[networks.Layer], shape: Shape) -> tuple[nn.Sequential, Shape]:
    """The layers as one module, and the shape after them."""
    modules = []
    for layer in layers:
        modules.append(module(layer, shape))
        if isinstance(layer, networks.Residual):
            shape = sequential(layer.body, shape)[1]
        else:
            shape = output_shape(layer, shape)
    return nn.Sequential(*modules), shape


def optimizer(network: Network, model: nn.Module, fused: bool) -> torch.optim.Optimizer:
    rule = network.optimizer
    if isinstance(rule, networks.Adam):
        return torch.optim.Adam(model.parameters(), rule.learning_rate, fused=fused)
    return torch.optim.SGD(
        model.parameters(), rule.learning_rate, momentum=rule.momentum, fused=fused
    )


def is_convolutional(network: Network) -> bool:
    return len(network.input_shape) == 3


class TorchPeer(BasePeer):
    """A way is a set of words: "fused optimiser", "channels-last", "compiled", "one thread"."""

    autocast: ClassVar[bool] = False

    def __init__(
        self, way: str, network: Network, digits: Digits, batch_size: int, threads: int
    ) -> None:
        torch.manual_seed(0)
        self.threads, self.training_threads = threads, 1 if "one thread" in way else threads
        self.batch_size = batch_size
        self.shape = network.input_shape
        self.format = torch.channels_last if "channels-last" in way else torch.contiguous_format
        self.x = self.tensor(digits.x_train)
        self.y = torch.from_numpy(digits.y_train)
        self.model = sequential(network.layers, self.shape)[0].to(memory_format=self.format)
        self.optimizer = optimizer(network, self.model, "fused" in way)
        self.loss = nn.CrossEntropyLoss()
        compiled = "compiled" in way
        # One kernel a shape: kernels for any shape are slower.
        self.forward = torch.compile(self.model, dynamic=False) if compiled else self.model

    @classmethod
    def version(cls) -> str:
        return f"torch {torch.__version__}"

    def tensor(self, images: Floats) -> Tensor:
        """Channels first, as PyTorch's layers want them, laid out the way the model is."""
        x = torch.from_numpy(np.array(images))
        if len(self.shape) == 2:
            return x
        rows, columns, channels = self.shape
        x = x.reshape(-1, channels, rows, columns) if channels == 1 else x.permute(0, 3, 1, 2)
        return x.to(memory_format=self.format)

    def precision(self) -> AbstractContextManager[object]:
        return torch.autocast("cpu", torch.bfloat16) if self.autocast else nullcontext()

    def train(self, rows: int) -> None:
        torch.set_num_threads(self.training_threads)
        self.model.train()
        for index in torch.randperm(rows).split(self.batch_size):
            x, y = self.x[index], self.y[index]
            self.optimizer.zero_grad(set_to_none=True)
            with self.precision():
                loss = self.loss(self.forward(x), y)
            loss.backward()
            self.optimizer.step()
        self.model.eval()

    def predictors(self, images: Floats) -> Mapping[str, Predictor]:
        x = self.tensor(images)

        def predict(chunk: int, threads: int = self.threads) -> Tensor:
            torch.set_num_threads(threads)
            with torch.inference_mode(), self.precision():
                if len(x) <= chunk:
                    return self.forward(x)
                return torch.cat([self.forward(part) for part in x.split(chunk)])

        if len(x) == 1:
            counts = sorted({1, self.threads})
            return {f"threads: {count}": partial(predict, 1, count) for count in counts}
        chunks = dict.fromkeys(min(chunk, len(x)) for chunk in (1000, 100, len(x)))
        return {f"by {chunk}": partial(predict, chunk) for chunk in chunks}

    def array(self, outputs: Tensor) -> Floats:
        return outputs.float().numpy()

    def parameter_count(self) -> int:
        return sum(prod(parameter.shape) for parameter in self.model.parameters())
