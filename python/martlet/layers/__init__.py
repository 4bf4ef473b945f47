"""Layers, one type or family a file; `Layer` is the base class."""

from martlet.graph.arithmetic import Operators, set_operators
from martlet.layers import description
from martlet.layers.activation import Activation
from martlet.layers.batch_normalization import BatchNormalization
from martlet.layers.bidirectional import Bidirectional
from martlet.layers.conv1d import Conv1D
from martlet.layers.conv2d import Conv2D
from martlet.layers.conv2d_transpose import Conv2DTranspose
from martlet.layers.dense import Dense
from martlet.layers.depthwise_conv2d import DepthwiseConv2D
from martlet.layers.dropout import Dropout
from martlet.layers.elu import ELU
from martlet.layers.embedding import Embedding
from martlet.layers.flatten import Flatten
from martlet.layers.global_pooling1d import GlobalAveragePooling1D, GlobalMaxPooling1D
from martlet.layers.global_pooling2d import GlobalAveragePooling2D, GlobalMaxPooling2D
from martlet.layers.gru import GRU
from martlet.layers.input_layer import Input, InputLayer
from martlet.layers.joins import (
    Add,
    Average,
    Concatenate,
    Maximum,
    Minimum,
    Multiply,
    Subtract,
    add,
    average,
    concatenate,
    maximum,
    minimum,
    multiply,
    subtract,
)
from martlet.layers.layer import Layer
from martlet.layers.layer_normalization import LayerNormalization
from martlet.layers.leaky_relu import LeakyReLU
from martlet.layers.lstm import LSTM
from martlet.layers.masking import Masking
from martlet.layers.noise import GaussianDropout, GaussianNoise
from martlet.layers.permute import Permute, RepeatVector
from martlet.layers.pooling1d import AveragePooling1D, MaxPooling1D
from martlet.layers.pooling2d import AveragePooling2D, MaxPooling2D
from martlet.layers.relu import ReLU
from martlet.layers.rescaling import Rescaling
from martlet.layers.reshape import Reshape
from martlet.layers.separable_conv2d import SeparableConv2D
from martlet.layers.simple_rnn import SimpleRNN
from martlet.layers.softmax import Softmax
from martlet.layers.spatial_dropout import SpatialDropout1D, SpatialDropout2D
from martlet.layers.time_distributed import TimeDistributed
from martlet.layers.up_sampling2d import UpSampling2D
from martlet.layers.zero_padding2d import ZeroPadding2D

# Keras's other names.
AvgPool1D = AveragePooling1D
AvgPool2D = AveragePooling2D
Convolution1D = Conv1D
Convolution2D = Conv2D
Convolution2DTranspose = Conv2DTranspose
GlobalAvgPool1D = GlobalAveragePooling1D
GlobalAvgPool2D = GlobalAveragePooling2D
GlobalMaxPool1D = GlobalMaxPooling1D
GlobalMaxPool2D = GlobalMaxPooling2D
MaxPool1D = MaxPooling1D
MaxPool2D = MaxPooling2D
SeparableConvolution2D = SeparableConv2D

__all__ = [
    "ELU",
    "GRU",
    "LSTM",
    "Activation",
    "Add",
    "Average",
    "AveragePooling1D",
    "AveragePooling2D",
    "AvgPool1D",
    "AvgPool2D",
    "BatchNormalization",
    "Bidirectional",
    "Concatenate",
    "Conv1D",
    "Conv2D",
    "Conv2DTranspose",
    "Convolution1D",
    "Convolution2D",
    "Convolution2DTranspose",
    "Dense",
    "DepthwiseConv2D",
    "Dropout",
    "Embedding",
    "Flatten",
    "GaussianDropout",
    "GaussianNoise",
    "GlobalAveragePooling1D",
    "GlobalAveragePooling2D",
    "GlobalAvgPool1D",
    "GlobalAvgPool2D",
    "GlobalMaxPool1D",
    "GlobalMaxPool2D",
    "GlobalMaxPooling1D",
    "GlobalMaxPooling2D",
    "Input",
    "InputLayer",
    "Layer",
    "LayerNormalization",
    "LeakyReLU",
    "Masking",
    "MaxPool1D",
    "MaxPool2D",
    "MaxPooling1D",
    "MaxPooling2D",
    "Maximum",
    "Minimum",
    "Multiply",
    "Permute",
    "ReLU",
    "RepeatVector",
    "Rescaling",
    "Reshape",
    "SeparableConv2D",
    "SeparableConvolution2D",
    "SimpleRNN",
    "Softmax",
    "SpatialDropout1D",
    "SpatialDropout2D",
    "Subtract",
    "TimeDistributed",
    "UpSampling2D",
    "ZeroPadding2D",
    "add",
    "average",
    "concatenate",
    "maximum",
    "minimum",
    "multiply",
    "subtract",
]

_MADE_BY_ARITHMETIC = {"Add": Add, "Subtract": Subtract, "Multiply": Multiply}
set_operators(
    Operators(
        join=lambda name, tensors: _MADE_BY_ARITHMETIC[name]()(tensors),
        scale=lambda tensor, factor, offset: Rescaling(factor, offset)(tensor),
    )
)

for _name in __all__:
    if isinstance(_class := globals()[_name], type):
        description.know(_class)
