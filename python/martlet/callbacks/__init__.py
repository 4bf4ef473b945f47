"""Callbacks: hooks into training, evaluation and prediction."""

from martlet.callbacks.callback import Callback
from martlet.callbacks.callback_list import CallbackList
from martlet.callbacks.csv_logger import CSVLogger
from martlet.callbacks.early_stopping import EarlyStopping
from martlet.callbacks.history import History
from martlet.callbacks.lambda_callback import LambdaCallback
from martlet.callbacks.learning_rate_scheduler import LearningRateScheduler
from martlet.callbacks.live_plot import LivePlot
from martlet.callbacks.model_checkpoint import ModelCheckpoint
from martlet.callbacks.optuna_pruning_callback import OptunaPruningCallback
from martlet.callbacks.progbar_logger import ProgbarLogger
from martlet.callbacks.progress_bar import ProgressBar
from martlet.callbacks.reduce_lr_on_plateau import ReduceLROnPlateau
from martlet.callbacks.remote_monitor import RemoteMonitor
from martlet.callbacks.tensorboard import TensorBoard
from martlet.callbacks.terminate_on_nan import TerminateOnNaN

__all__ = [
    "CSVLogger",
    "Callback",
    "CallbackList",
    "EarlyStopping",
    "History",
    "LambdaCallback",
    "LearningRateScheduler",
    "LivePlot",
    "ModelCheckpoint",
    "OptunaPruningCallback",
    "ProgbarLogger",
    "ProgressBar",
    "ReduceLROnPlateau",
    "RemoteMonitor",
    "TensorBoard",
    "TerminateOnNaN",
]
