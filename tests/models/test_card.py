"""The card says what is in the record, all of it, and nothing that is not."""

from dataclasses import replace
from typing import Any

import polars as pl
import pytest

from modelyard.data.columns import Splitting
from modelyard.data.frames import Table
from modelyard.kernel.context import Actor
from modelyard.kernel.yard import Yard
from modelyard.models.card import card
from modelyard.models.engines.lightgbm import LightGBM
from modelyard.models.limits import limits
from modelyard.models.tables import Model
from modelyard.models.verbs import get_model
from tests.models.rows import mixed, table_of
from tests.models.yard import draft_of, register


def split_table(n_test: int = 150, **frame: Any) -> Table:
    made = table_of(mixed(600).drop("value").with_columns(**frame), "two", "classification")
    split = pl.Series(["train"] * (600 - n_test) + ["test"] * n_test)
    splitting = Splitting(method="stratified", column="two", seed=7)
    return replace(made, split=split, schema=made.schema.model_copy(update={"has_split": True, "splitting": splitting}))


def model_of(yard: Yard, owner: Actor, table: Table) -> Model:
    draft = draft_of(yard, table, LightGBM(n_estimators=10), name="Who")[1]
    finding = {"rule": "id_like", "severity": "warning", "message": "'age' looks | like an id.", "columns": ["age"]}
    trial = {"id": "1", "label": "LightGBM", "state": "succeeded", "metric": "auc", "score": 0.91}
    return register(yard, owner, draft.model_copy(update={"findings": (finding,), "trials": (trial,)}))


def test_the_card_states_the_whole_record(yard: Yard, owner: Actor) -> None:
    model = model_of(yard, owner, split_table())
    text = card(model)
    for metric in model.metrics:
        assert f"| {metric['value']:.4g} |" in text, metric["name"]
        if metric["interval"]:
            assert f"{metric['interval'][0]:.4g} to {metric['interval'][1]:.4g}" in text
    for stated in (
        f"Dataset: people (content `{'0' * 64}`)",
        "Rows: 450 train, 150 test",
        "Split: stratified by two, seed 7",
        "| city | category | string | yes |",
        "Warning: 'age' looks \\| like an id.",
        "| LightGBM | auc | 0.91 | succeeded |",
        "n\\_estimators = 10",
        "Workflow: `wf_1`, version 3",
        f"`{model.artifact_hash}`",
        "- lightgbm: ",
        "rows of another time or place may be harder",
    ):
        assert stated in text, stated


def test_what_is_not_in_the_record_is_not_on_the_card(yard: Yard, owner: Actor) -> None:
    draft = draft_of(yard, split_table(), LightGBM(n_estimators=2))[1]
    bare = draft.model_copy(update={"limits": (), "splitting": None, "row_seconds": None, "importance": ()})
    text = card(register(yard, owner, bare))
    for heading in ("What these figures cannot say", "Found in the data", "Groups", "What matters", "Chosen from"):
        assert heading not in text
    assert "- Split:" not in text
    assert "None" not in text
    assert "One row takes" not in text


def test_a_model_of_before_the_record_has_a_card(yard: Yard, owner: Actor) -> None:
    """Metrics as they were kept before intervals and boosting."""
    model = model_of(yard, owner, split_table())
    with yard.context(owner) as ctx:
        row = get_model(ctx, model.id)
        old = ("name", "label", "value", "split", "n", "higher_is_better", "unavailable", "baseline")
        row.metrics = [{name: metric[name] for name in old} for metric in row.metrics]
        row.findings, row.trials, row.limits = [], [], []
        assert "| Accuracy | 0." in card(row)


def test_names_cannot_break_the_card(yard: Yard, owner: Actor) -> None:
    table = split_table()
    nasty = "# |*x*|\n<script>"
    frame = table.frame.rename({"city": nasty})
    columns = tuple(c.model_copy(update={"name": nasty}) if c.name == "city" else c for c in table.schema.columns)
    model = model_of(
        yard, owner, replace(table, frame=frame, schema=table.schema.model_copy(update={"columns": columns}))
    )
    text = card(model)
    assert "<script>" not in text
    assert "\n# |" not in text
    assert "\\# \\|\\*x\\*\\| \\<script\\>" in text


@pytest.mark.parametrize(
    ("change", "split", "said"),
    [
        (lambda t: replace(t, split=pl.Series(["train"] * 600)), "train", "scored on the rows it learned from"),
        (
            lambda t: replace(t, split=pl.Series(["train"] * 560 + ["test"] * 40)),
            "test",
            "Only 40 test rows were scored",
        ),
        (
            lambda t: replace(
                t, frame=t.frame.with_columns(two=pl.Series(["no"] * 300 + ["yes"] * 150 + ["no"] * 150))
            ),
            "test",
            "No test row is of 'yes': how well it is found is not known.",
        ),
        (
            lambda t: replace(t, frame=t.frame.with_columns(two=pl.Series(["no"] * 590 + ["yes"] * 5 + [None] * 5))),
            "test",
            "5 test rows have no target",
        ),
        (
            lambda t: replace(t, frame=t.frame.with_columns(two=pl.Series(["no"] * 590 + ["yes"] * 10))),
            "test",
            "'yes' came only after training",
        ),
        (
            lambda t: replace(
                t, frame=t.frame.with_columns(two=pl.Series(["no", "yes"] * 225 + ["no"] * 146 + ["yes"] * 4))
            ),
            "test",
            "Fewer than 10 test rows are of 'yes'",
        ),
    ],
)
def test_limits_are_counted(change: Any, split: Any, said: str) -> None:
    found = limits(change(split_table()), task="classification", split=split)
    assert any(said in sentence for sentence in found), found


def test_limits_of_time_and_group_say_what_was_held_out() -> None:
    table = split_table()
    for method, said in (("time", "latest rows by 'age'"), ("group", "values of 'age' that training had not seen")):
        splitting = Splitting(method=method, column="age")  # type: ignore[arg-type]  # one of the two
        schema = table.schema.model_copy(update={"splitting": splitting})
        found = limits(replace(table, schema=schema), task="classification", split="test")
        assert any(said in sentence for sentence in found)
