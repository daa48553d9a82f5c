"""Each kind of model that a bundle ships answers by itself as it does in the yard: CatBoost, and words of a text."""

from pathlib import Path
from typing import Any

import polars as pl
import pytest
from fastapi.testclient import TestClient

from modelyard.data.frames import Table
from modelyard.deploy.bundling.endpoint import one_endpoint
from modelyard.deploy.bundling.folder import write
from modelyard.deploy.bundling.pins import CPU_INDEX, requirements_file
from modelyard.deploy.platforms.docker import Docker
from modelyard.endpoints.calling import call_endpoint
from modelyard.kernel.context import Actor
from modelyard.kernel.yard import Yard
from modelyard.models.alone.service.app import create_app
from modelyard.models.alone.service.model import read_model
from modelyard.models.engine import Engine
from modelyard.models.engines.catboost import CatBoost
from modelyard.models.engines.logistic_regression import LogisticRegression
from modelyard.workflows.nodes.tfidf import Tfidf
from tests.models.rows import mixed, table_of
from tests.models.yard import draft_of, register

GOOD = ("the soup was warm and good", "good bread, kind people", "kind, quick and warm", "a good quick lunch")
BAD = ("cold soup and rude people", "rude, slow and cold", "the bread was stale", "a slow stale lunch")


def of_texts() -> Table:
    moods = [("good", text) for text in GOOD] + [("bad", text) for text in BAD]
    rows = [{"text": f"{text} {i}", "mood": mood} for i in range(8) for mood, text in moods]
    return table_of(pl.DataFrame(rows), "mood", "classification", text="text")


MADE: dict[str, tuple[Table, Engine, list[Any], str, str]] = {
    "CatBoost": (
        table_of(mixed(200).drop("value"), "two", "classification"),
        CatBoost(n_estimators=5),
        [],
        "two",
        "catboost",
    ),
    "words": (of_texts(), LogisticRegression(), [Tfidf(columns=("text",), min_rows=1)], "mood", "scikit-learn"),
}


@pytest.mark.parametrize("name", MADE)
def test_it_answers_by_itself_as_in_the_yard(shared_yard: tuple[Yard, Actor], tmp_path: Path, name: str) -> None:
    yard, owner = shared_yard
    table, engine, nodes, target, library = MADE[name]
    model = register(yard, owner, draft_of(yard, table, engine, nodes, name=name)[1])
    rows = table.frame.drop(target).head(5).to_dicts()
    right = call_endpoint(yard, owner, str(model.endpoint_id), rows).outputs
    with yard.context(owner, writes=False) as ctx:
        subject = one_endpoint(ctx, str(model.endpoint_id))
    write(Docker().files(subject), tmp_path)
    client = TestClient(create_app(read_model(tmp_path / "service"), tmp_path / "service" / "page"))
    answer = client.post("/api/v1/calls", json={"inputs": rows, "explain": True})
    assert answer.status_code == 200, answer.text
    for one, other in zip(answer.json()["outputs"], right, strict=True):
        assert one["prediction"] == other["prediction"]
        assert one["probabilities"] == pytest.approx(other["probabilities"], abs=1e-9)
    assert f"{library}==" in "\n".join(subject.requirements)
    assert all("==" in line for line in subject.requirements), "whatever is installed is what was tried"


def test_pytorch_without_cuda_is_found_where_it_is() -> None:
    written = requirements_file(["torch==2.13.0+cpu", "tqdm==4.70.1"]).splitlines()
    assert written == [f"--extra-index-url {CPU_INDEX}", "torch==2.13.0+cpu", "tqdm==4.70.1"]
    assert requirements_file(["tqdm==4.70.1"]) == "tqdm==4.70.1\n"
