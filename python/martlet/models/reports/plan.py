"""Execution plan of a batch."""

from __future__ import annotations

import json
from typing import Any

from martlet.utils import console
from martlet.utils.table import Table

_HEAD = ("Layer", "Step", "Fused", "MFLOP", "KB", "Offsets")
_SHOWN_OFFSETS = 3


class Plan:
    """Execution plan of a batch: its steps, as text, as an HTML table, and as plain values.

    A step is one operation for a layer: forward, backward, or an update of its weights. What
    is fused happens within the step, and needs no memory of its own: a bias, an activation, a
    softmax in the loss, the optimizer's update in a gradient. Between two regions all threads wait
    for each other.

    Args:
        text: The engine's JSON.
        batch_size: Samples in the batch.

    Attributes:
        batch_size: Samples in the batch.
        facts: All that the engine says.
        steps: One dictionary for each step, in the order in which they run: "layer" (None for what
            the model adds), "name", "phase" ("forward", "backward" or "update"), "fused", "flops"
            and "bytes" of the batch, "offsets" of its tensors in bytes within the memory of 16
            samples, and "region".
    """

    def __init__(self, text: str, batch_size: int) -> None:
        self.batch_size = batch_size
        self.facts: dict[str, Any] = json.loads(text)
        self.steps: list[dict[str, Any]] = [self._step(step) for step in self.facts["steps"]]

    def _step(self, step: dict[str, Any]) -> dict[str, Any]:
        kept = {key: step[key] for key in ("layer", "name", "phase", "fused", "region")}
        return kept | {
            "flops": step["flops_per_image"] * self.batch_size,
            "bytes": step["bytes_per_image"] * self.batch_size,
            "offsets": [4 * offset for offset in step["offsets"]],
        }

    @property
    def flops(self) -> int:
        """Floating-point operations (multiplications and additions) of the whole batch."""
        return sum(step["flops"] for step in self.steps)

    @property
    def peak_bytes(self) -> int:
        """Peak memory of the batch in bytes, beside weights and gradients."""
        return int(self.facts["arena_bytes"])

    @property
    def tensor_bytes(self) -> int:
        """Bytes of all tensors together, as if none shared memory with another."""
        return int(self.facts["tensor_bytes"])

    def __str__(self) -> str:
        return console.drawable(self._table().text(console.columns()))

    def __repr__(self) -> str:
        return f"<Plan of {len(self.steps)} steps for {self.batch_size} samples>"

    def _repr_html_(self) -> str:
        return self._table().html()

    def _table(self) -> Table:
        return Table(
            _HEAD,
            [self._row(step) for step in self.steps],
            right=(3, 4),
            sections=[step["phase"] for step in self.steps],
            title=f"Plan for {counted(self.batch_size, 'sample')}",
            notes=self._notes(),
        )

    def _row(self, step: dict[str, Any]) -> list[str]:
        return [
            step["layer"] or "",
            step["name"],
            ", ".join(step["fused"]),
            mega(step["flops"]),
            f"{step['bytes'] / 1024:,.0f}" if step["bytes"] else "",
            _listed(step["offsets"]),
        ]

    def _notes(self) -> list[str]:
        peak, total = self.peak_bytes, self.tensor_bytes
        facts = self.facts
        work = [counted(facts["groups"], "group") + " of 16 samples"]
        work.append(f"gradients in {counted(facts['shards'], 'sum')}")
        work.append(f"{facts['regions']} regions")
        work.append(f"up to {counted(facts['threads'], 'thread')}")
        return [
            f"{mega(self.flops)} MFLOP; {size(peak)} of memory where the tensors' sum is "
            f"{size(total)} ({peak / max(1, total):.0%})",
            "; ".join(work),
        ]


def _listed(offsets: list[int]) -> str:
    shown = " ".join(map(str, offsets[:_SHOWN_OFFSETS]))
    return shown + (" ..." if len(offsets) > _SHOWN_OFFSETS else "")


def mega(number: float) -> str:
    """Returns millions, with three digits or more; nothing for zero."""
    if number == 0:
        return ""
    millions = number / 1e6
    places = 3 if millions < 1 else 2 if millions < 10 else 1 if millions < 100 else 0
    return f"{millions:,.{places}f}"


def size(count: float) -> str:
    """Returns a number of bytes in a unit that suits it."""
    for unit in ("bytes", "KB", "MB"):
        if count < 1024:
            return f"{count:,.0f} {unit}" if unit == "bytes" else f"{count:,.1f} {unit}"
        count /= 1024
    return f"{count:,.2f} GB"


def counted(number: int, noun: str, plural: str = "s") -> str:
    """Returns "1 thread", "2 threads", "3 batches"."""
    return f"{number:,} {noun}{plural if number != 1 else ''}"
