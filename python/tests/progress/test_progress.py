from __future__ import annotations

import io
import re
import sys
import time
import types

import numpy as np
import pytest

from api_support import compiled, digits
from martlet.callbacks import LambdaCallback
from martlet.progress import display_for, format_logs, format_seconds, resolve_verbose
from martlet.progress.notebook import NotebookDisplay
from martlet.progress.terminal import TerminalDisplay
from martlet.progress.text import LineDisplay, LogDisplay
from martlet.utils import console

X, Y = digits(64)


class Terminal(io.StringIO):
    def isatty(self):
        return True


def use(monkeypatch):
    """Puts a terminal in the place of pytest's own output."""
    terminal = Terminal()
    monkeypatch.setattr(sys, "stdout", terminal)
    return terminal


class Handle:
    def __init__(self, shown):
        self.shown = shown

    def update(self, item):
        self.shown.append(item._repr_html_())


@pytest.fixture
def notebook(monkeypatch):
    """A stand-in for a notebook's kernel; returns what was displayed, and what replaced it."""
    displayed, updates = [], []

    class ZMQInteractiveShell:
        pass

    def display(item, display_id):
        assert display_id
        displayed.append(item)
        return Handle(updates)

    fake = types.ModuleType("IPython")
    fake.get_ipython = ZMQInteractiveShell
    fake.display = types.SimpleNamespace(display=display)
    monkeypatch.setitem(sys.modules, "IPython", fake)
    return displayed, updates


def test_silence(capsys):
    model = compiled()
    model.fit(X, Y, verbose=0, validation_split=0.2)
    model.evaluate(X, Y, verbose=0)
    model.predict(X, verbose=0)
    captured = capsys.readouterr()
    assert (captured.out, captured.err) == ("", "")


def test_one_line_for_each_epoch_where_no_bar_can_be_drawn(capsys):
    compiled().fit(X, Y, epochs=3, validation_split=0.2)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 3
    assert re.fullmatch(
        r"Epoch 2/3 - [\d.]+ s - loss: [\d.]+ - accuracy: [\d.]+ - val_loss: [\d.]+ - "
        r"val_accuracy: [\d.]+",
        lines[1],
    )


def test_evaluate_prints_one_line_and_a_short_predict_none(capsys):
    model = compiled()
    model.evaluate(X, Y, verbose=2)
    model.predict(X, verbose=1)
    model.predict(X, batch_size=8, verbose=1)
    assert re.fullmatch(r"Evaluate - [\d.]+ s - loss.*accuracy: .*\n", capsys.readouterr().out)


def test_a_bar_in_a_terminal_gives_way_to_a_line(monkeypatch):
    terminal = use(monkeypatch)
    compiled().fit(X, Y, epochs=2, validation_split=0.2)
    text = terminal.getvalue()
    assert "Epoch 1/2: |            | 0/" in text
    assert [line[:9] for line in text.replace("\r", "\n").splitlines() if " - val_acc" in line] == [
        "Epoch 1/2",
        "Epoch 2/2",
    ]
    assert text.endswith("\n")
    assert len(text) < 2000


class Clock:
    """Time that passes when the test says so."""

    def __init__(self, monkeypatch):
        self.now = 100.0
        monkeypatch.setattr(time, "monotonic", lambda: self.now)


def test_a_bar_moves_in_a_terminal_during_the_first_epoch(monkeypatch):
    # Nothing but NumPy is needed for it, and a bar never breaks over the terminal's edge.
    terminal = use(monkeypatch)
    monkeypatch.setenv("COLUMNS", "60")
    monkeypatch.setitem(sys.modules, "tqdm", None)
    clock = Clock(monkeypatch)
    display = display_for(1)
    assert isinstance(display, TerminalDisplay)
    display.start("Epoch 1/2", 200)
    clock.now += 30
    display.update(50, {"loss": 1.25, "accuracy": 0.5})
    lines = [line.rstrip() for line in terminal.getvalue().split("\r")]
    # 30 s for a quarter leave 90 s for the rest; what does not fit 59 columns is cut off.
    assert lines[1:] == [
        "Epoch 1/2: |            | 0/200",
        "Epoch 1/2: |███         | 50/200 - 1 min 30 s left - loss:",
    ]


def test_what_is_printed_during_an_epoch_does_not_run_into_the_bar(monkeypatch):
    terminal = use(monkeypatch)
    display = display_for(1)
    display.start("Epoch 1/1", 2)
    console.say("saved")
    assert terminal.getvalue().split("\r")[-1] == "saved\n"
    assert terminal.getvalue().split("\r")[-2].strip() == ""


def test_a_log_file_tells_how_far_a_long_first_epoch_is(monkeypatch, capsys):
    clock = Clock(monkeypatch)
    display = display_for(1)
    assert isinstance(display, LogDisplay)
    display.start("Epoch 1/2", 3000)
    for second in range(1, 3001):
        clock.now += 1
        display.update(second, {"loss": 0.5})
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "Epoch 1/2: 5/3000 - 5.00 s - loss: 0.5000"
    # After 5, 10, 20, 40, 80, 160 and then every 300 seconds.
    done = [int(line.split(": ")[1].split("/")[0]) for line in lines]
    assert done == [5, 15, 35, 75, 155, 315, *range(615, 3001, 300)]


def test_short_epochs_print_one_line_each_in_a_log_file(monkeypatch, capsys):
    clock = Clock(monkeypatch)
    display = display_for(1)
    for epoch in range(1, 21):
        display.start(f"Epoch {epoch}/20", 4)
        for batch in range(4):
            clock.now += 1
            display.update(batch, {})
        display.finish(4.0, {})
    assert len(capsys.readouterr().out.splitlines()) == 20


def test_verbose_2_prints_one_line_however_long_an_epoch_takes(monkeypatch, capsys):
    clock = Clock(monkeypatch)
    display = display_for(2)
    display.start("Epoch 1/1", 2)
    clock.now += 1e4
    display.update(1, {})
    display.finish(1e4, {})
    assert capsys.readouterr().out == "Epoch 1/1 - 166 min 40 s\n"


def test_colab_is_a_notebook(monkeypatch):
    base = type("ZMQInteractiveShell", (), {})
    fake = types.ModuleType("IPython")
    fake.get_ipython = type("Shell", (base,), {})
    monkeypatch.setitem(sys.modules, "IPython", fake)
    assert console.is_notebook()


def test_a_summary_in_a_notebook_is_a_table_that_adapts(notebook, capsys):
    displayed, _ = notebook
    compiled().summary()
    assert "<table>" in displayed[0]._repr_html_()
    assert "Layer (type)" in repr(displayed[0])
    assert capsys.readouterr().out == ""


def test_an_error_takes_the_bar_away(monkeypatch):
    terminal = use(monkeypatch)

    def fail(batch, logs):
        raise ValueError("stop")

    with pytest.raises(ValueError, match="stop"):
        compiled().fit(X, Y, callbacks=[LambdaCallback(on_train_batch_end=fail)])
    assert terminal.getvalue().endswith("\r")


def test_one_output_in_a_notebook(notebook, capsys):
    displayed, updates = notebook
    compiled().fit(X, Y, epochs=3)
    assert len(displayed) == 1
    assert "Epoch 3/3" in updates[-1]
    assert "<progress" not in updates[-1]
    assert repr(displayed[0]).count("\n") == 2
    assert capsys.readouterr().out == ""


def test_a_notebook_is_updated_at_most_five_times_a_second(notebook):
    updates = notebook[1]
    model = compiled()

    x, y = np.tile(X, (600, 1, 1)), np.tile(Y, 600)

    start = time.monotonic()
    model.fit(x, y, batch_size=16)
    seconds = time.monotonic() - start
    assert len(updates) <= 2 + 5 * (seconds + 0.2)
    assert model.evaluate(x, y, batch_size=1, verbose=1)


def test_a_notebook_display_escapes_and_forgets():
    display = NotebookDisplay()
    display._handle = Handle([])
    for number in range(300):
        display.start(f"<b>{number}", 5)
        display.update(3, {"<i>": 1.0})
        assert "<b>" not in display._repr_html_()
        assert "<i>" not in display._repr_html_()
        display.finish(1.0, {"loss": 0.5})
    assert len(repr(display).splitlines()) == 200


def test_verbose():
    assert [resolve_verbose("fit", given) for given in (0, 1, 2, True, False)] == [0, 1, 2, 1, 0]
    assert resolve_verbose("fit", "auto") == 1
    assert isinstance(display_for(2), LineDisplay)
    with pytest.raises(ValueError, match="verbose"):
        resolve_verbose("fit", "loud")


def test_formats():
    assert format_logs({"loss": 0.29214, "learning_rate": 1e-4, "accuracy": 1.0}) == (
        "loss: 0.2921 - learning_rate: 0.0001 - accuracy: 1.0000"
    )
    assert [format_seconds(value) for value in (0.421, 12.3, 125)] == [
        "0.42 s",
        "12 s",
        "2 min 05 s",
    ]
