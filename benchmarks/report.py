"""The results as one table, as text or as Markdown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from flops import cost, step_flops
from networks import named
from peak import Peak
from rounds import LeftOut, Result

COLUMNS = (
    "network",
    "batch",
    "peer",
    "step, ms",
    "best, ms",
    "× Martlet",
    "GFLOP/s",
    "of peak",
    "µs an image",
    "10,000 images, ms",
    "× Martlet",
    "1 image, µs",
    "× Martlet",
)
LEFT_ALIGNED = {"network", "peer"}


@dataclass(frozen=True)
class Report:
    """Everything one run found.

    Attributes:
        results: One entry a peer, network and batch size.
        left_out: What could not be measured.
        peak: The machine's limit.
        source: Which images they were.
    """

    results: Sequence[Result]
    left_out: Sequence[LeftOut]
    peak: Peak
    source: str

    def text(self) -> str:
        """The table for a terminal, with what it rests on above and what is missing below."""
        table = self.table()
        widths = [max(len(row[column]) for row in table) for column in range(len(table[0]))]
        lines = []
        for number, row in enumerate(table):
            if number and row[0]:
                lines.append("")
            lines.append("  ".join(map(aligned, row, widths, table[0])).rstrip())
        return "\n".join([*self.preface(), "", *lines, "", *self.notes()])

    def markdown(self) -> str:
        """The table for the README; Martlet's rows are bold."""
        header, *rows = self.table()
        marks = [":--" if name in LEFT_ALIGNED else "--:" for name in header]
        where = header.index("peer")
        lines = [header, marks]
        for row in rows:
            bold = row[where] == "Martlet"
            lines.append([f"**{cell}**" if bold and cell else cell for cell in row])
        table = [f"| {' | '.join(line)} |" for line in lines]
        return "\n".join(["  \n".join(self.preface()), "", *table, "", *self.notes("- ")])

    def preface(self) -> list[str]:
        peak, rounds = self.peak, self.rounds()
        more = f", {peak.all:.0f} on {peak.threads}" if peak.threads > 1 else ""
        return [
            f"Training steps and inference on {counted(peak.threads, 'thread')}, float32, "
            f"{self.source}; medians of {rounds}.",
            f"Peak of this machine: {peak.one:.0f} GFLOP/s on 1 thread{more} ({peak.method}).",
        ]

    def rounds(self) -> str:
        """How often peers were measured: as often as the others of their network."""
        counts = sorted({len(result.step) for result in self.results}) or [0]
        text = counted(counts[-1], "interleaved round")
        return text if len(counts) == 1 else f"{counts[0]} to {text}"

    def table(self) -> list[list[str]]:
        """The header and the rows, without the columns that say nothing in this run."""
        rows = []
        for _, results in groupby(self.results, key=lambda result: result.case):
            rows += self.case_rows(list(results))
        sizes = {result.task.batch_size for result in self.results}
        dropped = {"batch", "µs an image"} if len(sizes) <= 1 else set()
        kept = [i for i, name in enumerate(COLUMNS) if name not in dropped]
        return [[row[i] for i in kept] for row in [list(COLUMNS), *rows]]

    def case_rows(self, results: list[Result]) -> list[list[str]]:
        """One network's rows: Martlet first, then its peers, the quickest first."""
        martlet = martlet_of(results)
        results.sort(key=lambda result: (result is not martlet, result.typical("step")))
        rows = [self.row(result, martlet) for result in results]
        for row in rows[1:]:
            row[:2] = "", ""
        return rows

    def row(self, result: Result, martlet: Result | None) -> list[str]:
        network, images = result.case
        step = result.typical("step")
        rate = step_flops(named(network), images) / step
        return [
            network,
            str(images),
            result.label,
            figures(step * 1e3),
            figures(result.best("step") * 1e3),
            ratio(result, martlet, "step"),
            figures(rate / 1e9),
            f"{rate / 1e9 / self.peak.all:.0%}",
            figures(step / images * 1e6),
            figures(result.typical("inference") * 1e3),
            ratio(result, martlet, "inference"),
            figures(result.typical("latency") * 1e6),
            ratio(result, martlet, "latency"),
        ]

    def notes(self, bullet: str = "") -> list[str]:
        """Versions, doubtful rows, and what was left out."""
        versions = dict.fromkeys(result.version for result in self.results)
        lines = [f"Versions: {'; '.join(versions)}."] if versions else []
        for _, results in groupby(self.results, key=lambda result: result.case):
            lines += bf16_beside_bf16(list(results))
        for result in self.results:
            lines += doubts(result)
        gaps: dict[tuple[str, str], dict[str, None]] = {}
        for gap in self.left_out:
            gaps.setdefault((gap.task.peer, gap.reason), {})[gap.task.network] = None
        for (peer, reason), networks in gaps.items():
            lines.append(f"Left out: {peer} for {', '.join(networks)}: {reason}.")
        return [bullet + line for line in lines]


def doubts(result: Result) -> list[str]:
    """Reasons not to trust a row: it is not the same network, or it learns nothing."""
    expected = cost(named(result.task.network)).parameters
    name, found = f"{result.label}, {result.task.network}", []
    if abs(result.parameters - expected) > 0.01 * expected:
        found.append(f"Doubtful: {name}: {result.parameters} parameters, expected {expected}.")
    if result.accuracy < 0.5:
        found.append(f"Doubtful: {name}: accuracy {result.accuracy:.0%} after training.")
    return found


def bf16_beside_bf16(results: Sequence[Result]) -> list[str]:
    """What PyTorch's bfloat16 takes beside Martlet's: the table compares with Martlet's float32."""
    peers = {result.task.peer: result for result in results}
    ours, theirs = peers.get("martlet_bf16"), peers.get("torch_bf16")
    if ours is None or theirs is None:
        return []
    ratio = figures(theirs.ratio("step", ours))
    return [f"{ours.task.network}: {theirs.label} takes {ratio} × the time of {ours.label} a step."]


def martlet_of(results: Sequence[Result]) -> Result | None:
    """Martlet's own among the results of one case."""
    return next((result for result in results if result.is_martlet), None)


def ratio(result: Result, martlet: Result | None, what: str) -> str:
    return "" if martlet is None else figures(result.ratio(what, martlet))


def counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def figures(number: float) -> str:
    """A positive number with three significant figures, and never in powers of ten."""
    for limit, places in ((9.995, 2), (99.95, 1)):
        if number < limit:
            return f"{number:.{places}f}" if number >= 0.0995 else f"{number:.3f}"
    return f"{number:,.0f}"


def aligned(cell: str, width: int, column: str) -> str:
    return cell.ljust(width) if column in LEFT_ALIGNED else cell.rjust(width)
