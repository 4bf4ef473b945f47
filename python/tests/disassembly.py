"""Innermost loops of compiled code, as objdump lists its instructions."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_FUNCTION = re.compile(r"^[0-9a-f]+ <(.+)>:$")
_INSTRUCTION = re.compile(r"^\s*([0-9a-f]+):\t((?:[0-9a-f]{2} )+)\s*\t?(?:(\S+)\s*(.*))?$")
_TARGET = re.compile(r"^([0-9a-f]+) <")


@dataclass(frozen=True)
class Instruction:
    """One instruction in the syntax of AT&T: sources first, the destination last."""

    address: int
    code: bytes
    name: str
    operands: str

    @property
    def target(self) -> int | None:
        """Where a jump leads, if it says so."""
        found = _TARGET.match(self.operands) if self.name.startswith("j") else None
        return int(found[1], 16) if found else None

    @property
    def is_fused(self) -> bool:
        """Whether it multiplies and adds in one go."""
        return self.name.startswith(("vfmadd", "vfmsub", "vfnmadd", "vfnmsub"))

    @property
    def is_call(self) -> bool:
        return self.name.startswith("call")

    @property
    def is_spill(self) -> bool:
        """Whether a vector goes to the stack or comes from there."""
        return bool(
            re.search(r"%[xyz]mm", self.operands) and re.search(r"\(%r[sb]p", self.operands)
        )


@dataclass(frozen=True)
class Loop:
    """The instructions between the target of a jump backwards and that jump."""

    function: str
    body: tuple[Instruction, ...]

    @property
    def fused(self) -> list[Instruction]:
        return [instruction for instruction in self.body if instruction.is_fused]

    @property
    def registers(self) -> set[str]:
        """The kinds of vector registers that are multiplied: xmm, ymm, zmm."""
        return {kind for one in self.fused for kind in re.findall(r"%([xyz]mm)\d", one.operands)}

    @property
    def code(self) -> bytes:
        return b"".join(instruction.code for instruction in self.body)

    def __str__(self) -> str:
        lines = (f"    {one.address:x}: {one.name} {one.operands}" for one in self.body)
        return "\n".join([self.function, *lines])


def innermost_loops(objects: Path) -> Iterator[Loop]:
    """Yields the loops of an object file that hold no other loop."""
    command = ["objdump", "--disassemble", "--wide", str(objects)]
    listing = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    for name, body in _functions(listing):
        jumps = [
            (one.target, one.address)
            for one in body
            if one.target is not None and body[0].address <= one.target <= one.address
        ]
        for first, last in jumps:
            within = [jump for jump in jumps if first <= jump[0] and jump[1] <= last]
            if len(set(within)) == 1:
                yield Loop(name, tuple(one for one in body if first <= one.address <= last))


def _functions(listing: str) -> Iterator[tuple[str, list[Instruction]]]:
    name, body = "", []
    for line in listing.splitlines():
        if start := _FUNCTION.match(line):
            if body:
                yield name, body
            name, body = start[1], []
        elif (found := _INSTRUCTION.match(line)) and found[3]:
            body.append(Instruction(int(found[1], 16), bytes.fromhex(found[2]), found[3], found[4]))
    if body:
        yield name, body
