"""Metrics by class and by group, and the baseline of default gradient boosting."""

import math

import numpy as np
import polars as pl
import pytest
import sklearn.metrics as sk

from modelyard.data.frames import Table
from modelyard.kernel.kinds import family
from modelyard.models import baselines
from modelyard.models.baselines import boosting_baseline
from modelyard.models.engine import FitOptions, Prediction
from modelyard.models.metrics.clustering import evaluate_clusters
from modelyard.models.metrics.evaluate import evaluate, scored_as
from modelyard.models.metrics.report import MAX_GROUPS, MISSING, OTHERS, class_report, group_names, group_report
from modelyard.models.metrics.scored import Classified, Measured
from tests.models.rows import mixed, table_of


def scored(n: int = 300) -> Classified:
    generator = np.random.default_rng(0)
    probabilities = generator.dirichlet(np.ones(2), n)
    actual = (generator.random(n) < probabilities[:, 1]).astype(int)
    return Classified(actual, probabilities, probabilities.argmax(axis=1), ("no", "yes"), 2, np.asarray([0.5, 0.5]))


def test_the_class_report_is_scikit_learns() -> None:
    rows = scored()
    expected = sk.precision_recall_fscore_support(rows.actual, rows.predicted)
    found = class_report(rows, split="test").rows
    for place, row in enumerate(found):
        assert row.n == expected[3][place]
        assert [m.value for m in row.metrics] == pytest.approx([column[place] for column in expected[:3]], abs=1e-12)
        assert all(m.interval is not None and m.interval[0] < (m.value or 0) < m.interval[1] for m in row.metrics)


def test_groups_are_measured_alone_and_the_largest_gap_is_named() -> None:
    rows = scored()
    names = np.asarray(["a"] * 150 + ["b"] * 140 + ["c"] * 10)
    rows.predicted[:150] = rows.actual[:150]  # right for one group
    report = group_report(rows, pl.Series("who", names.tolist()), split="test")
    by_name = {row.name: row for row in report.rows}
    assert by_name["c"].metrics == ()
    assert by_name["c"].note == "Too few rows: 10, at least 20 are needed."
    chosen = names == "b"
    accuracy = sk.accuracy_score(rows.actual[chosen], rows.predicted[chosen])
    assert by_name["b"].metrics[0].value == pytest.approx(accuracy, abs=1e-12)
    gap = {gap.metric: gap for gap in report.gaps}["accuracy"]
    assert (gap.high, gap.low, gap.is_clear) == ("a", "b", True)
    assert gap.value == pytest.approx(1 - accuracy, abs=1e-12)
    false_alarms = {m.name: m.value for m in by_name["b"].metrics}["false_positive_rate"]
    matrix = sk.confusion_matrix(rows.actual[chosen], rows.predicted[chosen])
    assert false_alarms == pytest.approx(matrix[0, 1] / matrix[0].sum(), abs=1e-12)


def test_a_group_without_one_of_the_classes_says_what_cannot_be_computed() -> None:
    rows = scored()
    report = group_report(rows, pl.Series("y", rows.actual.tolist()).cast(pl.String), split="test")
    first = {metric.name: metric for metric in report.rows[0].metrics}
    assert first["recall"].unavailable == "No row is 'yes'."
    assert first["roc_auc"].unavailable == "No row has the class 'yes'."
    assert "recall" not in {gap.metric for gap in report.gaps}


def test_numbers_are_cut_in_ranges_and_rare_groups_put_together() -> None:
    ages = pl.Series("age", [float(i % 80) for i in range(320)] + [None, math.nan])
    names, order = group_names(ages)
    assert order == ["0 to 19.75", "19.75 to 39.5", "39.5 to 59.25", "59.25 to 79", MISSING]
    assert [int((names == name).sum()) for name in order] == [80, 80, 80, 80, 2]
    streets = pl.Series("street", [f"s{i % 50}" for i in range(500)] + ["s0"] * 9)
    names, order = group_names(streets)
    assert (len(order), order[-1], "s0" in order) == (MAX_GROUPS, OTHERS, True)
    assert set(names) == set(order)


def test_groups_of_numbers_tell_to_which_side_errors_lean() -> None:
    actual = np.random.default_rng(0).normal(size=100)
    lean = np.where(np.arange(100) < 50, 1.0, -1.0)
    rows = Measured(actual, actual - lean, 0.0)
    report = group_report(rows, pl.Series("half", ["first"] * 50 + ["second"] * 50), split="test")
    errors = [next(m.value for m in row.metrics if m.name == "mean_error") for row in report.rows]
    assert errors == pytest.approx([1, -1])


def split_table(n_train: int = 400) -> Table:
    table = table_of(mixed(600).drop("value"), "two", "classification")
    split = pl.Series("split", ["train"] * n_train + ["test"] * (600 - n_train))
    return Table(table.frame, table.schema.model_copy(update={"has_split": True}), split)


def test_the_boosting_baseline_is_the_engine_with_its_defaults_fitted_once(monkeypatch: pytest.MonkeyPatch) -> None:
    table = split_table()
    found = boosting_baseline(table)
    engine = family("engine").parse({"kind": "hist_gradient_boosting"})
    by_hand = engine.predict(engine.fit(table.rows("train"), FitOptions()), table.rows("test").frame)
    prediction = found.predict(table.rows("test").frame)
    assert prediction is not None
    assert prediction.probabilities == pytest.approx(by_hand.probabilities)
    assert boosting_baseline(table) is found
    metrics = evaluate(
        table.rows("test").target(),
        prediction,
        task="classification",
        split="test",
        training_target=table.rows("train").target(),
        boosting=prediction,
    )
    assert all(metric.boosting == metric.value for metric in metrics)
    monkeypatch.setattr(baselines, "MAX_ROWS", 100)
    sampled = boosting_baseline(split_table())
    assert sampled.notes == ("Gradient boosting baseline: fitted on a sample of 100 of 400 training rows.",)


def test_a_baseline_that_cannot_be_fitted_says_so_and_stops_nothing() -> None:
    table = split_table()
    texts = Table(
        table.frame.select(pl.col("city").alias("words"), "two"),
        table_of(
            table.frame.select(pl.col("city").alias("words"), "two"), "two", "classification", words="text"
        ).schema,
        table.split,
    )
    found = boosting_baseline(texts)
    assert found.predict(texts.frame) is None
    assert found.notes[0].startswith("No gradient boosting baseline: ")
    hurried = boosting_baseline(split_table(), max_seconds=0.1)
    assert hurried.notes == ("No gradient boosting baseline: there is no time left for it.",)


def test_cluster_metrics_are_scikit_learns_and_noise_is_left_out() -> None:
    generator = np.random.default_rng(0)
    x = np.concatenate([generator.normal(size=(60, 3)), generator.normal(size=(40, 3)) + 3, [[50.0, 50, 50]] * 5])
    labels = np.asarray(["cluster 0"] * 60 + ["cluster 1"] * 40 + ["noise"] * 5, dtype=object)
    found = {metric.name: metric for metric in evaluate_clusters(x, labels, split="train")}
    inside, names = x[:100], labels[:100].astype(str)
    centres = np.asarray([inside[names == name].mean(axis=0) for name in names])
    expected = {
        "silhouette": sk.silhouette_score(inside, names),
        "davies_bouldin": sk.davies_bouldin_score(inside, names),
        "calinski_harabasz": sk.calinski_harabasz_score(inside, names),
        "inertia": ((inside - centres) ** 2).sum(),
        "noise_share": 5 / 105,
    }
    assert {name: metric.value for name, metric in found.items()} == pytest.approx(expected, abs=1e-9)
    assert all(m.interval is not None and m.interval[0] < (m.value or 0) < m.interval[1] for m in found.values())
    alone = {m.name: m for m in evaluate_clusters(x, np.full(105, "cluster 0", dtype=object), split="train")}
    assert alone["silhouette"].unavailable == "There are no two clusters to compare."
    nobody = {m.name: m for m in evaluate_clusters(x, np.full(105, "noise", dtype=object), split="train")}
    assert nobody["inertia"].unavailable is not None
    assert nobody["noise_share"].value == 1


def test_a_quantile_of_the_pinball_loss_can_be_chosen() -> None:
    actual, guessed = np.arange(20.0), np.arange(20.0) + np.tile([-1, 2], 10)
    series = pl.Series("y", actual)
    found = evaluate(series, Prediction(guessed), task="regression", split="test", training_target=series, quantile=0.9)
    pinball = next(metric for metric in found if metric.name == "pinball")
    assert pinball.value == pytest.approx(sk.mean_pinball_loss(actual, guessed, alpha=0.9), abs=1e-12)
    assert pinball.label == "Pinball loss (quantile 0.9)"
    with pytest.raises(ValueError, match="no target"):
        scored_as("clustering", series, Prediction(guessed), series)
