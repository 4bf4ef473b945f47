"""No stream makes a run fail, and all that is printed goes through one place."""

from __future__ import annotations

import ast
import io
import os
import subprocess
import sys
import warnings
from pathlib import Path

import pytest

import martlet
from api_support import compiled, digits
from martlet.utils import console

X, Y = digits(64)
SHOW = warnings._showwarnmsg_impl


class Bare:
    """A stream with `write` only, as logging redirections and GUIs have."""

    def __init__(self):
        self.text = ""

    def write(self, text):
        self.text += text


class Broken(io.StringIO):
    def write(self, text):
        raise RuntimeError("main window has gone")

    def isatty(self):
        raise RuntimeError("main window has gone")


class Lying(io.StringIO):
    """Says nothing of an encoding and takes ASCII only."""

    def write(self, text):
        text.encode("ascii")
        return super().write(text)


class Narrow(io.TextIOWrapper):
    def __init__(self, encoding, is_terminal=False):
        self.is_terminal = is_terminal
        super().__init__(io.BytesIO(), encoding=encoding)

    def isatty(self):
        return self.is_terminal

    def text(self):
        return self.buffer.getvalue().decode(self.encoding)


def closed():
    stream = io.StringIO()
    stream.close()
    return stream


STREAMS = {
    "none": lambda: None,
    "closed": closed,
    "without isatty": Bare,
    "broken": Broken,
    "lying": Lying,
    "read-only": lambda: Path(os.devnull).open(),  # noqa: SIM115 - closed by the test
    "bytes": io.BytesIO,
    "ascii": lambda: Narrow("ascii"),
    "cp1252": lambda: Narrow("cp1252"),
    "an ascii terminal": lambda: Narrow("ascii", is_terminal=True),
}


@pytest.mark.parametrize("kind", STREAMS)
def test_fit_and_summary_print_to_any_stream(kind, monkeypatch):
    stream = STREAMS[kind]()
    monkeypatch.setattr(sys, "stdout", stream)
    monkeypatch.setattr(sys, "stderr", stream)
    model = compiled()
    model.summary()
    for verbose in ("auto", 1, 2):
        history = model.fit(X, Y, epochs=1, verbose=verbose, validation_split=0.25)
        assert history.history["loss"][0] > 0
        assert model.evaluate(X, Y, verbose=verbose)[0] > 0
    model.fit(
        X, Y, epochs=2, callbacks=martlet.callbacks.EarlyStopping("loss", min_delta=9, verbose=1)
    )
    # In place of pytest's own recorder: the real one writes to the stream.
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        monkeypatch.setattr(warnings, "_showwarnmsg_impl", SHOW)
        monkeypatch.setattr(warnings, "showwarning", warnings._showwarning_orig)
        console.warn("a warning")
    monkeypatch.undo()
    if hasattr(stream, "close"):
        stream.close()


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_tables_are_drawn_in_characters_that_the_encoding_has(encoding, monkeypatch):
    stream = Narrow(encoding)
    monkeypatch.setattr(sys, "stdout", stream)
    model = compiled(name="modell_é")
    model.summary()
    print(model.plan())
    print(model.profile(X))
    lines = stream.text().splitlines()
    assert lines[0] == f'Model: "modell_{"é" if encoding == "cp1252" else "?"}"'
    assert lines[1].startswith("+---")
    assert lines[2].startswith("| Layer (type)")
    assert len({len(line) for line in lines[1:9]}) == 1


def test_a_stream_that_has_the_characters_gets_them(capsys):
    compiled().summary()
    assert "│ Layer (type)" in capsys.readouterr().out


def test_a_stream_with_write_only_gets_the_lines(monkeypatch):
    stream = Bare()
    monkeypatch.setattr(sys, "stdout", stream)
    compiled().fit(X, Y)
    assert stream.text.startswith("Epoch 1/1 - ")


@pytest.mark.parametrize(
    ("setup", "encoding"),
    [("", "ascii"), ("", "cp1252"), ("sys.stdout = None", ""), ("sys.stdout.close()", "")],
)
def test_a_program_on_an_odd_console_trains_to_its_end(setup, encoding):
    code = (
        f"import sys; {setup or 'pass'}\n"
        "import numpy, martlet\n"
        "model = martlet.Sequential([martlet.layers.Dense(2, input_shape=(3,))])\n"
        "model.compile('sgd', 'mse')\n"
        "model.summary(); model.fit(numpy.ones((4, 3)), numpy.ones((4, 2)))\n"
        "import os; os.write(2, b'done')\n"
    )
    environment = {**os.environ, "PYTHONUTF8": "0"}
    if encoding:
        environment["PYTHONIOENCODING"] = encoding
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, env=environment, timeout=120
    )
    assert done.stderr.endswith(b"done"), done.stderr.decode()


def test_a_warning_names_the_users_line():
    code = "import martlet.utils.console as console\ndef run(): console.warn('so')"
    inside = {"__name__": "martlet.models.some"}
    exec(compile(code, "some.py", "exec"), inside)
    with pytest.warns(UserWarning, match="so") as caught:
        inside["run"]()
    assert caught[0].filename == __file__


def test_a_warning_is_raised_for_who_wants_that():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(UserWarning, match="so"):
            console.warn("so")


def test_nothing_else_prints_or_warns():
    found = []
    for path in Path(martlet.__file__).parent.rglob("*.py"):
        if path.name == "console.py":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            called = node.func if isinstance(node, ast.Call) else None
            is_print = isinstance(called, ast.Name) and called.id == "print"
            is_warn = isinstance(called, ast.Attribute) and ast.unparse(called) == "warnings.warn"
            is_stream = isinstance(node, ast.Attribute) and node.attr in ("stdout", "stderr")
            if is_print or is_warn or is_stream:
                found.append(f"{path.name}:{node.lineno}")
    assert found == []
