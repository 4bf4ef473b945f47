"""Model selection: cross-validation, its folds, and the learning-rate range test."""

from martlet.model_selection.cross_validation import CrossValidation, cross_validate
from martlet.model_selection.folds import KFold, StratifiedKFold
from martlet.model_selection.learning_rate_range import LearningRateRange, lr_find

__all__ = [
    "CrossValidation",
    "KFold",
    "LearningRateRange",
    "StratifiedKFold",
    "cross_validate",
    "lr_find",
]
