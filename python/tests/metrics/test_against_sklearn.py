"""Metrics of a run beside scikit-learn's of the same predictions, to 1e-12."""

from __future__ import annotations

import numpy as np
import pytest

import martlet
from martlet import layers, metrics

sk = pytest.importorskip("sklearn.metrics")

CLASSES = 4
AVERAGES = [None, "micro", "macro", "weighted"]


def run(units, activation, loss, wanted, y, weights=None, samples=203):
    """What `evaluate` gives, and the predictions."""
    x = np.random.default_rng(3).normal(size=(samples, 6)).astype(np.float32)
    martlet.utils.set_random_seed(5)
    model = martlet.Sequential([layers.Dense(units, activation, input_shape=(6,))])
    model.compile("sgd", loss, metrics=wanted)
    found = model.evaluate(x, y, sample_weight=weights, verbose=0, return_dict=True, batch_size=256)
    batchwise = model.fit(x, y, batch_size=33, verbose=0).history
    assert set(batchwise) == set(found)
    return found, model_predictions(units, activation, x)


def model_predictions(units, activation, x):
    martlet.utils.set_random_seed(5)
    model = martlet.Sequential([layers.Dense(units, activation, input_shape=(6,))])
    return np.asarray(model.predict(x, verbose=0))


def labels(form, samples=203):
    y = np.random.default_rng(9).integers(0, CLASSES, samples)
    # One class is rare, and one is never right.
    y[y == 3] = np.where(np.arange((y == 3).sum()) < 2, 3, 1)
    return y, np.eye(CLASSES, dtype=np.float32)[y] if form == "one-hot" else y


@pytest.mark.parametrize("form", ["integer", "one-hot"])
@pytest.mark.parametrize("average", AVERAGES)
def test_precision_recall_and_f_scores(form, average):
    y, given = labels(form)
    wanted = [
        metrics.Precision(average=average),
        metrics.Recall(average=average),
        metrics.F1Score(average=average),
        metrics.FBetaScore(average=average, beta=0.5),
    ]
    found, p = run(CLASSES, "softmax", "categorical_crossentropy", wanted, given)
    answers = p.argmax(axis=-1)
    options = {"average": average, "labels": None if average else range(CLASSES)}
    options["zero_division"] = 0
    expected = {
        "precision": sk.precision_score(y, answers, **options),
        "recall": sk.recall_score(y, answers, **options),
        "f1_score": sk.f1_score(y, answers, **options),
        "f_beta_score": sk.fbeta_score(y, answers, beta=0.5, **options),
    }
    for name, value in expected.items():
        key = name if name in found else "fbeta_score"
        np.testing.assert_allclose(found[key], value, rtol=0, atol=1e-12)


@pytest.mark.parametrize("form", ["integer", "one-hot"])
def test_numbers_of_the_confusion(form):
    y, given = labels(form)
    wanted = [
        metrics.ConfusionMatrix(name="confusion"),
        metrics.CohenKappa(name="kappa"),
        metrics.CohenKappa(weights="quadratic", name="quadratic"),
        metrics.MatthewsCorrelation(name="matthews"),
        metrics.BalancedAccuracy(name="balanced"),
        metrics.TopKCategoricalAccuracy(k=2, name="top"),
        metrics.MeanIoU(CLASSES, name="iou"),
        metrics.Precision(class_id=1, name="one"),
        "accuracy",
    ]
    found, p = run(CLASSES, "softmax", "categorical_crossentropy", wanted, given)
    answers = p.argmax(axis=-1)
    matrix = sk.confusion_matrix(y, answers, labels=range(CLASSES))
    np.testing.assert_array_equal(found["confusion"], matrix)
    assert found["confusion"].dtype == np.int64
    present = np.union1d(y, answers)
    expected = {
        "kappa": sk.cohen_kappa_score(y, answers),
        "quadratic": sk.cohen_kappa_score(y, answers, weights="quadratic", labels=range(CLASSES)),
        "matthews": sk.matthews_corrcoef(y, answers),
        "balanced": sk.balanced_accuracy_score(y, answers),
        "top": sk.top_k_accuracy_score(y, p, k=2, labels=range(CLASSES)),
        "iou": sk.jaccard_score(y, answers, average=None, labels=present).mean(),
        "one": sk.precision_score(y == 1, answers == 1),
        "accuracy": sk.accuracy_score(y, answers),
    }
    for name, value in expected.items():
        assert abs(found[name] - value) < 1e-12, name


def test_areas_under_curves_are_exact():
    y, given = labels("integer")
    y = given = np.where(np.arange(len(y)) % 5 == 0, 3, y)
    rows = np.eye(CLASSES)[y]
    wanted = [
        metrics.AUC(average=average, curve=curve, name=f"{curve} {average}")
        for average in ("micro", "macro", "weighted")
        for curve in ("ROC", "PR")
    ]
    found, p = run(CLASSES, "softmax", "sparse_categorical_crossentropy", wanted, given)
    for average in ("micro", "macro", "weighted"):
        roc = sk.roc_auc_score(rows, p, average=average)
        assert abs(found[f"ROC {average}"] - roc) < 1e-12
        pr = sk.average_precision_score(rows, p, average=average)
        assert abs(found[f"PR {average}"] - pr) < 1e-12


@pytest.mark.parametrize("loss", ["binary_crossentropy", "mse"])
def test_yes_and_no(loss):
    y = np.random.default_rng(2).integers(0, 2, 203)
    wanted = ["precision", "recall", "f1_score", "auc", metrics.ConfusionMatrix(name="confusion")]
    wanted += [metrics.Recall(thresholds=[0.4, 0.6], name="recalls"), metrics.Specificity()]
    found, p = run(1, "sigmoid", loss, wanted, y)
    answers = p[:, 0] > 0.5
    assert abs(found["precision"] - sk.precision_score(y, answers)) < 1e-12
    assert abs(found["recall"] - sk.recall_score(y, answers)) < 1e-12
    assert abs(found["f1_score"] - sk.f1_score(y, answers)) < 1e-12
    assert abs(found["auc"] - sk.roc_auc_score(y, p[:, 0])) < 1e-12
    assert abs(found["specificity"] - sk.recall_score(y, answers, pos_label=0)) < 1e-12
    np.testing.assert_array_equal(found["confusion"], sk.confusion_matrix(y, answers))
    recalls = [sk.recall_score(y, p[:, 0] > t) for t in (0.4, 0.6)]
    np.testing.assert_allclose(found["recalls"], recalls, rtol=0, atol=1e-12)


@pytest.mark.parametrize("average", AVERAGES)
def test_several_labels_a_sample(average):
    y = np.random.default_rng(2).integers(0, 2, (203, CLASSES)).astype(np.float32)
    wanted = [metrics.F1Score(average=average), metrics.AUC(name="auc")]
    found, p = run(CLASSES, "sigmoid", "binary_crossentropy", wanted, y)
    expected = sk.f1_score(y, p > 0.5, average=average, zero_division=0)
    np.testing.assert_allclose(found["f1_score"], expected, rtol=0, atol=1e-12)
    assert abs(found["auc"] - sk.roc_auc_score(y, p)) < 1e-12


def test_regression():
    y = np.random.default_rng(2).normal(size=(203, 3)).astype(np.float32) + 5
    wanted = ["r2_score", "rmse", "mae", "mape", "msle", "cosine_similarity", "mean"]
    wanted += [metrics.R2Score(None, name="each"), metrics.LogCoshError()]
    wanted += [metrics.R2Score("variance_weighted_average", name="weighted")]
    found, p = run(3, "exponential", "mse", wanted, y)
    t, o = y.astype(float), p.astype(float)
    assert abs(found["r2_score"] - sk.r2_score(t, o)) < 1e-9
    np.testing.assert_allclose(
        found["each"], sk.r2_score(t, o, multioutput="raw_values"), rtol=1e-9
    )
    expected = sk.r2_score(t, o, multioutput="variance_weighted")
    assert abs(found["weighted"] - expected) < 1e-9
    assert abs(found["rmse"] - sk.mean_squared_error(t, o) ** 0.5) < 1e-5
    assert abs(found["mae"] - sk.mean_absolute_error(t, o)) < 1e-5
    assert abs(found["mape"] - 100 * sk.mean_absolute_percentage_error(t, o)) < 1e-4
    assert abs(found["msle"] - sk.mean_squared_log_error(t, o)) < 1e-5
    cosines = (t * o).sum(1) / np.linalg.norm(t, axis=1) / np.linalg.norm(o, axis=1)
    assert abs(found["cosine_similarity"] - cosines.mean()) < 1e-6
    assert abs(found["mean"] - o.mean()) < 1e-6
    assert abs(found["log_cosh_error"] - np.log(np.cosh(t - o)).mean()) < 1e-5


@pytest.mark.parametrize("units", [1, CLASSES])
def test_the_classification_report_is_scikit_learns(units, capsys):
    y = np.random.default_rng(2).integers(0, max(2, units), 60)
    x = np.random.default_rng(3).normal(size=(60, 6)).astype(np.float32)
    activation = "softmax" if units > 1 else "sigmoid"
    model = martlet.Sequential([layers.Dense(units, activation, input_shape=(6,))])
    p = np.asarray(model.predict(x, verbose=0))
    answers = p.argmax(axis=1) if units > 1 else p[:, 0] > 0.5
    metrics.classification_report(model, x, y)
    options = {"digits": 3, "zero_division": 0}
    assert (
        capsys.readouterr().out.strip() == sk.classification_report(y, answers, **options).strip()
    )
    found = metrics.classification_report(
        model, x, np.eye(units)[y] if units > 1 else y, output_dict=True
    )
    assert found["1"]["recall"] == sk.recall_score(y == 1, answers == 1)
    with pytest.raises(ValueError, match="a label for each of the 60 samples"):
        metrics.classification_report(model, x, y[:7])


def test_a_model_with_curves_predicts_as_ever():
    x = np.random.default_rng(3).normal(size=(9, 6)).astype(np.float32)
    wanted = [metrics.AUC(), metrics.ConfusionMatrix(), "precision"]
    model = martlet.Sequential([layers.Dense(CLASSES, "softmax", input_shape=(6,))])
    expected = model.predict(x, verbose=0)
    model.compile("sgd", "sparse_categorical_crossentropy", metrics=wanted)
    np.testing.assert_array_equal(model.predict(x, verbose=0), expected)
