"""Preparation of arrays for the engine: checked, and copied only where there is need."""

from martlet.data.arrays import as_array, packed
from martlet.data.dataset import Dataset
from martlet.data.inputs import prepare_inputs
from martlet.data.pixels import warn_of_scale
from martlet.data.sample_weights import prepare_sample_weight
from martlet.data.targets import prepare_targets

__all__ = [
    "Dataset",
    "as_array",
    "packed",
    "prepare_inputs",
    "prepare_sample_weight",
    "prepare_targets",
    "warn_of_scale",
]
