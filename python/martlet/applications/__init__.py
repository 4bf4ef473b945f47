"""Predefined architectures."""

from martlet.applications.resnet import resnet

__all__ = ["resnet"]
