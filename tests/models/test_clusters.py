"""Rows grouped without a target: as scikit-learn groups them, new rows by what is near, and the whole way around it."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from sklearn import cluster

from modelyard.data.frames import Table
from modelyard.kernel.errors import Invalid, Refused
from modelyard.models.chain import Chain, build_chain, load, save
from modelyard.models.clusters import ClusterEngine
from modelyard.models.engine import FitOptions
from modelyard.models.engines.dbscan import DBSCAN
from modelyard.models.engines.k_means import KMeans
from modelyard.models.engines.lightgbm import LightGBM
from modelyard.models.outputs import outputs_of
from modelyard.workflows.nodes.fill_missing import FillMissing
from modelyard.workflows.nodes.scale import Scale
from tests.models.rows import numbers, table_of


def moons(n_rows: int = 300, seed: int = 0) -> Table:
    """Two bent groups that do not touch, and a few rows far from both."""
    generator = np.random.default_rng(seed)
    angle = generator.uniform(0, np.pi, n_rows)
    upper = generator.random(n_rows) < 0.5
    x = np.where(upper, np.cos(angle), 1 - np.cos(angle)) + generator.normal(0, 0.03, n_rows)
    y = np.where(upper, np.sin(angle), 0.4 - np.sin(angle)) + generator.normal(0, 0.03, n_rows)
    x[:3], y[:3] = (9.0, -9.0, 0.0), (9.0, 9.0, -9.0)
    return table_of(pl.DataFrame({"x": x, "y": y}), None, "clustering")


def blobs(**names: str) -> Table:
    generator = np.random.default_rng(1)
    centres = np.repeat([[0.0, 0.0], [5.0, 5.0], [0.0, 9.0]], 60, axis=0)
    values = centres + generator.normal(0, 0.5, centres.shape)
    return table_of(pl.DataFrame(values, schema=["x", "y"], orient="row").rename(names), None, "clustering")


@pytest.mark.parametrize("options", [{}, {"n_clusters": 7, "init": "random"}, {"algorithm": "elkan", "n_init": 2}])
def test_k_means_groups_as_scikit_learn(options: dict[str, Any]) -> None:
    table, engine = table_of(numbers().select("a", "b"), None, "clustering"), KMeans(**options)
    x = table.frame.to_numpy()
    hand = cluster.KMeans(**{"n_clusters": 3, "n_init": 10, **options}, random_state=5).fit(x)
    fitted = engine.fit(table, FitOptions(seed=5))
    found = engine.predict(fitted, table.frame)
    assert found.probabilities is None
    assert found.classes == tuple(f"cluster {place}" for place in range(engine.n_clusters))
    assert list(found.values) == [f"cluster {place}" for place in hand.predict(x)]
    new = numbers(200, seed=8).select("a", "b")
    assert list(engine.predict(fitted, new).values) == [f"cluster {place}" for place in hand.predict(new.to_numpy())]


@pytest.mark.parametrize("metric", ["euclidean", "manhattan", "cosine"])
def test_dbscan_groups_as_scikit_learn(metric: Any) -> None:
    table = moons()
    engine = DBSCAN(eps=0.02 if metric == "cosine" else 0.25, metric=metric)
    x = table.frame.to_numpy()
    hand = cluster.DBSCAN(eps=engine.eps, min_samples=5, metric=metric).fit(x)
    found = engine.predict(engine.fit(table, FitOptions()), table.frame)
    names = np.asarray([*(f"cluster {place}" for place in range(hand.labels_.max() + 1)), "noise"])
    cores = hand.core_sample_indices_
    assert list(found.values[cores]) == list(names[hand.labels_[cores]])
    # A row at an edge may go to another cluster than by scikit-learn's order, but noise is noise.
    assert [value == "noise" for value in found.values] == [label < 0 for label in hand.labels_]


def test_dbscan_follows_shapes_and_leaves_strays_out() -> None:
    table, engine = moons(), DBSCAN(eps=0.25)
    fitted = engine.fit(table, FitOptions())
    assert fitted.classes == ("cluster 0", "cluster 1", "noise")
    assert list(engine.predict(fitted, table.frame).values[:3]) == ["noise"] * 3
    assert fitted.notes[-1].startswith("Training rows: ")
    assert fitted.notes[-1].endswith("3 noise.")
    far = pl.DataFrame({"x": [100.0], "y": [100.0]})
    assert engine.predict(fitted, far).values[0] == "noise"


@pytest.mark.parametrize(
    ("engine", "frame", "message"),
    [
        (KMeans(n_clusters=8), pl.DataFrame({"a": [1.0, 2.0, 1.0, 2.0]}), "cannot make 8 clusters of 2 different rows"),
        (KMeans(), pl.DataFrame({"a": [1.0]}), "needs at least 2 rows"),
        (KMeans(), pl.DataFrame({"a": [1.0, None, 3.0]}), "cannot take missing values"),
        (DBSCAN(eps=1e-6), numbers(50).select("a"), "found no cluster: no row has 5 rows within 1e-06"),
        (DBSCAN(), pl.DataFrame({"a": [1.0, float("inf")]}), "cannot take infinite values"),
        (DBSCAN(eps=100), numbers(8000).select("a", "b"), "more pairs than fit in memory"),
    ],
)
def test_what_cannot_be_grouped_is_refused(engine: ClusterEngine, frame: pl.DataFrame, message: str) -> None:
    with pytest.raises(Invalid, match=message):
        engine.fit(table_of(frame, None, "clustering"), FitOptions())


def test_one_cluster_for_all_is_said() -> None:
    notes = DBSCAN(eps=50).fit(blobs(), FitOptions()).notes
    assert "All clustered rows are in one cluster" in notes[0]


def test_scales_that_differ_are_said() -> None:
    frame = blobs().frame.with_columns(pl.col("y") * 1e4)
    notes = KMeans().fit(table_of(frame, None, "clustering"), FitOptions()).notes
    assert "y outweighs others in K-means: add Scale before it" in notes[0]


def test_problems_say_what_the_dataset_node_must_say() -> None:
    supervised = table_of(numbers().select("a", "two"), "two", "classification").schema
    assert "choose clustering in the dataset node" in KMeans().problems(supervised)[0]
    assert LightGBM().problems(blobs().schema) == [
        "LightGBM needs a target: choose one in the dataset node, or K-means or DBSCAN here."
    ]
    assert KMeans().problems(blobs().schema) == []
    words = table_of(pl.DataFrame({"city": ["Huế", "Hội An"]}), None, "clustering").schema
    assert "add Encode categories before it" in DBSCAN().problems(words)[0]
    with pytest.raises(Invalid, match="groups rows without a target"):
        KMeans().fit(table_of(numbers().select("a", "two"), "two", "classification"), FitOptions())


def chain_of(raw: Table, engine: ClusterEngine) -> Chain:
    prepared, steps = raw, []
    for node in (FillMissing(), Scale()):
        learned = json.loads(json.dumps(node.learn(prepared)))
        prepared = node.apply(prepared, learned)
        steps.append((node.model_dump(mode="json"), learned))
    return build_chain(steps, engine, engine.fit(prepared, FitOptions()), raw)


@pytest.mark.parametrize("engine", [KMeans(), DBSCAN(eps=0.5)], ids=lambda engine: engine.kind_name())
def test_a_clustering_model_goes_the_whole_way(engine: ClusterEngine, tmp_path: Path) -> None:
    raw = blobs()
    chain = chain_of(raw, engine)
    assert (chain.signature.output.name, chain.signature.ignored) == ("", ())
    save(chain, tmp_path / "model.zip")
    again = load(tmp_path / "model.zip")
    rows = [{"x": 0.1, "y": 0.2}, {"x": None, "y": 5.0}]
    first, second = chain.predict(rows), again.predict(rows)
    assert list(first.prediction.values) == list(second.prediction.values)
    outputs = outputs_of(second.prediction)
    assert [output["probabilities"] for output in outputs] == [None, None]
    assert outputs[0]["prediction"] in (again.signature.output.classes or ())


@pytest.mark.parametrize(
    "changed",
    [
        {"rows": np.zeros((3, 9))},
        {"rows": np.full((3, 2), np.nan)},
        {"values": np.array([0, 1, 99])},
        {"values": np.array([0.0, 1.0, 2.0])},
        {"rows": np.array([[object(), 1]] * 3, dtype=object)},
    ],
    ids=["shape", "nan", "cluster", "kind", "pickle"],
)
def test_a_file_that_was_tampered_with_is_refused(changed: dict[str, Any], tmp_path: Path) -> None:
    engine = KMeans()
    engine.save(engine.fit(blobs(), FitOptions()), tmp_path)
    with np.load(tmp_path / "rows.npz") as file:
        whole = {"rows": file["rows"], "values": file["values"]}
    np.savez_compressed(tmp_path / "rows.npz", allow_pickle=True, **{**whole, **changed})
    with pytest.raises(Refused):
        engine.load(tmp_path)
