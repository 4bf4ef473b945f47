"""Base class of all optimizers: settings, and the tie to the model that uses them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from martlet import _checks, _core
from martlet._keras import KerasArguments
from martlet._messages import hint
from martlet._settings import Declared
from martlet.optimizers import schedules
from martlet.optimizers.schedules import LearningRateSchedule


class Optimizer(Declared, KerasArguments):
    """Base class of all optimizers.

    How weights learn from gradients. The engine holds the state and does the arithmetic.

    Every setting is an attribute too, and can be assigned like `learning_rate`: the next update
    goes by it. What would change the state that is kept (whether there is momentum at all, say) can
    be set before `compile` only.

    Args:
        learning_rate: A number of at least 0, or a schedule.
        name: A label; the default is the class's name in lower case.
        settings: The other numbers of the optimizer, by their engine names.
    """

    family = "optimizers"

    def __init__(
        self, learning_rate: float | LearningRateSchedule, name: str | None, **settings: Any
    ) -> None:
        kind = type(self).__name__
        self.name = _checks.label(kind, name, kind.lower())
        self._settings = {key: self._setting(key, value) for key, value in settings.items()}
        self._model: _core.Model | None = None
        self._learning_rate = self._checked_rate(learning_rate)

    @property
    def learning_rate(self) -> float:
        """The rate of the next update. Assign a number at any time, also while `fit` runs.

        Assigning replaces a schedule (Keras refuses). Before `compile`, a schedule reads as its
        first rate.
        """
        if self._model is not None:
            return self._model.get_hyperparameter("learning_rate")
        if isinstance(self._learning_rate, LearningRateSchedule):
            return _first_rate(self._learning_rate)
        return self._learning_rate

    @learning_rate.setter
    def learning_rate(self, value: float | LearningRateSchedule) -> None:
        rate = self._checked_rate(value)
        if self._model is not None:
            if isinstance(rate, LearningRateSchedule):
                raise ValueError(
                    f"{type(self).__name__}: a model uses this optimizer already, so learning_rate "
                    "can be set to a number only. To change to a schedule, compile the model "
                    "again."
                )
            self._model.set_hyperparameter("learning_rate", rate)
        self._learning_rate = rate

    def __getattr__(self, name: str) -> Any:
        settings = self.__dict__.get("_settings", {})
        if name in settings:
            return settings[name]
        raise AttributeError(f'{type(self).__name__} has no "{name}".{hint(name, settings)}')

    def __setattr__(self, name: str, value: Any) -> None:
        if name in self.__dict__.get("_settings", {}):
            self._set(name, value)
        elif name.startswith("_") or name in ("name", "learning_rate"):
            super().__setattr__(name, value)
        else:
            known = ["learning_rate", *self._settings]
            raise AttributeError(
                f'{type(self).__name__} has no setting "{name}".{hint(name, known)} Its settings: '
                f"{', '.join(known)}."
            )

    def _set(self, name: str, value: Any) -> None:
        made = type(self)(**{**self.get_config(), name: value})
        checked = made._settings[name]
        if self._model is not None and checked != self._settings[name]:
            if isinstance(checked, bool):
                raise ValueError(
                    f"{type(self).__name__}: a model uses this optimizer already, so {name} stays "
                    f"{self._settings[name]}. Compile the model again to change it."
                )
            self._model.set_hyperparameter(name, 0.0 if checked is None else checked)
        self._settings = {**self._settings, name: checked}

    @property
    def follows_schedule(self) -> bool:
        """Whether the learning rate is a schedule's."""
        return isinstance(self._learning_rate, LearningRateSchedule)

    @property
    def iterations(self) -> int:
        """The number of updates so far; 0 before `compile`."""
        return 0 if self._model is None else int(self._model.get_hyperparameter("iterations"))

    def get_config(self) -> dict[str, Any]:
        """Returns the constructor's arguments, with the learning rate or schedule in use."""
        rate = self._learning_rate
        config = rate.to_engine() if isinstance(rate, LearningRateSchedule) else rate
        return {"name": self.name, "learning_rate": config, **self._settings}

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Optimizer:
        """Makes an optimizer from what `get_config` returned. Its state starts at zero."""
        return cls(**_checks.config(f"{cls.__name__}.from_config", config))

    def to_engine(self) -> dict[str, Any]:
        """Returns the description that the engine reads: {"class": ..., "config": {...}}."""
        self.check_declared()
        config = self.get_config()
        del config["name"]
        return {"class": self.declared_class(), "config": config}

    def bind(self, model: _core.Model) -> None:
        """Ties the settings to the engine model that now uses them."""
        self._model = model

    @property
    def bound(self) -> bool:
        """Whether a model uses this optimizer already."""
        return self._model is not None

    def __repr__(self) -> str:
        config = ", ".join(f"{key}={value!r}" for key, value in self.get_config().items())
        return f"{type(self).__name__}({config})"

    def _checked_rate(self, value: Any) -> float | LearningRateSchedule:
        if isinstance(value, (LearningRateSchedule, Mapping)):
            return schedules.get(value)
        # 0 learns nothing, as it says; a rate that float32 makes 0 would do so in silence.
        return _checks.factor(type(self).__name__, "learning_rate", value, minimum=0)

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_model": None}


def _first_rate(schedule: LearningRateSchedule) -> float:
    values = getattr(schedule, "values", None)
    rate: float = values[0] if values else schedule.initial_learning_rate  # type: ignore[attr-defined]
    return rate
