"""The layers. Each is a file; `Layer` says what they share."""

from martlet.layers.activation import Activation
from martlet.layers.dense import Dense
from martlet.layers.dropout import Dropout
from martlet.layers.flatten import Flatten
from martlet.layers.input_layer import Input, InputLayer
from martlet.layers.layer import Layer
from martlet.layers.relu import ReLU
from martlet.layers.rescaling import Rescaling
from martlet.layers.reshape import Reshape
from martlet.layers.softmax import Softmax

__all__ = [
    "Activation",
    "Dense",
    "Dropout",
    "Flatten",
    "Input",
    "InputLayer",
    "Layer",
    "ReLU",
    "Rescaling",
    "Reshape",
    "Softmax",
]
