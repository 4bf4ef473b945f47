"""The benchmark's counting, its table and picture, and one small run of Martlet alone."""

# ruff: noqa: E402, RUF001 - these programs are no package, and their tables have signs of their own.

from __future__ import annotations

import json
import math
import subprocess
import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"
sys.path.insert(0, str(BENCHMARKS))

import flops
import networks
import peers
import run
from peak import Peak
from report import Report, figures
from rounds import LeftOut, Result, Task


def test_flops_of_a_dense_network_by_hand():
    # First layer forward and weight gradient, second layer also the gradient of its input.
    by_hand = 2 * (2 * 784 * 128) + 3 * (2 * 128 * 10)
    assert flops.step_flops(networks.named("mlp"), 64) == 64 * by_hand == 26_181_632


def test_flops_of_a_convolutional_network_by_hand():
    first = 2 * 25 * 1 * 10 * 24 * 24
    second = 2 * 25 * 10 * 20 * 8 * 8
    dense = 2 * 320 * 50 + 2 * 50 * 10
    by_hand = 2 * first + 3 * (second + dense)
    assert flops.step_flops(networks.named("cnn"), 1) == by_hand == 2_595_000


def test_flops_of_a_recurrent_network_by_hand():
    inputs, recurrent = 2 * 28 * 28 * 512, 2 * 28 * 128 * 512
    by_hand = 2 * inputs + 3 * recurrent + 3 * 2 * 128 * 10
    assert flops.cost(networks.named("lstm")).training == by_hand


def test_flops_of_the_residual_network_by_hand():
    def conv(kernel: int, before: int, after: int, extent: int) -> int:
        return 2 * kernel * kernel * before * after * extent * extent

    stem = conv(3, 1, 16, 28)
    blocks = (
        2 * conv(3, 16, 16, 28)
        + (conv(3, 16, 32, 14) + conv(3, 32, 32, 14) + conv(1, 16, 32, 14))
        + (conv(3, 32, 64, 7) + conv(3, 64, 64, 7) + conv(1, 32, 64, 7))
    )
    by_hand = 2 * stem + 3 * (blocks + 2 * 64 * 10)
    assert flops.cost(networks.named("resnet")).training == by_hand


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("mlp", 784 * 128 + 128 + 128 * 10 + 10),
        ("cnn", 25 * 10 + 10 + 25 * 10 * 20 + 20 + 320 * 50 + 50 + 50 * 10 + 10),
        ("cnn-wide", 9 * 32 + 32 + 9 * 32 * 64 + 64 + 9216 * 512 + 512 + 512 * 10 + 10),
        ("lstm", (28 + 128 + 1) * 512 + 128 * 10 + 10),
    ],
)
def test_parameters_by_hand(name, parameters):
    assert flops.cost(networks.named(name)).parameters == parameters


def test_every_network_ends_in_ten_classes():
    assert {flops.cost(network).shape for network in networks.NETWORKS} == {(10,)}


def test_neither_path_of_a_first_sum_needs_the_gradient_of_the_pixels():
    total = flops.Cost((8, 8, 1))
    flops.walk((networks.Residual((networks.Conv2D(4, 1),), (networks.Conv2D(4, 1),)),), total)
    assert total.forward == 2 * (2 * 4 * 8 * 8)
    assert total.training == 2 * total.forward


def test_a_sum_of_different_shapes_is_refused():
    lines = (networks.Residual((networks.Conv2D(4, 3),)),)
    with pytest.raises(ValueError, match=r"\(26, 26, 4\), \(28, 28, 1\)"):
        flops.walk(lines, flops.Cost((28, 28, 1)))


def test_an_unknown_network_is_named_with_those_there_are():
    with pytest.raises(ValueError, match=r"out of mlp, cnn, .*received 'cn'"):
        networks.named("cn")


def test_peers_are_chosen_by_the_beginning_of_their_names():
    assert peers.chosen("martlet") == ("martlet_peer", "martlet_high", "martlet_bf16")
    assert peers.chosen("martlet_peer") == ("martlet_peer",)
    assert peers.chosen("jax, torch_c") == (
        "martlet_peer",
        "torch_channels_last",
        "torch_compile",
        "jax_jit",
    )
    with pytest.raises(ValueError, match="received 'caffe'"):
        peers.chosen("torch,caffe")


def test_a_pass_holds_as_many_images_at_every_batch_size_and_no_more_than_there_are():
    network = networks.named("mlp")
    assert run.steps_for(network, 64, None) == network.steps
    assert run.steps_for(network, 256, None) == network.steps // 4
    assert run.steps_for(network, 1, None) == 4 * network.steps
    assert run.steps_for(network, 64, 5000) == 60_000 // 64


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0.01234, "0.012"),
        (0.256, "0.26"),
        (9.99, "9.99"),
        (12.34, "12.3"),
        (99.96, "100"),
        (1234.5, "1,234"),
    ],
)
def test_figures(number, text):
    assert figures(number) == text


def result(peer: str, label: str, step: list[float], batch_size: int = 64) -> Result:
    return Result(
        Task(peer, "mlp", batch_size, threads=2, steps=10, data=""),
        *(label, f"{label} 1.0", "fit", "by 64", "by 1"),
        parameters=101_770,
        accuracy=0.9,
        step=step,
        inference=[10 * time for time in step],
        latency=[time / 10 for time in step],
    )


@pytest.fixture
def report() -> Report:
    slow = result("torch_eager", "PyTorch eager", [0.002, 0.004, 0.003])
    quick = result("jax_jit", "JAX jit", [0.0015, 0.0015, 0.0015])
    ours = result("martlet_peer", "Martlet", [0.001, 0.002, 0.0005])
    gaps = [
        LeftOut(Task("keras_tf", name, 64, 2, 10, ""), "keras is not installed")
        for name in ("mlp", "cnn")
    ]
    peak = Peak(100, 200, 2, "fused multiply-adds in registers")
    return Report([slow, quick, ours], gaps, peak, "MNIST")


def test_the_table_has_martlet_first_and_its_peers_by_speed(report):
    header, *rows = report.table()
    assert [row[header.index("peer")] for row in rows] == ["Martlet", "JAX jit", "PyTorch eager"]
    assert [row[0] for row in rows] == ["mlp", "", ""]


def test_the_table_counts_ratios_within_rounds(report):
    header, *rows = report.table()
    eager = dict(zip(reversed(header), reversed(rows[2]), strict=True))
    assert eager["step, ms"] == "3.00"
    assert eager["best, ms"] == "2.00"
    # 2/1, 4/2 and 3/0.5: the median of the ratios, not the ratio of the medians.
    assert eager["× Martlet"] == "2.00"
    # 26.18 MFLOP in 3 ms.
    assert eager["GFLOP/s"] == "8.73"
    assert eager["of peak"] == "4%"


def test_the_table_tells_batch_sizes_apart_only_where_there_are_several(report):
    assert "batch" not in report.table()[0]
    more = Report(
        [*report.results, result("martlet_peer", "Martlet", [0.001], 17)],
        *(report.left_out, report.peak, "MNIST"),
    )
    header, *rows = more.table()
    assert rows[-1][header.index("batch")] == "17"
    assert rows[-1][header.index("µs an image")] == "58.8"


def test_the_text_says_what_was_left_out_and_what_is_doubtful(report):
    report.results[0].accuracy = 0.1
    report.results[1].parameters = 5
    text = report.text()
    assert "Left out: keras_tf for mlp, cnn: keras is not installed." in text
    assert "Doubtful: PyTorch eager, mlp: accuracy 10% after training." in text
    assert "Doubtful: JAX jit, mlp: 5 parameters, expected 101770." in text
    assert "100 GFLOP/s on 1 thread, 200 on 2" in text


def test_the_columns_of_the_text_line_up(report):
    lines = report.text().splitlines()
    table = [line for line in lines if "Martlet" in line or "JAX" in line or "eager" in line][1:4]
    ends = {line.index("%") for line in table}
    assert len(ends) == 1


def test_the_markdown_is_one_table_with_martlet_in_bold(report):
    lines = [line for line in report.markdown().splitlines() if line.startswith("|")]
    assert len(lines) == 5
    assert len({line.count("|") for line in lines}) == 1
    assert "| **Martlet** |" in lines[2]
    assert "**" not in lines[3]


def test_the_picture_is_drawn_in_both_formats(report, tmp_path):
    pytest.importorskip("matplotlib")
    import picture

    paths = [tmp_path / "bench.svg", tmp_path / "bench.png"]
    picture.draw(report.results, "title", paths)
    drawn = paths[0].read_text()
    assert "PyTorch eager" in drawn
    assert "3.00 ms  (2.00×)" in drawn
    assert paths[1].read_bytes().startswith(b"\x89PNG")


def run_benchmark(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(BENCHMARKS / "run.py"), "--networks", "mlp", "--rounds", "1"]
    command += ["--made-up", "--python-martlet", sys.executable, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_one_round_of_martlet_alone(tmp_path):
    found = tmp_path / "found.json"
    done = run_benchmark("--peers", "martlet_peer", "--steps", "200", "--json", str(found))
    assert done.returncode == 0, done.stderr
    assert "Doubtful" not in done.stdout
    assert "Left out" not in done.stdout
    (measured,) = json.loads(found.read_text())["results"]
    assert measured["parameters"] == 101_770
    assert measured["accuracy"] > 0.5
    assert all(
        len(measured[what]) == 1 and math.isfinite(measured[what][0]) and measured[what][0] > 0
        for what in ("step", "inference", "latency")
    )


def test_a_peer_that_is_not_installed_is_left_out(tmp_path):
    # An interpreter without packages has none of the peers.
    bare = tmp_path / "python"
    bare.write_text(f'#!/bin/sh\nexec {sys.executable} -S "$@"\n')
    bare.chmod(0o755)
    done = run_benchmark("--peers", "jax", "--steps", "5", "--python-peers", str(bare))
    assert done.returncode == 0, done.stderr
    assert "Left out: jax_jit for mlp: numpy is not installed." in done.stdout
