"""Models side by side: the best only where it can be told, every difference, the same as text, and over HTTP."""

import csv
import io
from dataclasses import replace
from typing import Any

import polars as pl
import pytest
from fastapi.testclient import TestClient

from modelyard.data.frames import Table
from modelyard.kernel.context import Actor
from modelyard.kernel.errors import Invalid, NotFound
from modelyard.kernel.yard import Yard
from modelyard.models.comparing import comparison
from modelyard.models.comparing.text import as_csv, as_markdown
from modelyard.models.comparing.verbs import compare_models, overlaid_charts, paired_tests
from modelyard.models.engine import Engine
from modelyard.models.engines.hist_gradient_boosting import HistGradientBoosting
from modelyard.models.engines.lightgbm import LightGBM
from modelyard.models.tables import Model
from tests.models.rows import mixed, table_of
from tests.models.vega import require_valid
from tests.models.yard import draft_of, register


def table(target: str = "two", *, seed: int = 0, n_train: int = 400) -> Table:
    task: Any = {"two": "classification", "value": "regression"}[target]
    made = table_of(mixed(600, seed=seed).drop({"two": "value", "value": "two"}[target]), target, task)
    split = pl.Series(["train"] * n_train + ["test"] * (600 - n_train))
    return replace(made, split=split, schema=made.schema.model_copy(update={"has_split": True}))


def train(yard: Yard, owner: Actor, given: Table, engine: Engine, **more: Any) -> Model:
    return register(yard, owner, draft_of(yard, given, engine, name=str(engine.kind_name()))[1], **more)


@pytest.fixture
def two(yard: Yard, owner: Actor) -> list[Model]:
    engines = (LightGBM(n_estimators=2), HistGradientBoosting(max_iter=40))
    return [train(yard, owner, table(), engine, node_id="n1") for engine in engines]


def test_the_best_of_each_metric_is_marked(yard: Yard, owner: Actor, two: list[Model]) -> None:
    with yard.context(owner) as ctx:
        found = compare_models(ctx, [model.id for model in two])
    assert found.warnings == ()
    for line in found.metrics:
        values = [each["value"] for each in line.values if each]
        right = (max if line.higher_is_better else min)(values)
        expected = tuple(place for place, value in enumerate(values) if value == right)
        assert line.best == (() if len(set(values)) == 1 else expected), line.name
    assert {line.name: line.best for line in found.metrics}["log_loss"] == (1,)
    facts = {line.name: line for line in found.facts}
    assert facts["engine"].values == ("lightgbm", "hist_gradient_boosting")
    assert (facts["n_test"].values, facts["n_test"].differs) == ((200, 200), False)
    assert all(seconds > 0 for seconds in facts["row_seconds"].values)
    parameters = {line.name: line.values for line in found.parameters}
    assert parameters["n_estimators"] == (2, comparison.NOT_PRESENT)
    assert [line.name for line in found.columns if line.differs] == []


@pytest.mark.parametrize(
    ("other", "warning"),
    [
        (table("value"), comparison.DIFFERENT_TASKS),
        (table(seed=1), comparison.DIFFERENT_ROWS),
        (table(n_train=500), comparison.DIFFERENT_ROWS),
    ],
)
def test_nothing_is_best_where_figures_cannot_be_compared(
    yard: Yard, owner: Actor, two: list[Model], other: Table, warning: str
) -> None:
    third = train(yard, owner, other, LightGBM(n_estimators=2))
    with yard.context(owner) as ctx:
        found = compare_models(ctx, [two[0].id, third.id])
        tested = paired_tests(ctx, [two[0].id, third.id])
    assert found.warnings == (warning,)
    assert all(line.best == () for line in found.metrics)
    assert tested[0].result.differences == ()
    assert tested[0].result.unavailable


def test_another_target_is_told(yard: Yard, owner: Actor, two: list[Model]) -> None:
    given = table()
    renamed = given.frame.rename({"two": "answer"})
    other = table_of(renamed, "answer", "classification")
    third = train(
        yard,
        owner,
        replace(other, split=given.split, schema=other.schema.model_copy(update={"has_split": True})),
        LightGBM(n_estimators=2),
    )
    with yard.context(owner) as ctx:
        assert compare_models(ctx, [two[0].id, third.id]).warnings == (comparison.DIFFERENT_TARGETS,)
        assert [chart.id for chart in overlaid_charts(ctx, [two[0].id, third.id])] == ["importance"]


def test_a_model_without_kept_predictions_says_what_to_do(yard: Yard, owner: Actor, two: list[Model]) -> None:
    draft = draft_of(yard, table(), LightGBM(n_estimators=3))[1]
    old = register(yard, owner, draft.model_copy(update={"predictions_hash": None, "scored_rows_hash": None}))
    yard.artifacts.delete(str(two[1].predictions_hash))
    with yard.context(owner) as ctx:
        assert compare_models(ctx, [two[0].id, old.id]).warnings == (comparison.UNKNOWN_ROWS,)
        found = paired_tests(ctx, [two[0].id, old.id, two[1].id])
    assert "was trained before predictions were kept. Run its workflow again." in str(found[0].result.unavailable)
    assert "are gone or damaged" in str(found[1].result.unavailable)


def test_each_is_tested_against_the_one_named(yard: Yard, owner: Actor, two: list[Model]) -> None:
    ids = [model.id for model in two]
    with yard.context(owner) as ctx:
        (forth,) = paired_tests(ctx, ids)
        (back,) = paired_tests(ctx, ids, against=ids[1])
        with pytest.raises(Invalid, match="one of those named"):
            paired_tests(ctx, ids, against="md_none")
    assert (forth.model.id, back.model.id) == (ids[1], ids[0])
    there, here = ({each.name: each for each in pair.result.differences}["log_loss"] for pair in (forth, back))
    assert there.difference == pytest.approx(-here.difference)  # type: ignore[operator]  # both are there
    assert there.is_certain
    assert there.difference is not None
    assert there.difference < 0


@pytest.mark.parametrize("ids", [[], ["md_1"], ["md_1", "md_1"], [f"md_{n}" for n in range(21)]])
def test_too_few_or_too_many_are_refused(yard: Yard, owner: Actor, ids: list[str]) -> None:
    with yard.context(owner) as ctx, pytest.raises(Invalid, match="2 to 20"):
        compare_models(ctx, ids)


def test_a_model_of_somebody_else_is_not_found(yard: Yard, owner: Actor, two: list[Model]) -> None:
    stranger = replace(owner, id="us_stranger")
    with yard.context(stranger) as ctx:
        for verb in (compare_models, paired_tests, overlaid_charts):
            with pytest.raises(NotFound):
                verb(ctx, [model.id for model in two])


def test_the_text_holds_what_the_page_shows(yard: Yard, owner: Actor, two: list[Model]) -> None:
    with yard.context(owner) as ctx:
        found = compare_models(ctx, [model.id for model in two])
        markdown, table_text = as_markdown(found), as_csv(found)
    line = next(line for line in markdown.splitlines() if line.startswith("| Log loss"))
    assert "lower is better" in line
    assert f"**{found.metrics[-3].values[1]['value']:.4g}**" in markdown or "**" in line  # type: ignore[index]
    rows = list(csv.DictReader(io.StringIO(table_text)))
    assert len(rows) == 2 * len(found.metrics)
    for row in rows:
        line_of = next(each for each in found.metrics if each.name == row["metric"])
        place = [model.id for model in found.models].index(row["id"])
        value = line_of.values[place]
        assert value is not None
        assert float(row["value"]) == value["value"]


@pytest.mark.parametrize(
    ("target", "ids"),
    [
        ("two", ["roc", "precision_recall", "calibration", "gain", "importance"]),
        ("value", ["residuals", "error_shares", "predicted_actual", "importance"]),
    ],
)
def test_charts_hold_every_model_and_are_valid(yard: Yard, owner: Actor, target: str, ids: list[str]) -> None:
    models = [train(yard, owner, table(target), LightGBM(n_estimators=n), node_id="n1") for n in (2, 20, 40)]
    with yard.context(owner) as ctx:
        charts = overlaid_charts(ctx, [model.id for model in models])
    assert [chart.id for chart in charts] == ids
    for chart in charts:
        assert chart.spec is not None, chart.unavailable
        require_valid(chart.spec)
        rows = chart.spec["data"]["values"]
        assert {row["model"] for row in rows} == {"version 1", "version 2", "version 3"}
        assert len(rows) < 10_000


def test_of_three_classes_one_is_chosen_in_the_chart(yard: Yard, owner: Actor) -> None:
    frame = mixed(600).drop("two").with_columns(kind=pl.Series(["x", "y", "z"] * 200))
    made = table_of(frame.drop("value"), "kind", "classification")
    split = pl.Series(["train"] * 400 + ["test"] * 200)
    given = replace(made, split=split, schema=made.schema.model_copy(update={"has_split": True}))
    models = [train(yard, owner, given, LightGBM(n_estimators=n)) for n in (2, 5)]
    with yard.context(owner) as ctx:
        roc = overlaid_charts(ctx, [model.id for model in models])[0]
    assert roc.spec is not None
    assert roc.spec["params"][0]["bind"]["options"] == ["x", "y", "z"]


def test_http(client: TestClient, yard: Yard, owner: Actor, two: list[Model]) -> None:
    ids = ",".join(model.id for model in two)
    found = client.get("/api/v1/models/compare", params={"ids": ids}).json()
    assert [model["version"] for model in found["models"]] == [1, 2]
    assert found["markdown"].startswith("# Comparison of models")
    tested = client.get("/api/v1/models/compare/paired", params={"ids": ids}).json()
    assert tested[0]["mcnemar"]["p_value"] <= 1
    assert (tested[0]["n"], tested[0]["split"]) == (200, "test")
    charts = client.get("/api/v1/models/compare/charts", params={"ids": ids}).json()
    assert charts[0]["spec"]["data"]["values"]
    text = client.get("/api/v1/models/compare.csv", params={"ids": ids})
    assert text.headers["content-type"].startswith("text/csv")
    assert client.get("/api/v1/models/compare", params={"ids": two[0].id}).status_code == 422
