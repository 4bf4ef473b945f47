"""Tables fit the width of where they are shown."""

from __future__ import annotations

import numpy as np
import pytest

import martlet
from martlet import layers
from martlet.utils.columns import bar, cut, extent, fitted, wrapped
from martlet.utils.table import Table, text_table

ROWS = [
    ["first_convolution_of_a_block (Conv2D)", "(None, 128, 128, 64)", "1,234,567 frozen", "x, y"],
    ["dense (Dense)", "(None, 10)", "10", "first_convolution_of_a_block"],
]
HEAD = ["Layer (type)", "Output Shape", "Param #", "Connected to"]


def branched():
    x = martlet.Input((16, 16, 3), name="a_rather_long_name_of_an_input")
    y = layers.Conv2D(3, 3, padding="same", name="first_convolution_of_a_block")(x)
    z = layers.add([x, y], name="sum_of_both_branches_of_the_block")
    model = martlet.Model(x, layers.Dense(4)(layers.Flatten()(z)))
    model.compile("adam", "mse")
    return model


def widest(text):
    return max(map(extent, text.splitlines()))


@pytest.mark.parametrize("width", [60, 72, 80, 100])
def test_a_summary_fits_the_terminal(width, monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", str(width))
    branched().summary()
    printed = capsys.readouterr().out
    assert widest(printed) <= width
    rows = [line for line in printed.splitlines() if line.startswith("│")]
    assert {line.count("│") for line in rows} == {5}


@pytest.mark.parametrize("width", [40, 50, 80])
def test_a_plan_and_a_profile_fit_the_terminal(width, monkeypatch):
    monkeypatch.setenv("COLUMNS", str(width))
    model = branched()
    x, y = np.ones((32, 16, 16, 3), np.float32), np.ones((32, 4), np.float32)
    assert widest(str(model.plan())) <= max(width, 45)
    assert widest(str(model.profile(x, y))) <= max(width, 55)


def test_line_length_is_the_longest_line():
    lines = []
    branched().summary(line_length=60, print_fn=lines.append)
    assert max(map(len, lines)) <= 60
    with pytest.raises(ValueError, match="line_length"):
        branched().summary(line_length=0)
    with pytest.raises(TypeError, match="print_fn"):
        branched().summary(print_fn="screen")


def test_long_cells_go_over_lines_and_lose_nothing():
    text = text_table(HEAD, ROWS, right=(2,), width=56)
    for column, cells in enumerate(zip(*ROWS, strict=True)):
        shown = "".join(
            line.split("│")[column + 1] for line in text.splitlines()[3:] if line[0] == "│"
        )
        for cell in cells:
            assert cell.replace(" ", "") in shown.replace(" ", "")
    assert widest(text) <= 56


def test_a_number_is_never_broken():
    assert "1,234,567" in text_table(HEAD, ROWS, right=(2,), width=20)


def test_a_table_that_fits_is_as_wide_as_it_needs_to_be():
    assert widest(text_table(HEAD, ROWS, right=(2,), width=500)) == widest(text_table(HEAD, ROWS))


def test_chinese_names_stand_in_columns():
    rows = [["卷积层", "1"], ["dense", "22"]]
    assert {extent(line) for line in text_table(["层", "n"], rows).splitlines()} == {15}


def test_titles_and_notes_are_wrapped():
    table = Table(["a"], [["b"]], (), ["s"], title="one two three", notes=["four five six"])
    assert widest(table.text(9)) <= 9


def test_wrapping():
    assert wrapped("block_1_conv (Conv2D)", 14) == ["block_1_conv", "(Conv2D)"]
    assert wrapped("(None, 28, 28, 64)", 11) == ["(None, 28,", "28, 64)"]
    assert wrapped("abcdefgh", 3) == ["abc", "def", "gh"]
    assert wrapped("卷积层", 4) == ["卷积", "层"]
    assert wrapped("", 4) == [""]
    assert cut("卷积层", 5) == "卷积"


def test_the_widest_column_gives_way_first():
    assert fitted(["a" * 20, "b" * 8, "c" * 5], [], 30, ()) == [17, 8, 5]
    assert fitted(["a" * 20, "b" * 8, "c" * 5], [], 3, (2,)) == [4, 4, 5]


def test_a_bar_is_filled_to_an_eighth():
    assert [bar(share, 2) for share in (0, 1 / 16, 0.5, 0.75, 1, 7)] == [
        "", "▏", "█", "█▌", "██", "██",
    ]  # fmt: skip


def test_html_tables_scroll_in_a_narrow_notebook():
    model = branched()
    for item in (model, model.plan()):
        assert item._repr_html_().startswith('<div style="overflow-x: auto">')
