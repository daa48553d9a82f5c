"""Models in the registry: registered with their endpoint, looked at, compared, downloaded, predicted with, deleted."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from fastapi.testclient import TestClient

from modelyard.data.frames import Table
from modelyard.endpoints.tables import Endpoint
from modelyard.kernel.context import Actor
from modelyard.kernel.errors import Forbidden, Invalid, NotFound
from modelyard.kernel.yard import Yard
from modelyard.models import verbs
from modelyard.models.chain import load
from modelyard.models.deletion import delete_model
from modelyard.models.engines.lightgbm import LightGBM
from modelyard.models.engines.linear_regression import LinearRegression
from modelyard.models.engines.logistic_regression import LogisticRegression
from modelyard.models.serving import LoadedModels
from modelyard.models.tables import Model
from modelyard.workflows.nodes.encode_categories import EncodeCategories
from modelyard.workflows.nodes.fill_missing import FillMissing
from tests.models.rows import mixed, table_of
from tests.models.yard import draft_of, register


def split_table(target: str = "two", task: Any = "classification") -> Table:
    other = {"two": "value", "value": "two"}[target]
    table = table_of(mixed().drop(other), target, task)
    split = pl.Series(["train"] * 400 + ["validation"] * 50 + ["test"] * 150)
    return replace(table, split=split, schema=table.schema.model_copy(update={"has_split": True}))


@pytest.fixture
def model(yard: Yard, owner: Actor) -> Model:
    nodes = [FillMissing(), EncodeCategories()]
    return register(yard, owner, draft_of(yard, split_table(), LogisticRegression(), nodes)[1])


def test_a_draft_is_scored_on_test_rows_and_knows_where_it_comes_from(yard: Yard) -> None:
    _, draft = draft_of(yard, split_table(), LightGBM(n_estimators=10))
    assert draft.n_rows == {"train": 400, "validation": 50, "test": 150}
    assert {(metric.split, metric.n) for metric in draft.metrics} == {("test", 150)}
    assert all(metric.value is not None for metric in draft.metrics)
    kinds = [chart.kind for chart in draft.charts]
    assert {"confusion_matrix", "roc", "native_importance", "permutation_importance"} <= set(kinds)
    assert sum(item.value for item in draft.importance) == pytest.approx(1)
    profile = {column["name"]: column for column in draft.training_profile["columns"]}
    assert draft.training_profile["n_rows"] == 400
    assert profile["city"]["top_values"][0].keys() == {"value", "count"}
    assert profile["age"]["p05"] <= profile["age"]["p50"] <= profile["age"]["p95"]
    assert {"python", "scikit-learn", "lightgbm", "modelyard"} <= draft.environment.keys()
    json.dumps(draft.model_dump(mode="json"), allow_nan=False)


def test_without_test_rows_it_is_scored_on_what_there_is_and_says_so(yard: Yard) -> None:
    table = split_table("value", "regression")
    nodes = [FillMissing(), EncodeCategories()]
    _, draft = draft_of(yard, replace(table, split=pl.Series(["train"] * 600)), LinearRegression(), nodes)
    assert {metric.split for metric in draft.metrics} == {"train"}
    assert {"predicted_actual", "residuals", "residual_histogram"} <= {chart.kind for chart in draft.charts}


def test_a_model_is_registered_with_its_endpoint(yard: Yard, owner: Actor, model: Model) -> None:
    with yard.context(owner) as ctx:
        found = verbs.get_model(ctx, model.id)
        endpoint = ctx.session.get(Endpoint, found.endpoint_id)
        assert endpoint is not None
        assert (endpoint.servable_id, endpoint.signature, endpoint.name) == (found.id, found.signature, "A model")
        assert [row.id for row in verbs.list_models(ctx, search="a mod")] == [found.id]
        assert verbs.list_models(ctx, search="%") == []


def test_renaming_renames_the_endpoint_too(yard: Yard, owner: Actor, model: Model) -> None:
    with yard.context(owner) as ctx:
        verbs.rename_model(ctx, model.id, "  Another   name ")
        endpoint = ctx.session.get(Endpoint, model.endpoint_id)
        assert endpoint is not None
        assert endpoint.name == verbs.get_model(ctx, model.id).name == "Another name"
        with pytest.raises(Invalid, match="needs a name"):
            verbs.rename_model(ctx, model.id, " ")


def test_deleting_removes_endpoint_and_file_unless_another_model_has_the_same(
    yard: Yard, owner: Actor, model: Model
) -> None:
    with yard.context(owner) as ctx:
        twin = verbs.publish_model(ctx, {**draft_document(model, ctx), "name": "twin"})
    for model_id, is_left in ((model.id, True), (twin.id, False)):
        with yard.context(owner) as ctx:
            delete_model(ctx, model_id)
        assert yard.artifacts.exists(model.artifact_hash) is is_left
    with yard.context(owner) as ctx:
        assert ctx.session.get(Endpoint, model.endpoint_id) is None
        with pytest.raises(NotFound):
            verbs.get_model(ctx, model.id)


def draft_document(model: Model, ctx: Any) -> dict[str, Any]:
    row = verbs.get_model(ctx, model.id)
    return {name: getattr(row, name) for name in (*verbs._FROM_DRAFT, "name")}


def test_nobody_else_sees_it(yard: Yard, owner: Actor, model: Model) -> None:
    stranger = replace(owner, id="us_stranger")
    with yard.context(stranger) as ctx:
        assert verbs.list_models(ctx) == []
        for verb in (verbs.get_model, delete_model):
            with pytest.raises(NotFound):
                verb(ctx, model.id)
    reader = replace(owner, scopes=frozenset({"models:read"}))
    with yard.context(reader) as ctx, pytest.raises(Forbidden):
        delete_model(ctx, model.id)


def test_a_draft_whose_file_is_gone_is_not_registered(yard: Yard, owner: Actor) -> None:
    _, draft = draft_of(yard, split_table(), LightGBM(n_estimators=2))
    yard.artifacts.delete(draft.artifact_hash)
    with pytest.raises(NotFound, match="not in the store"):
        register(yard, owner, draft)


def test_http(client: TestClient, model: Model, tmp_path: Path) -> None:
    found = client.get(f"/api/v1/models/{model.id}").json()
    assert (found["task"], found["engine"], found["target"]) == ("classification", "logistic_regression", "two")
    assert found["workflow"] == {"id": "wf_1", "version": 3}
    assert found["dataset"] == {"id": "ds_1", "name": "people", "content_hash": "0" * 64}
    assert found["card"].startswith("# A model\n\nPredicts **two** (one of 2 classes)")
    assert "| Accuracy | 0." in found["card"]
    assert "charts" not in client.get("/api/v1/models").json()["items"][0]
    renamed = client.patch(f"/api/v1/models/{model.id}", json={"name": "B|ad*name"}).json()
    assert renamed["card"].startswith("# B\\|ad\\*name")
    file = client.get(f"/api/v1/models/{model.id}/file")
    (tmp_path / "model.zip").write_bytes(file.content)
    assert load(tmp_path / "model.zip").signature.output.name == "two"
    assert client.delete(f"/api/v1/models/{model.id}").status_code == 204
    assert client.get(f"/api/v1/models/{model.id}").status_code == 404


def test_pages(client: TestClient, yard: Yard, owner: Actor, model: Model) -> None:
    other = register(yard, owner, draft_of(yard, split_table(), LightGBM(n_estimators=3))[1])
    first = client.get("/api/v1/models", params={"limit": 1}).json()
    assert [item["id"] for item in first["items"]] == [other.id]
    second = client.get("/api/v1/models", params={"limit": 1, "cursor": first["next"]}).json()
    assert ([item["id"] for item in second["items"]], second["next"]) == ([model.id], None)


def test_loaded_models_are_kept_up_to_a_bound(yard: Yard) -> None:
    table, loaded = split_table(), LoadedModels(max_models=2)
    digests = [draft_of(yard, table, LightGBM(n_estimators=n))[1].artifact_hash for n in (1, 2, 3)]
    get = lambda digest: loaded.get(yard.artifacts, yard.settings.scratch, digest)  # noqa: E731 — short on purpose
    first = get(digests[0])
    assert get(digests[0]) is first
    get(digests[1])
    get(digests[2])
    assert get(digests[0]) is not first


def test_many_threads_load_a_model_once(yard: Yard) -> None:
    from concurrent.futures import ThreadPoolExecutor

    loaded = LoadedModels()
    digest = draft_of(yard, split_table(), LightGBM(n_estimators=5))[1].artifact_hash
    with ThreadPoolExecutor(8) as pool:
        chains = list(pool.map(lambda _: loaded.get(yard.artifacts, yard.settings.scratch, digest), range(32)))
    assert len({id(chain) for chain in chains}) == 1
