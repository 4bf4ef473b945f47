from __future__ import annotations

import io
import sys

import numpy as np
import pytest

import martlet
from api_support import compiled, digits
from martlet import layers
from martlet.callbacks import Callback, LearningRateScheduler, TensorBoard

accumulator = pytest.importorskip("tensorboard.backend.event_processing.event_accumulator")
pytest.importorskip("tensorboardX")

X, Y = digits(64)
KINDS = ("scalars", "images", "histograms")


def read(folder):
    events = accumulator.EventAccumulator(str(folder), size_guidance=dict.fromkeys(KINDS, 0))
    events.Reload()
    return events


def scalars(folder, tag):
    return [(event.step, event.value) for event in read(folder).Scalars(tag)]


def steps_and(values):
    return [(step, pytest.approx(value, rel=1e-6)) for step, value in enumerate(values)]


def fit(folder, epochs=2, model=None, callbacks=(), validation=True, **kwargs):
    model = model or compiled()
    data = {"validation_data": (X, Y)} if validation else {}
    board = TensorBoard(folder, **kwargs)
    callbacks = [*callbacks, board]
    history = model.fit(X, Y, epochs=epochs, batch_size=16, verbose=0, callbacks=callbacks, **data)
    return model, history.history


def test_scalars_of_epochs_are_those_of_the_history(tmp_path):
    model, history = fit(tmp_path)
    for name in ("loss", "accuracy"):
        assert scalars(tmp_path / "train", f"epoch_{name}") == steps_and(history[name])
        assert scalars(tmp_path / "validation", f"epoch_{name}") == steps_and(
            history[f"val_{name}"]
        )
    rates = scalars(tmp_path / "train", "epoch_learning_rate")
    assert rates == steps_and([model.optimizer.learning_rate] * 2)
    assert "batch_loss" not in read(tmp_path / "train").Tags()["scalars"]
    over_updates = scalars(tmp_path / "validation", "evaluation_loss_vs_iterations")
    assert [step for step, _ in over_updates] == [4, 8]


def test_the_learning_rate_is_what_a_scheduler_set(tmp_path):
    fit(tmp_path, callbacks=[LearningRateScheduler(lambda epoch: 0.5**epoch)])
    assert scalars(tmp_path / "train", "epoch_learning_rate") == [(0, 1.0), (1, 0.5)]


@pytest.mark.parametrize(("freq", "steps"), [("batch", list(range(8))), (3, [2, 5])])
def test_batches_are_counted_across_epochs(tmp_path, freq, steps):
    _, history = fit(tmp_path, update_freq=freq)
    found = scalars(tmp_path / "train", "batch_loss")
    assert [step for step, _ in found] == steps
    if freq == "batch":  # The mean so far of the last batch is the epoch's.
        assert found[3][1] == pytest.approx(history["loss"][0], rel=1e-6)


def test_no_call_for_each_batch_without_update_freq(tmp_path):
    from martlet.callbacks.callback import overrides

    assert not overrides(TensorBoard(tmp_path), "on_train_batch_end")
    assert overrides(TensorBoard(tmp_path, update_freq=2), "on_train_batch_end")


def test_histograms_and_images_of_the_weights(tmp_path):
    fit(tmp_path, epochs=3, histogram_freq=2, write_images=True)
    events = read(tmp_path / "train")
    names = [f"{layer}/{weight}" for layer in ("dense", "dense_1") for weight in ("kernel", "bias")]
    assert sorted(events.Tags()["histograms"]) == sorted(f"{name}/histogram" for name in names)
    assert sorted(events.Tags()["images"]) == sorted(f"{name}/image" for name in names)
    found = events.Histograms("dense/kernel/histogram")
    assert [event.step for event in found] == [0, 2]
    assert found[0].histogram_value.num == 30 * 16
    # A tall matrix is laid on its side.
    image = events.Images("dense/kernel/image")[0]
    assert (image.height, image.width) == (16, 30)


def test_kernels_of_a_convolution_lie_side_by_side(tmp_path):
    model = martlet.Sequential(
        [
            layers.Conv2D(5, 3, input_shape=(6, 5, 1)),
            layers.Flatten(),
            layers.Dense(4, activation="softmax"),
        ]
    )
    model.compile("sgd", "sparse_categorical_crossentropy")
    board = TensorBoard(tmp_path, histogram_freq=1, write_images=True)
    model.fit(X[..., None], Y, verbose=0, callbacks=board)
    image = read(tmp_path / "train").Images("conv2d/kernel/image")[0]
    assert (image.height, image.width) == (3, 15)


def test_the_graph_has_the_layers_and_what_they_read(tmp_path):
    fit(tmp_path, epochs=1)
    graph = read(tmp_path / "train").Graph()
    reads = {node.name: (node.op, list(node.input)) for node in graph.node}
    assert reads["dense_1"] == ("Dense", ["dropout"])
    assert reads["dropout"] == ("Dropout", ["dense"])
    fit(tmp_path / "without", epochs=1, write_graph=False)
    assert not read(tmp_path / "without" / "train").Tags()["graph"]


def test_a_confusion_matrix_in_the_logs_is_an_image(tmp_path):
    class Extra(Callback):
        def on_epoch_end(self, epoch, logs=None):
            board.on_epoch_end(epoch, {"confusion": np.eye(4, dtype=np.int64), "f1": np.ones(4)})

    board = TensorBoard(tmp_path, write_steps_per_second=True)
    compiled().fit(X, Y, verbose=0, callbacks=[board, Extra()])
    events = read(tmp_path / "train")
    image = events.Images("epoch_confusion")[0]
    assert (image.height, image.width) == (4, 4)
    from PIL import Image

    pixels = np.asarray(Image.open(io.BytesIO(image.encoded_image_string)).convert("L"))
    np.testing.assert_array_equal(pixels, np.eye(4) * 255)
    assert "epoch_f1" not in events.Tags()["scalars"]
    assert events.Scalars("epoch_steps_per_second")[0].value > 0


def test_a_folder_that_cannot_be_written_is_refused_before_training(tmp_path):
    (tmp_path / "file").write_text("not a folder")
    model = compiled()
    before = model.get_weights()
    with pytest.raises(OSError, match=r"expected a folder that can be written.*Pass another"):
        fit(tmp_path / "file", model=model)
    np.testing.assert_array_equal(model.get_weights()[0], before[0])
    fit(tmp_path / "other", model=model)


def test_files_are_closed_and_whole_when_a_callback_raises(tmp_path):
    class Raises(Callback):
        def on_epoch_end(self, epoch, logs=None):
            if epoch == 1:
                raise KeyError("mine")

    board = TensorBoard(tmp_path)
    with pytest.raises(KeyError, match="mine"):
        compiled().fit(X, Y, epochs=3, verbose=0, callbacks=[board, Raises()])
    assert board._files == {}
    assert [step for step, _ in scalars(tmp_path / "train", "epoch_loss")] == [0, 1]


def test_without_tensorboardx_the_error_names_the_command(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "tensorboardX", None)
    with pytest.raises(ImportError, match=r'pip install "martlet\[tensorboard\]"'):
        fit(tmp_path)


def test_what_makes_no_sense_here_is_refused():
    with pytest.raises(TypeError, match="profile_batch"):
        TensorBoard(profile_batch=2)
    TensorBoard("logs", profile_batch=0, embeddings_freq=0, embeddings_metadata=None)
    with pytest.raises(ValueError, match='"epoch", "batch" or a number of batches'):
        TensorBoard(update_freq="step")
    with pytest.raises(ValueError, match="update_freq"):
        TensorBoard(update_freq=0)
