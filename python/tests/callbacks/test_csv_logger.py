from __future__ import annotations

import csv

import numpy as np
import pytest

from api_support import compiled, digits
from martlet.callbacks import CSVLogger, LambdaCallback, LearningRateScheduler

X, Y = digits(64)


def rows(path, separator=","):
    with open(path, newline="") as file:
        return list(csv.DictReader(file, delimiter=separator))


def fit(path, epochs=1, callbacks=(), append=True, **kwargs):
    logger = CSVLogger(path, append=append)
    return (
        compiled()
        .fit(X, Y, epochs=epochs, verbose=0, callbacks=[*callbacks, logger], **kwargs)
        .history
    )


def test_columns_of_validation_that_comes_every_other_epoch(tmp_path):
    path = tmp_path / "log.csv"
    history = fit(path, 4, validation_data=(X, Y), validation_freq=2)
    found = rows(path)
    assert list(found[0]) == ["epoch", "accuracy", "loss", "val_accuracy", "val_loss"]
    assert [row["val_loss"] for row in found] == [
        "NA",
        str(history["val_loss"][0]),
        "NA",
        str(history["val_loss"][1]),
    ]
    assert [float(row["loss"]) for row in found] == history["loss"]


def test_values_stay_under_their_headings_when_another_run_is_appended(tmp_path):
    path = tmp_path / "log.csv"
    first = fit(path, 2)
    rate = LearningRateScheduler(lambda epoch, rate: 0.125)
    second = fit(path, 1, [rate], validation_data=(X, Y))
    third = fit(path, 1)
    found = rows(path)
    assert [float(row["loss"]) for row in found] == first["loss"] + second["loss"] + third["loss"]
    assert [row["learning_rate"] for row in found] == ["NA", "NA", "0.125", "NA"]
    assert [float(row["val_loss"]) for row in found[2:3]] == second["val_loss"]
    assert [row["epoch"] for row in found] == ["0", "1", "0", "0"]
    assert len(list(tmp_path.iterdir())) == 1


def test_a_number_that_comes_late_is_not_lost(tmp_path):
    def put(epoch, logs):
        if epoch == 1:
            logs["a_score"] = 7

    path = tmp_path / "log.csv"
    path.touch(mode=0o640)
    fit(path, 3, [LambdaCallback(on_epoch_end=put)], append=False)
    assert [row["a_score"] for row in rows(path)] == ["NA", "7", "NA"]
    assert path.stat().st_mode & 0o777 == 0o640


def test_a_log_that_gets_a_column_stays_where_its_link_leads(tmp_path):
    longest = "l" * 255
    (tmp_path / "log.csv").symlink_to(longest)
    fit(tmp_path / "log.csv")
    fit(tmp_path / "log.csv", validation_data=(X, Y))
    assert (tmp_path / "log.csv").is_symlink()
    assert [row["val_loss"] == "NA" for row in rows(tmp_path / longest)] == [True, False]
    assert {path.name for path in tmp_path.iterdir()} == {"log.csv", longest}


def test_a_file_with_another_separator_is_left_as_it_is(tmp_path):
    path = tmp_path / "log.csv"
    compiled().fit(X, Y, verbose=0, callbacks=[CSVLogger(path, separator=";")])
    before = path.read_bytes()
    with pytest.raises(ValueError, match="separator"):
        fit(path)
    assert path.read_bytes() == before
    compiled().fit(X, Y, verbose=0, callbacks=[CSVLogger(path, separator=";", append=True)])
    assert [row["epoch"] for row in rows(path, ";")] == ["0", "0"]


def test_the_hook_can_be_called_by_hand(tmp_path):
    path = tmp_path / "log.csv"
    logger = CSVLogger(path)
    logger.on_epoch_end(0, {"loss": 1.5})
    logger.close()
    assert rows(path) == [{"epoch": "0", "loss": "1.5"}]


def test_an_array_in_the_logs_stays_on_its_line(tmp_path):
    path = tmp_path / "log.csv"
    logger = CSVLogger(path)
    logger.on_train_begin()
    logger.on_epoch_end(0, {"confusion": np.eye(2, dtype=np.int64), "loss": 0.5})
    logger.close()
    assert path.read_text().splitlines() == ["epoch,confusion,loss", '0,"[[1, 0], [0, 1]]",0.5']
