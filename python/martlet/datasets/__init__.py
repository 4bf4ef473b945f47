"""Datasets. Each loader returns NumPy arrays in Keras's form."""

from martlet.datasets import mnist

__all__ = ["mnist"]
