"""Utilities around training: labels, seeds, splits."""

from martlet.utils.labels import to_categorical
from martlet.utils.seeds import set_random_seed
from martlet.utils.split import stratified_split

__all__ = ["set_random_seed", "stratified_split", "to_categorical"]
