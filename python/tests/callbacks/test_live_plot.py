from __future__ import annotations

import io

import numpy as np
import pytest

from api_support import compiled, digits
from martlet.callbacks import LambdaCallback, LivePlot
from martlet.utils import console

matplotlib = pytest.importorskip("matplotlib")

X, Y = digits(64)


class Notebook:
    """Shows as a notebook does: asks for a picture at once."""

    def __init__(self, monkeypatch):
        self.shown = []
        self.handles = 0
        monkeypatch.setattr(console, "is_notebook", lambda: True)
        monkeypatch.setattr(console, "display", self.display)

    def display(self, item):
        self.handles += 1
        self.update(item)
        return self

    def update(self, item):
        self.shown.append(item._repr_png_())


def size(png):
    height, width, _ = matplotlib.image.imread(io.BytesIO(png)).shape
    return width, height


def fit(plot, callbacks=(), epochs=3):
    return compiled().fit(
        X, Y, epochs=epochs, verbose=0, validation_split=0.25, callbacks=[*callbacks, plot]
    )


def test_one_picture_is_drawn_anew_after_each_epoch(monkeypatch):
    notebook = Notebook(monkeypatch)
    plot = LivePlot()
    history = fit(plot).history
    assert (notebook.handles, len(notebook.shown)) == (1, 3)
    assert len(set(notebook.shown)) == 3
    assert size(notebook.shown[0]) == (900, 340)  # Loss and accuracy, of 100 dots an inch.
    assert plot._numbers == history
    fit(plot)
    assert notebook.handles == 2


def test_only_the_metrics_that_are_named_are_drawn(monkeypatch):
    notebook = Notebook(monkeypatch)
    fit(LivePlot("accuracy"), epochs=1)
    assert size(notebook.shown[0]) == (450, 340)
    with pytest.warns(UserWarning, match='"acuracy" is not among.*Did you mean "accuracy"'):
        fit(LivePlot(["loss", "acuracy"]))
    assert size(notebook.shown[-1]) == (450, 340)


def test_no_figure_of_pyplot_is_left_open(monkeypatch):
    import matplotlib.pyplot as plt

    before = plt.get_fignums()
    Notebook(monkeypatch)
    fit(LivePlot())
    assert plt.get_fignums() == before


def test_nothing_is_shown_in_a_terminal(capsys):
    fit(LivePlot())
    assert capsys.readouterr().out == ""


def test_without_matplotlib_the_error_comes_before_training(monkeypatch):
    import importlib.util

    Notebook(monkeypatch)
    find = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == "matplotlib" else find(name)
    )
    epochs = LambdaCallback(on_epoch_begin=lambda epoch, logs: pytest.fail("trained"))
    with pytest.raises(ModuleNotFoundError, match="pip install matplotlib"):
        fit(LivePlot(), [epochs])


@pytest.mark.parametrize("metrics", [3, [3], {"loss"}, np.ones((8, 4))])
def test_bad_metrics_are_explained(metrics):
    with pytest.raises(TypeError, match="metrics"):
        LivePlot(metrics)
