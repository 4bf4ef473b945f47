"""Plots of training and of trained networks.

Every function draws on one Matplotlib `Axes` and returns it: give your own with `ax=`, or get a
new figure. Nothing is shown or saved unless you do it. Matplotlib is loaded at the first call
(`pip install matplotlib`).
"""

from martlet.visualization.confusion import confusion_matrix, plot_confusion
from martlet.visualization.history import plot_history
from martlet.visualization.samples import plot_samples
from martlet.visualization.weights import plot_weights

__all__ = [
    "confusion_matrix",
    "plot_confusion",
    "plot_history",
    "plot_samples",
    "plot_weights",
]
