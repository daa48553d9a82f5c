"""Every chart of a trained model is drawn or says why, is valid and bounded, and shows the numbers it should."""

import json
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from modelyard.data.columns import Task
from modelyard.data.frames import Table
from modelyard.kernel.kinds import family
from modelyard.models.chain import Chain, build_chain
from modelyard.models.charts import render, theme
from modelyard.models.charts.catalogue import CHARTS, ChartName, draw, wanted_charts
from modelyard.models.charts.chart import Chart
from modelyard.models.charts.subject import Subject
from modelyard.models.engine import Engine, FitOptions
from modelyard.models.explain import explain_rows
from modelyard.models.importance import row_losses
from tests.models.rows import mixed, numbers, table_of
from tests.models.vega import require_valid

MAX_BYTES = 2_000_000
LONG = "a name that is far too long to stand beside a chart without being cut somewhere " * 3


def trained(frame: pl.DataFrame, target: str | None, task: Task, engine: dict[str, Any], *nodes: str) -> Subject:
    """Return a model on two thirds of the rows; the others are test rows."""
    raw = table_of(frame, target, task)
    n_train = frame.height * 2 // 3
    split = pl.Series("split", ["train"] * n_train + ["test"] * (frame.height - n_train))
    raw = Table(frame, raw.schema.model_copy(update={"has_split": True}), split)
    prepared, steps = raw, []
    for name in nodes:
        node = family("node").parse({"kind": name})
        learned = json.loads(json.dumps(node.learn(prepared.rows("train"))))
        prepared = node.apply(prepared, learned)
        steps.append((node.model_dump(mode="json"), learned))
    fitted_by: Engine = family("engine").parse(engine)
    fitted = fitted_by.fit(prepared.rows("train"), FitOptions())
    chain: Chain = build_chain(steps, fitted_by, fitted, raw.rows("train"))
    return Subject(chain, prepared, raw, "test")


SUBJECTS: dict[str, Any] = {
    "two classes": lambda: trained(
        mixed(400).drop("value"), "two", "classification", {"kind": "lightgbm", "n_estimators": 20}
    ),
    "three classes": lambda: trained(
        numbers(300).drop("two", "value"),
        "three",
        "classification",
        {"kind": "logistic_regression"},
        "scale",
    ),
    "numbers": lambda: trained(
        mixed(400).drop("two"),
        "value",
        "regression",
        {"kind": "linear_regression"},
        "fill_missing",
        "scale",
        "encode_categories",
    ),
    "no contributions": lambda: trained(
        numbers(200).drop("two", "three"), "value", "regression", {"kind": "k_neighbours"}
    ),
    "clusters": lambda: trained(numbers(200).select("a", "b", "c"), None, "clustering", {"kind": "k_means"}, "scale"),
}


@pytest.fixture(scope="module", params=sorted(SUBJECTS))
def subject(request: pytest.FixtureRequest) -> Subject:
    found: Subject = SUBJECTS[request.param]()
    return found


def checked(chart: Chart) -> Chart:
    """Fail unless the chart is valid and bounded, or says why in a sentence."""
    assert chart.kind in CHARTS
    if chart.spec is None:
        assert chart.unavailable is not None
        assert chart.unavailable.endswith(".")
        return chart
    text = json.dumps(chart.spec, allow_nan=False)
    assert len(text.encode()) < MAX_BYTES
    assert "n = " in chart.spec["title"]["subtitle"]
    require_valid(chart.spec)
    return chart


def test_every_chart_is_drawn_or_says_why(subject: Subject) -> None:
    wanted = list(CHARTS)
    charts = [checked(chart) for chart in draw(subject, wanted)]
    assert {chart.kind for chart in charts} == set(wanted)
    task = subject.chain.fitted.task
    missing = {
        chart.kind: chart.unavailable for chart in charts if chart.spec is None and task in CHARTS[chart.kind].tasks
    }  # type: ignore[index]
    allowed = {"contributions", "row_contributions", "native_importance", "missing_values"}
    assert missing.keys() <= allowed, missing
    assert len({chart.id for chart in charts}) == len(charts)


def test_each_chart_can_be_asked_for_alone(subject: Subject) -> None:
    task = subject.chain.fitted.task
    for name in wanted_charts(task, None):
        fresh = Subject(subject.chain, subject.prepared, subject.raw, subject.split)
        assert {chart.kind for chart in draw(fresh, [name])} == {name}


def test_no_chart_fails_without_rows_or_without_raw_rows(subject: Subject) -> None:
    names = wanted_charts(subject.chain.fitted.task, None)
    without_raw = Subject(subject.chain, subject.prepared, None, subject.split)
    for chart in draw(without_raw, names):
        checked(chart)
    no_rows = Subject(subject.chain, subject.prepared, subject.raw, "validation")
    for chart in draw(no_rows, names):
        checked(chart)


def test_pictures_are_drawn_without_a_browser(subject: Subject) -> None:
    for chart in draw(subject, list(CHARTS)):
        if chart.spec is not None:
            for look in ("light", "dark"):
                drawn = render.svg(chart.spec, theme=look)
                assert drawn.startswith("<svg")
                assert "NaN" not in drawn
    some = next(chart.spec for chart in draw(subject, list(CHARTS)) if chart.spec is not None)
    assert render.png(some)[:8] == b"\x89PNG\r\n\x1a\n"


def test_the_theme_is_the_browsers() -> None:
    text = (Path(__file__).parents[2] / "frontend/src/ui/chart-theme.ts").read_text()
    assert all(f'"{color}"' in text for color in theme.CATEGORY_COLORS)
    assert f"LABEL_LIMIT = {theme.LABEL_LIMIT};" in text


def spec_of(subject: Subject, name: ChartName) -> dict[str, Any]:
    chart = draw(subject, [name])[0]
    assert chart.spec is not None, chart.unavailable
    return chart.spec


def test_the_threshold_chart_counts_as_one_would_by_hand() -> None:
    subject = SUBJECTS["two classes"]()
    scene = subject.scene
    is_class = scene.target.to_numpy() == "yes"
    score = scene.probabilities[:, 1]
    for row in spec_of(subject, "threshold")["data"]["values"][::10]:
        chosen = score >= row["t"]
        counts = ((chosen & is_class).sum(), (chosen & ~is_class).sum(), (~chosen & is_class).sum())
        assert (row["tp"], row["fp"], row["fn"]) == tuple(map(int, counts))


def test_gain_ends_with_everything_and_lift_with_one() -> None:
    subject = SUBJECTS["two classes"]()
    gained, lifted = (spec_of(subject, name)["data"]["values"] for name in ("gain", "lift"))  # type: ignore[arg-type]
    assert (gained[0]["y"], gained[-1]["y"], lifted[-1]["y"]) == (0, 1, 1)


def test_calibration_points_are_those_of_scikit_learn() -> None:
    from sklearn.calibration import calibration_curve

    subject = SUBJECTS["two classes"]()
    observed, predicted = calibration_curve(
        subject.scene.target.to_numpy() == "yes", subject.scene.probabilities[:, 1], n_bins=10
    )
    points = spec_of(subject, "calibration")["data"]["values"]
    assert [point["x"] for point in points] == pytest.approx(predicted.tolist(), abs=1e-5)
    assert [point["y"] for point in points] == pytest.approx(observed.tolist(), abs=1e-5)
    assert all(point["low"] <= point["y"] <= point["high"] for point in points)
    assert sum(point["n"] for point in points) == subject.scene.n


def test_contributions_and_base_add_up_to_the_score() -> None:
    for name in ("two classes", "three classes", "numbers"):
        subject = SUBJECTS[name]()
        raw = subject.raw.rows("test").frame
        explanation = explain_rows(subject.chain, raw)
        assert explanation is not None
        score = explanation.base + explanation.values.sum(axis=2)
        prediction = subject.prediction
        if name == "numbers":
            assert score[:, 0] == pytest.approx(prediction.values, abs=1e-6)
        elif name == "two classes":
            odds = np.log(prediction.probabilities[:, 1] / prediction.probabilities[:, 0])
            assert score[:, 0] == pytest.approx(odds, abs=1e-6)
        else:
            shifted = np.exp(score - score.max(axis=1, keepdims=True))
            assert shifted / shifted.sum(axis=1, keepdims=True) == pytest.approx(prediction.probabilities, abs=1e-6)


def test_a_row_is_explained_from_its_base_to_its_score() -> None:
    subject = SUBJECTS["numbers"]()
    spec = spec_of(subject, "row_contributions")
    labels = spec["params"][0]["bind"]["options"]
    worst = int(row_losses(subject.prediction, subject.rows.target().to_numpy()).argmax())
    bars = [row for row in spec["data"]["values"] if row["row"] == labels[0]]
    assert bars[-1]["to"] == pytest.approx(subject.prediction.values[worst], rel=1e-4)
    for before, after in pairwise(bars):
        assert after["from"] == pytest.approx(before["to"], rel=1e-4, abs=1e-6)


def test_partial_dependence_is_the_mean_of_changed_rows() -> None:
    subject = SUBJECTS["numbers"]()
    charts = [chart for chart in draw(subject, ["partial_dependence"]) if chart.spec is not None]
    assert subject.probe.is_raw
    first = charts[0].spec
    assert first is not None
    name = charts[0].title.removeprefix("Partial dependence of ")
    point = first["data"]["values"][0]
    frame = subject.probe.frame.head(200)
    changed = frame.with_columns(pl.lit(point["x"], dtype=frame.schema[name]).alias(name))
    assert point["y"] == pytest.approx(subject.probe.predict(changed).values.mean(), rel=1e-5)


def test_long_names_of_classes_and_columns_do_no_harm() -> None:
    frame = numbers(200).select(pl.col("a").alias(LONG), "b", pl.col("two").replace("yes", f"yes {LONG}"))
    subject = trained(frame, "two", "classification", {"kind": "lightgbm", "n_estimators": 5})
    for chart in draw(subject):
        checked(chart)
        if chart.spec is not None:
            render.svg(chart.spec)


def test_many_rows_and_classes_stay_bounded() -> None:
    generator = np.random.default_rng(0)
    frame = pl.DataFrame(
        {
            **{f"column {i}": generator.normal(size=6000) for i in range(40)},
            "y": [f"class {i}" for i in generator.integers(0, 26, 6000)],
        }
    )
    subject = trained(frame, "y", "classification", {"kind": "naive_bayes"})
    charts = [checked(chart) for chart in draw(subject)]
    assert sum(len(json.dumps(chart.spec)) for chart in charts) < 2 * MAX_BYTES
    assert all(chart.spec is not None for chart in charts if CHARTS[chart.kind].of_scene is not None)  # type: ignore[index]


def test_slow_drawing_stops_in_time_and_says_so() -> None:
    subject = SUBJECTS["two classes"]()
    hurried = Subject(subject.chain, subject.prepared, subject.raw, "test", seconds=0.0)
    charts = {chart.kind: chart for chart in draw(hurried)}
    assert charts["confusion_matrix"].spec is not None
    assert charts["permutation_importance"].unavailable is not None


def test_a_fault_in_one_chart_costs_neither_the_model_nor_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    def break_down(_subject: Subject, _title: str) -> dict[str, Any]:
        raise ZeroDivisionError("division by zero")

    subject = SUBJECTS["two classes"]()
    monkeypatch.setitem(CHARTS, "correlations", replace(CHARTS["correlations"], of_model=break_down))
    broken, whole = draw(subject, ["correlations", "missing_values"])
    assert broken.spec is None
    assert "division by zero" in str(broken.unavailable)
    assert whole.spec is not None
