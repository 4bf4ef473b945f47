from __future__ import annotations

import pytest

from api_support import compiled, digits
from martlet import metrics


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("accuracy", "accuracy"),
        ("acc", "acc"),
        ("sparse_categorical_accuracy", "sparse_categorical_accuracy"),
        (metrics.SparseCategoricalAccuracy(), "sparse_categorical_accuracy"),
        (metrics.CategoricalAccuracy(name="share"), "share"),
    ],
)
def test_the_name_that_was_written_is_the_name_in_the_history(given, name):
    model = compiled(metrics=[given])
    history = model.fit(*digits(), validation_split=0.25, verbose=0).history
    assert list(history) == ["loss", name, "val_loss", f"val_{name}"]
    assert model.metrics_names == ["loss", name]


def test_one_metric_needs_no_list():
    model = compiled()
    model.compile("sgd", "sparse_categorical_crossentropy", metrics="accuracy")
    assert len(model.evaluate(*digits(), verbose=0)) == 2


def test_an_unknown_name_gets_the_nearest_one():
    with pytest.raises(ValueError, match='"accuracy"'):
        metrics.get("acuracy")
