"""Profile of a batch: the time of each step."""

from __future__ import annotations

import json
from typing import Any

from martlet.models.reports.plan import counted
from martlet.utils import console
from martlet.utils.table import Table

_HEAD = ("Layer", "Step", "ms", "GFLOP/s", "Share")


class Profile:
    """Profile of a batch: the time of each step, as text, as an HTML table, and as plain values.

    Milliseconds are those of one batch. Threads take turns at a step's work and wait for each
    other where the next step needs all of it; a step's milliseconds are what the threads took
    together, divided by their number. So the steps and the line "waiting" add up to the batch.

    Args:
        text: The engine's JSON.

    Attributes:
        batch_size: Samples in a batch.
        batches: How many were measured.
        threads: How many threads they ran on.
        training: Whether they were steps of training; otherwise predictions.
        milliseconds: What a batch took.
        steps: One dictionary for each step, in the order in which they run: "layer" (None for what
            the model adds), "name", "phase" ("forward", "backward" or "update"), "fused",
            "milliseconds", "share" of the batch's time, "gflops" on all threads, and "flops".
    """

    def __init__(self, text: str) -> None:
        facts: dict[str, Any] = json.loads(text)
        self.batch_size: int = facts["batch_size"]
        self.batches: int = facts["batches"]
        self.threads: int = facts["threads"]
        self.training: bool = facts["training"]
        self.milliseconds: float = facts["milliseconds"]
        self.steps: list[dict[str, Any]] = facts["steps"]
        for step in self.steps:
            step["flops"] = step.pop("flops_per_image") * self.batch_size

    @property
    def flops(self) -> int:
        """Floating-point operations (multiplications and additions) of a batch."""
        return sum(step["flops"] for step in self.steps)

    @property
    def gflops(self) -> float:
        """Throughput of the whole batch in billions of floating-point operations a second."""
        return float(self.flops / self.milliseconds / 1e6)

    @property
    def waiting(self) -> float:
        """Milliseconds of a batch that belong to no step: threads wait, and start."""
        spent: float = sum(step["milliseconds"] for step in self.steps)
        return max(0.0, self.milliseconds - spent)

    def __str__(self) -> str:
        return console.drawable(self._table().text(console.columns()))

    def __repr__(self) -> str:
        return f"<Profile of {len(self.steps)} steps: {self.milliseconds:.3g} ms a batch>"

    def _repr_html_(self) -> str:
        return self._table().html()

    def _table(self) -> Table:
        what = "Training step" if self.training else "Prediction"
        share = self.waiting / self.milliseconds
        places = 4 if self.milliseconds < 10 else 3 if self.milliseconds < 100 else 1
        last = ["", "waiting", f"{self.waiting:,.{places}f}", "", f"{share:.1%}"]
        return Table(
            _HEAD,
            [*(_row(step, places) for step in self.steps), last],
            right=(2, 3, 4),
            sections=[*(step["phase"] for step in self.steps), "between"],
            bars=[*(step["share"] for step in self.steps), share],
            title=f"{what} of {counted(self.batch_size, 'sample')}: {self.milliseconds:.3g} ms",
            notes=self._notes(),
        )

    def _notes(self) -> list[str]:
        rate = self.batch_size / self.milliseconds * 1e3
        return [
            f"{rate:,.0f} samples a second; {self.gflops:,.1f} GFLOP/s on "
            f"{counted(self.threads, 'thread')}; mean of {counted(self.batches, 'batch', 'es')}"
        ]


def _row(step: dict[str, Any], places: int) -> list[str]:
    return [
        step["layer"] or "",
        " + ".join([step["name"], *step["fused"]]),
        f"{step['milliseconds']:,.{places}f}",
        f"{step['gflops']:,.1f}" if step["flops"] else "",
        f"{step['share']:.1%}",
    ]
