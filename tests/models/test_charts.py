"""Charts are valid Vega-Lite, bounded, say what they show, and leave looks to the page."""

import json
from typing import Any

import numpy as np
import polars as pl
import pytest

from modelyard.models.chain import build_chain
from modelyard.models.charts.catalogue import CHARTS, evaluation_charts
from modelyard.models.charts.chart import MAX_POINTS, Chart
from modelyard.models.charts.importances import importance_chart
from modelyard.models.charts.render import svg
from modelyard.models.engine import FitOptions, Prediction
from modelyard.models.engines.lightgbm import LightGBM
from modelyard.models.importance import Importance, permutation_importance
from modelyard.models.probing import probe
from tests.models.rows import numbers, table_of
from tests.models.vega import require_valid


def classified(n: int, k: int) -> tuple[pl.Series, Prediction]:
    generator = np.random.default_rng(0)
    names = tuple(f"class {i}" for i in range(k))
    probabilities = generator.dirichlet(np.ones(k), n)
    values = np.asarray(names, dtype=object)
    target = pl.Series("y", values[generator.integers(0, k, n)].tolist())
    return target, Prediction(values[probabilities.argmax(axis=1)], probabilities, names)


def drawn(charts: list[Chart]) -> list[dict[str, Any]]:
    specs = [chart.spec for chart in charts if chart.spec is not None]
    for spec in specs:
        require_valid(spec)
        text = json.dumps(spec)
        assert "#" not in text.replace(spec["$schema"], "")
        assert "font" not in text
        assert "config" not in spec
        assert "n = " in spec["title"]["subtitle"]
        assert len(spec["data"]["values"]) <= MAX_POINTS
        for axis in ("x", "y"):
            stated = [spec.get("encoding", {}), *(layer.get("encoding", {}) for layer in spec.get("layer", []))]
            assert any(encoding.get(axis, {}).get("title") for encoding in stated)
    return specs


@pytest.mark.parametrize("k", [2, 3, 12, 60])
def test_charts_of_classes(k: int) -> None:
    target, prediction = classified(2000, k)
    charts = evaluation_charts(target, prediction, task="classification", split="test")
    assert len(drawn(charts)) == 9
    assert [chart.kind for chart in charts] == [n for n, kind in CHARTS.items() if kind.tasks == ("classification",)]
    roc = {chart.kind: chart.spec for chart in charts}["roc"]
    assert roc is not None
    curves = {point["class"] for point in roc["data"]["values"]}
    assert len(curves) == min(10, k if k > 2 else 1)
    if k == 60:
        assert charts[0].spec is not None
        assert "the 40 most frequent of 60 classes" in charts[0].spec["title"]["subtitle"]


def test_the_confusion_matrix_counts() -> None:
    names = ("no", "yes")
    values = np.asarray(["no", "yes", "yes"], dtype=object)
    prediction = Prediction(values, np.asarray([[0.9, 0.1], [0.2, 0.8], [0.3, 0.7]]), names)
    charts = evaluation_charts(pl.Series("y", ["no", "no", "maybe"]), prediction, task="classification", split="test")
    assert charts[0].spec is not None
    counts = {(r["actual"], r["predicted"]): r["n"] for r in charts[0].spec["data"]["values"]}
    assert counts["no", "no"] == counts["no", "yes"] == counts["maybe", "yes"] == 1
    assert sum(counts.values()) == 3


def test_charts_of_numbers_are_sampled_and_say_so() -> None:
    generator = np.random.default_rng(0)
    actual = generator.normal(size=20_000)
    charts = evaluation_charts(
        pl.Series("price", actual), Prediction(actual + 1), task="regression", split="validation"
    )
    specs = drawn(charts)
    assert specs[0]["title"]["subtitle"] == "validation rows, n = 20,000, a sample of 5,000 shown"
    assert specs[0]["encoding"]["x"]["title"] == "actual price"
    assert sum(row["n"] for row in specs[2]["data"]["values"]) == 20_000


def test_what_cannot_be_drawn_says_why() -> None:
    target, prediction = classified(50, 2)
    one = evaluation_charts(pl.Series("y", ["class 1"] * 50), prediction, task="classification", split="test")
    said = "All rows are of one class, so there is nothing to tell apart."
    why = {chart.id: chart.unavailable for chart in one if chart.spec is None}
    assert why == dict.fromkeys(("roc", "precision_recall", "calibration", "threshold", "gain", "lift"), said)
    none = Prediction(prediction.values[:0], np.empty((0, 2)), prediction.classes)
    empty = evaluation_charts(target.head(0), none, task="classification", split="test")
    assert all(chart.unavailable == "There are no test rows with a target." for chart in empty)


def test_importance_is_drawn_and_found_by_shuffling() -> None:
    table = table_of(numbers().select("a", "b", "c", "three"), "three", "classification")
    engine = LightGBM(n_estimators=10)
    chain = build_chain([], engine, engine.fit(table, FitOptions()), table)
    rows = probe(chain, table, table, split="train", max_rows=200)
    assert rows is not None
    assert rows.is_raw
    found = permutation_importance(rows, seed=0)
    assert [item.column for item in found] == ["a", "b", "c"]
    assert found == permutation_importance(rows, seed=0)
    assert all(item.interval is not None and item.interval[0] < item.value < item.interval[1] for item in found)
    chart = importance_chart(found, kind="permutation", split="test", n=200, task="classification")
    assert drawn([chart])[0]["encoding"]["x"]["title"] == "growth of the log loss"
    many = [Importance(column=f"c{i}", value=1) for i in range(100)]
    assert "the first 30 of 100 columns" in drawn([importance_chart(many, kind="native", split="train", n=9)])[0][
        "title"
    ]["subtitle"]  # fmt: skip


def test_a_name_with_control_characters_is_drawn() -> None:
    """The renderer would end the whole process over one of them."""
    names = ["bell\x07", "nul\x00", "\ufffe"]
    spec = {"mark": "bar", "data": {"values": [{name: 1, "of": name} for name in names]}}
    picture = svg({**spec, "encoding": {"x": {"field": "of", "type": "nominal", "title": names[0]}}})
    assert "bell\ufffd" in picture
    assert not set(picture) & {"\x07", "\x00", "\ufffe"}
