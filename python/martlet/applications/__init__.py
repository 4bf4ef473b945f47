"""Whole networks, ready to train."""

from martlet.applications.resnet import resnet

__all__ = ["resnet"]
