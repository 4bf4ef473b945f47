"""The hot loops are what they should be in machine code: the widest fused multiply-adds, all
accumulators in registers, nothing called."""

from __future__ import annotations

import platform
import shutil
from pathlib import Path

import pytest

from disassembly import Instruction, Loop, innermost_loops
from martlet import _core

ROOT = Path(__file__).resolve().parents[2]

pytestmark = [
    pytest.mark.skipif(platform.machine() != "x86_64", reason="reads x86-64 instructions"),
    pytest.mark.skipif(shutil.which("objdump") is None, reason="needs objdump: install binutils"),
]

# Module, registers, source, and multiply-adds of the largest tile: 6 rows of 4 vectors of 16 lanes,
# or 3 filters of 2 tiles in 4 planes; with AVX2 6 rows of one vector, or one filter of one tile in
# 4 planes, each vector being two registers.
LOOPS = [
    pytest.param("MartletKernelsAVX512", "zmm", "Product+Kernel", 24, id="AVX-512 product"),
    pytest.param("MartletKernelsAVX512", "zmm", "LaneProduct", 24, id="AVX-512 lanes"),
    pytest.param("MartletKernelsAVX512", "zmm", "Winograd", 24, id="AVX-512 Winograd"),
    pytest.param("MartletKernelsAVX2", "ymm", "Product+Kernel", 12, id="AVX2 product"),
    pytest.param("MartletKernelsAVX2", "ymm", "LaneProduct", 12, id="AVX2 lanes"),
    pytest.param("MartletKernelsAVX2", "ymm", "Winograd", 8, id="AVX2 Winograd"),
]


def hot_loops(module: str, source: str) -> list[Loop]:
    """The innermost loops with multiply-adds of one source file, as it was compiled last.

    Those that transform the inputs of Winograd's convolution are left out: they add and move.
    """
    compiled = ROOT / ".build" / "release" / f"{module}.build" / f"{source}.swift.o"
    assert compiled.exists(), f"{compiled} is missing: run make build"
    loops = [loop for loop in innermost_loops(compiled) if loop.fused]
    return [loop for loop in loops if "winogradConvolution" not in loop.function]


@pytest.mark.parametrize(("module", "registers", "source", "largest"), LOOPS)
def test_products_run_in_the_widest_registers(module, registers, source, largest):
    loops = hot_loops(module, source)
    for loop in loops:
        assert loop.registers == {registers}, str(loop)
        assert not any(one.is_call for one in loop.body), str(loop)
        assert not any(one.is_spill for one in loop.body), str(loop)
    assert max(len(loop.fused) for loop in loops) >= largest
    # A large tile must do little but multiply: loads, broadcasts and counting are the rest.
    for loop in loops:
        if len(loop.fused) >= largest:
            assert len(loop.fused) >= 0.3 * len(loop.body), str(loop)


@pytest.mark.parametrize(("module", "registers", "source", "largest"), LOOPS)
def test_the_extension_has_these_loops(module, registers, source, largest):
    extension = Path(_core.__file__).read_bytes()
    for loop in hot_loops(module, source):
        assert loop.code in extension, f"not built from the same sources: make build\n{loop}"


LISTING = """
0000000000000000 <plain>:
   0:\t31 c0                \txor    %eax,%eax
   2:\t62 f2 7d 48 b8 c1    \tvfmadd231ps %zmm1,%zmm0,%zmm0
   8:\t62 f1 7c 48 11 44 24 01 \tvmovups %zmm0,0x40(%rsp)
  10:\te8 00 00 00 00       \tcall   15 <plain+0x15>
  15:\t75 eb                \tjne    2 <plain+0x2>
  17:\t75 e7                \tjne    0 <plain>
  19:\tc3                   \tret
"""


def test_loops_are_read_rightly(monkeypatch):
    """The check itself: a spill and a call in the inner of two loops."""

    class Done:
        stdout = LISTING

    monkeypatch.setattr("disassembly.subprocess.run", lambda *_, **__: Done)
    (loop,) = innermost_loops(Path("any.o"))
    assert [one.address for one in loop.body] == [0x2, 0x8, 0x10, 0x15]
    assert loop.registers == {"zmm"}
    assert [one.name for one in loop.fused] == ["vfmadd231ps"]
    assert [one.is_spill for one in loop.body] == [False, True, False, False]
    assert [one.is_call for one in loop.body] == [False, False, True, False]
    assert loop.code.startswith(bytes.fromhex("62f27d48b8c1"))
    assert not Instruction(0, b"", "mov", "%rax,0x8(%rsp)").is_spill
