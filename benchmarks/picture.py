"""The results as a picture: bars of milliseconds a step, one panel a network, Martlet highlighted.

The background is transparent and every colour keeps its contrast on white and on near-black, so
that one file serves a page in either theme.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from report import figures, martlet_of
from rounds import Result

INK, PEER, HIGHLIGHT, OURS = "#7d8590", "#8b98a9", "#e8590c", "#f4a578"
BAR_INCHES, PANEL_INCHES, WIDTH_INCHES = 0.27, 0.62, 8.0


def draw(results: Sequence[Result], title: str, paths: Sequence[Path]) -> None:
    """Writes the picture to each path; the file's ending chooses its format.

    Args:
        results: One run's results; the panels follow their order.
        title: The line at the top, which says what was measured.
        paths: Such as `bench.svg` and `bench.png`.
    """
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    panels = [list(group) for _, group in groupby(results, key=lambda result: result.case)]
    heights = [len(panel) * BAR_INCHES + PANEL_INCHES for panel in panels]
    style = {"font.size": 9, "svg.fonttype": "none", "svg.hashsalt": "martlet", "text.color": INK}
    with pyplot.rc_context(style):
        figure, axes = pyplot.subplots(
            len(panels),
            figsize=(WIDTH_INCHES, sum(heights) + 0.4),
            height_ratios=heights,
            squeeze=False,
            layout="constrained",
        )
        figure.suptitle(title, color=INK, fontsize=10)
        for axis, panel in zip(axes[:, 0], panels, strict=True):
            draw_panel(axis, panel)
        for path in paths:
            metadata = {"Date": None} if path.suffix == ".svg" else None
            figure.savefig(path, dpi=160, transparent=True, metadata=metadata)
        pyplot.close(figure)


def draw_panel(axis: Any, panel: list[Result]) -> None:
    """One network: the quickest on top, each bar with its time and its ratio to Martlet's."""
    panel = sorted(panel, key=lambda result: result.typical("step"), reverse=True)
    martlet = martlet_of(panel)
    times = [result.typical("step") * 1e3 for result in panel]
    colours = [colour(result, martlet) for result in panel]
    bars = axis.barh([result.label for result in panel], times, color=colours, height=0.72)
    captions = [caption(result, martlet) for result in panel]
    texts = axis.bar_label(bars, captions, padding=4, color=INK)
    axis.tick_params(axis="y", length=0, labelcolor=INK)
    for text, label, result in zip(texts, axis.get_yticklabels(), panel, strict=True):
        if result is martlet:
            text.set(color=HIGHLIGHT, weight="bold")
            label.set(color=HIGHLIGHT, weight="bold")
    network, batch = panel[0].case
    axis.set_title(f"{network}, batch {batch}", loc="left", color=INK, weight="bold")
    axis.set_xlim(0, max(times) * 1.22)
    axis.tick_params(axis="x", bottom=False, labelbottom=False)
    axis.spines[:].set_visible(False)


def colour(result: Result, martlet: Result | None) -> str:
    """Martlet's, a paler one for its other precisions, grey for the peers."""
    if result is martlet:
        return HIGHLIGHT
    return OURS if result.task.peer.startswith("martlet") else PEER


def caption(result: Result, martlet: Result | None) -> str:
    time = f"{figures(result.typical('step') * 1e3)} ms"
    if martlet is None or result is martlet:
        return time
    return f"{time}  ({figures(result.ratio('step', martlet))}×)"
