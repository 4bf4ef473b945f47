from __future__ import annotations

import pytest

from api_support import compiled, digits
from martlet.callbacks import ModelCheckpoint
from martlet.callbacks.callback import overrides

X, Y = digits(64)  # 4 batches of 16.


def saved(folder, epochs=2, **kwargs):
    callback = ModelCheckpoint(folder / "{epoch}-{batch}.safetensors", **kwargs)
    compiled().fit(X, Y, epochs=epochs, batch_size=16, verbose=0, callbacks=callback)
    return sorted(path.stem for path in folder.iterdir())


def test_batches_between_saves_are_counted_across_epochs(tmp_path):
    # Batches 3 and 6 of 8: Keras 3 saves after the same ones.
    assert saved(tmp_path, save_freq=3) == ["1-3", "2-2"]


def test_only_better_batches_are_saved_with_save_best_only(tmp_path):
    found = saved(tmp_path, save_freq=1, save_best_only=True, monitor="loss", mode="max")
    assert found[0] == "1-1"
    assert len(found) < 8


def test_every_epoch_needs_no_call_for_each_batch(tmp_path):
    path = tmp_path / "best.safetensors"
    assert not overrides(ModelCheckpoint(path), "on_train_batch_end")
    assert overrides(ModelCheckpoint(path, save_freq=2), "on_train_batch_end")


@pytest.mark.parametrize("save_freq", ["batch", 0, -1, 2.5, None])
def test_a_bad_save_freq_is_explained(tmp_path, save_freq):
    with pytest.raises((TypeError, ValueError), match="save_freq"):
        ModelCheckpoint(tmp_path / "best.safetensors", save_freq=save_freq)
