from __future__ import annotations

import numpy as np
import pytest

from api_support import compiled, digits
from martlet.callbacks import LambdaCallback, OptunaPruningCallback

X, Y = digits(64)


class Trial:
    def __init__(self, prune_at=None):
        self.reported = []
        self.prune_at = prune_at

    def report(self, value, step):
        self.reported.append((step, value))

    def should_prune(self):
        return bool(self.reported) and self.reported[-1][0] == self.prune_at


def fit(trial, monitor="loss", interval=1, epochs=4, model=None):
    callback = OptunaPruningCallback(trial, monitor, interval)
    model = model or compiled()
    return model.fit(X, Y, epochs=epochs, verbose=0, callbacks=callback)


def test_every_epoch_is_reported():
    trial = Trial()
    history = fit(trial)
    assert trial.reported == list(enumerate(history.history["loss"]))


def test_every_second_epoch_is_reported():
    trial = Trial()
    history = fit(trial, "accuracy", 2)
    assert trial.reported == [(step, history.history["accuracy"][step]) for step in (1, 3)]


def test_a_pruned_trial_raises_and_the_model_stays_usable():
    optuna = pytest.importorskip("optuna")
    trial, model = Trial(prune_at=1), compiled()
    with pytest.raises(optuna.TrialPruned, match='epoch 2, where "loss" is'):
        fit(trial, model=model)
    assert [step for step, _ in trial.reported] == [0, 1]
    assert model.history.epoch == [0]
    assert np.isfinite(model.fit(X, Y, verbose=0).history["loss"]).all()


def test_a_study_prunes_what_is_worse_than_its_threshold():
    optuna = pytest.importorskip("optuna")
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    study = optuna.create_study(pruner=optuna.pruners.ThresholdPruner(upper=0.5))
    study.optimize(lambda trial: fit(trial, epochs=2).history["loss"][-1], n_trials=1)
    assert study.trials[0].state == optuna.trial.TrialState.PRUNED
    both = optuna.create_study(directions=["minimize", "maximize"])
    with pytest.raises(ValueError, match="one objective, received one with 2"):
        OptunaPruningCallback(both.ask(), "loss")


def test_a_missing_metric_is_a_warning():
    trial = Trial()
    with pytest.warns(UserWarning, match='"val_loss" is not among the numbers') as caught:
        fit(trial, "val_loss")
    assert len(caught) == 1
    assert trial.reported == []


@pytest.mark.parametrize("trial", [None, 3, Trial, LambdaCallback()])
def test_what_is_no_trial_is_refused(trial):
    with pytest.raises(TypeError, match=r"expected trial to be the optuna\.Trial"):
        OptunaPruningCallback(trial, "loss")


def test_an_interval_of_no_epochs_is_refused():
    with pytest.raises(ValueError, match="interval"):
        OptunaPruningCallback(Trial(), "loss", 0)
