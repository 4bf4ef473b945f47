"""Default and checked batch sizes."""

from __future__ import annotations

from martlet import _checks, _core
from martlet.utils import console

DEFAULT_BATCH_SIZE = 32

MEASURING_BATCH_SIZE = _core.MARTLET_INFERENCE_BATCH
"""The least that is taken at a time when nothing is learnt, whatever is asked for."""


def checked_batch_size(
    owner: str, batch_size: int | None, default: int = DEFAULT_BATCH_SIZE
) -> int:
    """Returns the batch size as a positive int; None gives the default."""
    return default if batch_size is None else _checks.integer(owner, "batch_size", batch_size)


def inference_batch_size(owner: str, batch_size: int | None, count: int) -> int:
    """Returns how many of `count` samples a run takes at a time in which nothing is learnt.

    Results do not depend on it, so it is at least what fills the machine.
    """
    size = checked_batch_size(owner, batch_size, MEASURING_BATCH_SIZE)
    return min(max(size, MEASURING_BATCH_SIZE), count)


def counted_samples(owner: str, steps: int, batch_size: int | None, count: int) -> int:
    """Returns how many of `count` samples the first `steps` batches hold; warns of too many steps.

    Raises:
        ValueError: `steps` is not positive.
        TypeError: `steps` is no integer.
    """
    steps = _checks.integer(owner, "steps", steps)
    size = checked_batch_size(owner, batch_size)
    if steps > batch_count(count, size):
        console.warn(
            f"{owner}: steps={steps} batches of {size} samples are more than the "
            f"{batch_count(count, size)} of the data, all of which are used. Leave steps out."
        )
    return min(steps * size, count)


def batch_count(count: int, size: int) -> int:
    """Returns how many batches `count` samples make."""
    return -(-count // size)
