"""Utilities around training: labels, scales, seeds, splits."""

from martlet.utils.labels import to_categorical
from martlet.utils.scaling import normalize, standardize
from martlet.utils.seeds import set_random_seed
from martlet.utils.split import stratified_split

__all__ = ["normalize", "set_random_seed", "standardize", "stratified_split", "to_categorical"]
