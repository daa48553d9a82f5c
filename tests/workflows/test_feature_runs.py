"""Features on sample tables, from the raw rows to the answer of a model: what is evaluated is what is served."""

from importlib.resources import files
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from modelyard.data.columns import Schema, Task
from modelyard.kernel.context import Actor
from modelyard.kernel.yard import Yard
from modelyard.models import chain as chains
from modelyard.workflows.execute import Walk
from modelyard.workflows.frozen import FrozenDataset
from modelyard.workflows.graph import NodeDocument
from modelyard.workflows.keeping import Keeper
from modelyard.workflows.ownership import facts_of
from modelyard.workflows.plan import plan
from modelyard.workflows.values import ModelValue
from tests.workflows.graphs import chain, node
from tests.workflows.local import add_dataset, local_job
from tests.workflows.tables import schema_of


def sample(name: str) -> pl.DataFrame:
    path = files("modelyard.data.samples").joinpath(f"{name}.csv.gz")
    return pl.read_csv(path.read_bytes(), try_parse_dates=True)


def modelled(
    yard: Yard, owner: Actor, folder: Path, frame: pl.DataFrame, schema: Schema, *nodes: NodeDocument
) -> ModelValue:
    """Walk from the dataset through the nodes to a model."""
    with yard.context(owner) as ctx:
        row = add_dataset(ctx, frame, target=schema.target, schema=schema)
        dataset_id, frozen = row.id, FrozenDataset.of(facts_of(row), ctx.artifacts)
    job = local_job(yard, owner, folder)
    graph = chain(node("data", "dataset", dataset=dataset_id), *nodes)
    done = Walk(job, plan(graph), {dataset_id: frozen}).walk()
    value = Keeper(job.artifacts, job.scratch).recall(done["train"].outputs["model"])
    assert isinstance(value, ModelValue)
    return value


def described(frame: pl.DataFrame, target: str, task: Task, **kinds: str) -> Schema:
    return schema_of(frame, **kinds).model_copy(update={"target": target, "task": task})


@pytest.mark.parametrize("target_lags", [False, True])
def test_daily_orders_with_lags_are_served_as_they_are_evaluated(
    yard: Yard, owner: Actor, tmp_path: Path, target_lags: bool
) -> None:
    frame = sample("bakery")
    looked_at = ["temperature_c", "rain_mm", *(["orders"] if target_lags else [])]
    model = modelled(
        yard,
        owner,
        tmp_path,
        frame,
        described(frame, "orders", "regression"),
        node("split", "split", method="time", time_column="day"),
        node("lags", "lags", columns=looked_at, lags=[1, 7], windows=[7], statistics=["mean"], group_column="shop"),
        node("wet", "expression", name="wet", expression="rain_mm > 1 and temperature_c < 5"),
        node("ratio", "combine_columns", operation="difference", first="temperature_c", second="temperature_c_lag_1"),
        node("bins", "bin_numbers", columns=["temperature_c"], output="one_hot"),
        node("dates", "date_features", parts=["weekday", "is_weekend"], elapsed_days=True),
        node("train", "train", engine={"kind": "lightgbm"}),
    )
    expected = model.chain.engine.predict(model.chain.fitted, model.prepared.get().rows("test").frame)
    n_test = model.prepared.get().rows("test").n_rows
    rows = frame.sort("day", maintain_order=True)[-n_test:].drop("orders")
    served = model.chain.predict(rows).prediction
    np.testing.assert_array_equal(served.values, expected.values)
    path = tmp_path / "model"
    chains.save(model.chain, path)
    again = chains.load(path).predict(rows).prediction
    np.testing.assert_array_equal(again.values, expected.values)
    first = model.chain.predict(rows[:1])
    np.testing.assert_array_equal(first.prediction.values, expected.values[:1])


def test_reviews_become_a_model_by_their_words_and_their_meaning(yard: Yard, owner: Actor, tmp_path: Path) -> None:
    frame = sample("reviews").sample(150, seed=2)
    model = modelled(
        yard,
        owner,
        tmp_path,
        frame,
        described(frame, "sentiment", "classification", review="text"),
        node("split", "split", method="stratified", test_fraction=0.3),
        node("long", "expression", name="length", expression="length(review)"),
        node("copy", "expression", name="again", expression="review"),
        node("words", "tfidf", columns=["again"], terms="character", reduce_to=10),
        node("meaning", "sentence_embeddings", columns=["review"], reduce_to=12),
        node("flag", "encode_categories"),
        node("both", "polynomial_features", columns=["length", "review_embedding_1"]),
        node("few", "select_features", method="f_test", n_columns=15),
        node("axes", "pca", n_components=8),
        node("train", "train", engine={"kind": "logistic_regression"}),
    )
    prepared = model.prepared.get()
    assert [name for name in prepared.frame.columns if name != "sentiment"] == [f"pca_{n}" for n in range(1, 9)]
    expected = model.chain.engine.predict(model.chain.fitted, prepared.rows("test").frame)
    needed = [item.name for item in model.chain.signature.inputs]
    assert set(needed) <= {"review", "site"}
    assert "review" in needed
    scored = (np.array(expected.values) == prepared.rows("test").frame["sentiment"].to_numpy()).mean()
    assert scored > 0.7
    one = model.chain.predict([{"review": "Great phone, works perfectly, I love it", "site": "amazon"}])
    other = model.chain.predict([{"review": "Terrible. Broke after one day, do not buy", "site": "amazon"}])
    assert [one.prediction.values[0], other.prediction.values[0]] == ["positive", "negative"]
    assert model.chain.predict([{"review": None, "site": "yelp"}]).prediction.values[0] in ("positive", "negative")
