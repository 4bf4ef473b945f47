"""The pictures: what is on the axes, and what is refused."""

from __future__ import annotations

import doctest
import importlib
import subprocess
import sys
from types import SimpleNamespace

import numpy as np
import pytest

matplotlib = pytest.importorskip("matplotlib")
matplotlib.use("Agg")

from matplotlib import pyplot as plt  # noqa: E402

import martlet  # noqa: E402
from martlet import layers, visualization  # noqa: E402
from martlet.visualization import style  # noqa: E402

IMAGES = np.random.default_rng(0).integers(0, 256, (7, 6, 5), dtype=np.uint8)
CURVES = {"loss": [0.5, 0.2, 0.1], "val_loss": [0.4, 0.3, 0.3], "accuracy": [0.8, 0.9, 0.95]}


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


def texts(ax):
    return [text.get_text() for text in ax.texts]


def test_docstring_examples():
    flatten, dense = layers.Flatten(input_shape=(28, 28)), layers.Dense(32, "relu")
    model = martlet.Sequential([flatten, dense, layers.Dense(10, "softmax")])
    globs = {"model": model, "x_test": np.zeros((30, 28, 28)), "y_test": np.arange(30) % 10}
    for name in ("confusion", "history", "samples", "weights"):
        module = importlib.import_module(f"martlet.visualization.{name}")
        names = {key: getattr(visualization, key) for key in visualization.__all__}
        results = doctest.testmod(module, extraglobs=globs | names)
        assert (results.failed, results.attempted > 0) == (0, True)


def test_importing_loads_no_matplotlib():
    code = "import sys, martlet.visualization; sys.exit('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_without_matplotlib_the_error_says_how_to_get_it(monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(ModuleNotFoundError, match="pip install matplotlib"):
        visualization.plot_history(CURVES)


@pytest.mark.parametrize("history", [CURVES, SimpleNamespace(history=CURVES)])
def test_history_draws_training_and_validation(history):
    ax = visualization.plot_history(history)
    curves = {line.get_label(): line.get_ydata().tolist() for line in ax.lines}
    assert curves == {"training": CURVES["loss"], "validation": CURVES["val_loss"]}
    assert ax.lines[0].get_xdata().tolist() == [1, 2, 3]
    assert (ax.get_title(loc="left"), ax.get_xlabel()) == ("loss", "epoch")


def test_history_without_validation_draws_one_curve_on_the_given_axes():
    ax = plt.subplots()[1]
    assert visualization.plot_history(CURVES, "accuracy", ax=ax) is ax
    assert len(ax.lines) == 1


def test_history_names_the_metrics_it_has():
    with pytest.raises(ValueError, match='expected one of "loss", "accuracy", received "recall"'):
        visualization.plot_history(CURVES, "recall")


def test_samples_mark_right_and_wrong_predictions():
    y = np.array([0, 1, 2, 0, 1, 2, 0])
    said = np.array([0, 2, 2, 0, 1, 1, 0])
    ax = visualization.plot_samples(IMAGES, y, said, columns=3)
    assert texts(ax) == ["0", "2, not 1", "2", "0", "1", "1, not 2", "0"]
    colors = [text.get_color() for text in ax.texts]
    assert colors == [style.RIGHT if a == b else style.WRONG for a, b in zip(y, said, strict=True)]
    assert len(ax.patches) == 2


def test_samples_show_each_image_where_its_frame_is():
    ax = visualization.plot_samples(IMAGES, [0] * 7, [1] * 7, columns=3)
    picture = ax.images[0].get_array()
    for image, frame in zip(IMAGES, ax.patches, strict=True):
        left, top = round(frame.get_x() + 0.5), round(frame.get_y() + 0.5)
        np.testing.assert_array_equal(picture[top : top + 6, left : left + 5], image)


def test_samples_tell_how_sure_the_network_is():
    probabilities = np.array([[0.9, 0.1], [0.25, 0.75]])
    ax = visualization.plot_samples(IMAGES[:2], np.eye(2), probabilities)
    assert texts(ax) == ["0  90%", "1  75%"]
    ax = visualization.plot_samples(IMAGES[:2], predictions=probabilities)
    assert texts(ax) == ["0  90%", "1  75%"]


def test_samples_need_no_labels():
    assert texts(visualization.plot_samples(IMAGES)) == []
    assert texts(visualization.plot_samples(IMAGES[:2], [3, 4])) == ["3", "4"]


@pytest.mark.parametrize("shape", [(4, 6, 5, 1), (4, 36)])
def test_samples_accept_channels_and_flat_squares(shape):
    visualization.plot_samples(np.zeros(shape), [1, 2, 3, 4])


@pytest.mark.parametrize("shape", [(28,), (4, 35), (4, 6, 5, 3), (0, 28, 28)])
def test_samples_refuse_what_is_no_batch_of_grey_images(shape):
    with pytest.raises(ValueError, match=r"x: expected grey images.*received"):
        visualization.plot_samples(np.zeros(shape))


def test_samples_refuse_another_number_of_labels():
    with pytest.raises(ValueError, match=r"predictions: expected one row for each of the 7"):
        visualization.plot_samples(IMAGES, [0] * 7, [0] * 6)


def test_confusion_matrix_counts_true_classes_in_rows():
    matrix = visualization.confusion_matrix([0, 0, 1, 2], [0, 1, 1, 1], classes=4)
    assert matrix.tolist() == [[1, 1, 0, 0], [0, 1, 0, 0], [0, 1, 0, 0], [0, 0, 0, 0]]
    probabilities = np.eye(3)[[0, 1, 1, 1]]
    by_rows = visualization.confusion_matrix(np.array([0, 0, 1, 2], np.uint8), probabilities)
    assert by_rows.tolist() == matrix[:3, :3].tolist()


@pytest.mark.parametrize(
    ("y", "said"), [([0, 1], [0]), ([0.5, 1], [0, 1]), ([-1, 1], [0, 1]), ([0, 5], [0, 1])]
)
def test_confusion_matrix_refuses_what_it_cannot_count(y, said):
    with pytest.raises(ValueError, match="confusion_matrix: expected"):
        visualization.confusion_matrix(y, said, classes=3)


def test_confusion_writes_every_count_but_zero():
    ax = visualization.plot_confusion([[5, 1], [0, 7]], class_names=["cat", "dog"])
    written = {(*map(int, text.get_position()[::-1]), text.get_text()) for text in ax.texts}
    assert written == {(0, 0, "5"), (0, 1, "1"), (1, 1, "7")}
    assert [label.get_text() for label in ax.get_yticklabels()] == ["cat", "dog"]
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("predicted", "true")


def test_confusion_refuses_a_matrix_that_is_not_square_and_names_that_do_not_fit():
    with pytest.raises(ValueError, match=r"matrix: expected.*received \(2, 3\)"):
        visualization.plot_confusion(np.zeros((2, 3)))
    with pytest.raises(ValueError, match="class_names: expected 2 names, received 1"):
        visualization.plot_confusion(np.eye(2), class_names=["cat"])


def test_weights_draw_one_image_a_unit_around_zero():
    kernel = np.arange(12, dtype=np.float32).reshape(4, 3) - 3
    ax = visualization.plot_weights(kernel, columns=3)
    image = ax.images[0]
    assert image.get_clim() == (-8, 8)
    picture = image.get_array()
    np.testing.assert_array_equal(picture[1:3, 1:3], kernel[:, 0].reshape(2, 2))
    np.testing.assert_array_equal(picture[1:3, 4:6], kernel[:, 1].reshape(2, 2))


def test_weights_of_oblong_images_need_a_shape():
    kernel = np.ones((6, 2))
    visualization.plot_weights(kernel, shape=(2, 3))
    with pytest.raises(ValueError, match=r"kernel.T: expected grey images"):
        visualization.plot_weights(kernel)
    with pytest.raises(ValueError, match=r"kernel: expected shape \(4 \* 4, units\)"):
        visualization.plot_weights(kernel, shape=(4, 4))


def test_a_convolution_has_a_picture_for_each_channel_and_filter():
    kernel = np.arange(2 * 3 * 2 * 4, dtype=np.float32).reshape(2, 3, 2, 4) - 20
    picture = visualization.plot_weights(kernel).images[0].get_array()
    for channel in range(2):
        for filter_ in range(4):
            top, left = 1 + 3 * channel, 1 + 4 * filter_
            np.testing.assert_array_equal(
                picture[top : top + 2, left : left + 3], kernel[:, :, channel, filter_]
            )
