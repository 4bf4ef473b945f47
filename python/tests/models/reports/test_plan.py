"""What a model tells about the steps of a batch, and about their time."""

from __future__ import annotations

import threading

import numpy as np
import pytest

import martlet
from api_support import SHAPE, classifier, compiled, digits
from martlet import layers
from martlet.callbacks import LambdaCallback


def image_classifier() -> martlet.Sequential:
    """Layers whose steps fuse what follows them."""
    model = martlet.Sequential(
        [
            layers.Conv2D(4, 3, input_shape=(10, 10, 1), name="<edges>"),
            layers.MaxPooling2D(),
            layers.ReLU(),
            layers.Flatten(),
            layers.Dense(3, activation="softmax"),
        ]
    )
    model.compile("adam", "sparse_categorical_crossentropy")
    return model


def lines(table: object) -> list[str]:
    return str(table).splitlines()


def test_plan_lists_steps_with_layers_and_fusions():
    plan = image_classifier().plan(batch_size=64)
    found = {(step["layer"], step["name"]): step for step in plan.steps}
    convolution = found["<edges>", "convolution"]
    assert convolution["fused"] == ["bias"]
    assert convolution["flops"] == 64 * 8 * 8 * 4 * 9 * 2
    assert convolution["bytes"] == 64 * 4 * (10 * 10 + 8 * 8 * 4)
    assert found["max_pooling2d", "max pool"]["fused"] == ["relu"]
    assert found[None, "loss"]["fused"] == ["softmax"]
    assert found["dense", "weight gradient"]["fused"] == ["bias", "update"]
    assert {step["phase"] for step in plan.steps} == {"forward", "backward", "update"}
    assert plan.flops == sum(step["flops"] for step in plan.steps)


def test_tensors_of_a_step_do_not_overlap():
    plan = image_classifier().plan(batch_size=16, training=False)
    image, maps = plan.steps[1]["offsets"]
    sizes = {image: 16 * 4 * 100, maps: 16 * 4 * 256}
    first, second = sorted(sizes)
    assert first + sizes[first] <= second
    assert second + sizes[second] <= plan.peak_bytes


def test_memory_is_shared_between_tensors():
    model = martlet.Sequential([layers.Dense(64, input_shape=(64,)) for _ in range(10)])
    plan = model.plan(batch_size=16, training=False)
    # Of a chain of layers two tensors live at a time; a cache line keeps groups apart.
    assert plan.tensor_bytes == 16 * 4 * 64 * 11
    assert plan.peak_bytes == 16 * 4 * (64 * 2 + 1)
    assert "memory" in str(plan)
    assert "18%" in str(plan)


def test_plan_can_be_read():
    plan = compiled().plan(batch_size=64)
    assert len(plan.steps) > len(classifier().plan(batch_size=64, training=False).steps) > 1
    assert lines(plan)[0] == "Plan for 64 samples"
    assert any(line.startswith("backward ──") for line in lines(plan))
    assert max(map(len, lines(plan))) <= 100
    assert repr(plan) == f"<Plan of {len(plan.steps)} steps for 64 samples>"
    with pytest.raises(ValueError, match="batch_size"):
        classifier().plan(0)


def test_profile_of_training_adds_up():
    x, y = digits(100)
    profile = compiled("adam").profile(x, y, batch_size=16)
    assert (profile.batch_size, profile.training) == (16, True)
    assert profile.batches >= 6
    spent = sum(step["milliseconds"] for step in profile.steps)
    assert 0 < spent <= profile.milliseconds
    assert spent + profile.waiting == pytest.approx(profile.milliseconds)
    shares = sum(step["share"] for step in profile.steps)
    assert shares == pytest.approx(spent / profile.milliseconds)
    for step in profile.steps:
        if step["milliseconds"]:
            rate = step["flops"] / step["milliseconds"] / 1e6
            assert step["gflops"] == pytest.approx(rate)
    assert profile.flops == compiled("adam").plan(16).flops


def test_profile_changes_nothing():
    x, y = digits(64)
    profiled, other = (compiled("adam", dropout=0.5) for _ in range(2))
    other.set_weights(profiled.get_weights())
    other.seed = profiled.seed
    profiled.built_model, other.built_model  # noqa: B018 - both are built
    before = profiled.get_weights()
    profiled.profile(x, y, batch_size=16)
    profiled.profile(x)
    for old, new in zip(before, profiled.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)
    assert profiled.optimizer.iterations == 0


def test_profile_of_prediction_needs_no_compile():
    x, _ = digits(300)
    profile = classifier().profile(x)
    assert (profile.batch_size, profile.training) == (256, False)
    assert {step["phase"] for step in profile.steps} == {"forward"}
    assert profile.steps[-1]["name"] == "scatter"
    assert classifier().profile(x[:1]).batch_size == 1
    assert classifier().profile(x, batch_size=48).batch_size == 48


def test_profile_can_be_read():
    model = image_classifier()
    profile = model.profile(np.zeros((40, 10, 10, 1), np.float32), np.zeros(40, int))
    head, *rest = lines(profile)
    assert head.startswith("Training step of 32 samples: ")
    assert rest[0].split() == ["Layer", "Step", "ms", "GFLOP/s", "Share"]
    assert any("max pool + relu" in line for line in rest)
    assert any("waiting" in line for line in rest)
    assert max(map(len, lines(profile))) <= 100
    assert repr(profile).startswith(f"<Profile of {len(profile.steps)} steps: ")


def test_tables_in_a_notebook_are_escaped():
    model = image_classifier()
    x = np.zeros((32, 10, 10, 1), np.float32)
    for table in (model.plan(), model.profile(x, np.zeros(32, int))):
        html = table._repr_html_()
        assert html.count("<tr>") == html.count("</tr>") > len(table.steps)
        assert "&lt;edges&gt;" in html
        assert "<edges>" not in html


def test_profile_refuses_what_fit_refuses():
    x, y = digits(20)
    with pytest.raises(RuntimeError, match="compile"):
        classifier().profile(x, y)
    with pytest.raises(ValueError, match="batch_size"):
        compiled().profile(x, y, batch_size=0)
    with pytest.raises(ValueError, match="shape"):
        compiled().profile(np.zeros((20, 3)), y)
    with pytest.raises(ValueError, match="labels"):
        compiled().profile(x, y + 100)
    with pytest.raises(ValueError, match="finite"):
        compiled().profile(np.full((2, *SHAPE), np.nan))
    with pytest.raises(RuntimeError, match="not known"):
        martlet.Sequential([layers.Dense(2)]).plan()


def test_profile_during_a_run():
    """From a callback it is one more run; from another thread it waits for its turn."""
    x, y = digits(96)
    model, other = compiled("adam"), compiled("adam")
    other.set_weights(model.get_weights())
    other.seed = model.seed
    profiles = []

    def look(batch, logs):
        if batch == 1:
            profiles.append(model.profile(x, y, batch_size=32))

    started = threading.Thread(target=lambda: profiles.append(model.profile(x)))
    started.start()
    model.fit(x, y, verbose=0, callbacks=LambdaCallback(on_train_batch_end=look))
    started.join()
    assert sorted(profile.training for profile in profiles) == [False, True]
    other.fit(x, y, verbose=0)
    for mine, theirs in zip(model.weights, other.weights, strict=True):
        np.testing.assert_array_equal(mine, theirs)
