"""The ZIP predicts without the yard, without this package installed, and as the endpoint does."""

import csv
import json
import shutil
import subprocess
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from fastapi.testclient import TestClient

from modelyard.data.frames import Table
from modelyard.endpoints.calling import call_endpoint
from modelyard.kernel.context import Actor
from modelyard.kernel.yard import Yard
from modelyard.models.bundle.verbs import bundle_name, fetch_bundle
from modelyard.models.engine import Engine
from modelyard.models.engines.hist_gradient_boosting import HistGradientBoosting
from modelyard.models.engines.lightgbm import LightGBM
from modelyard.models.engines.logistic_regression import LogisticRegression
from modelyard.models.tables import Model
from modelyard.workflows.nodes.encode_categories import EncodeCategories
from modelyard.workflows.nodes.fill_missing import FillMissing
from tests.interpreter import interpreter_without
from tests.models.rows import mixed, table_of
from tests.models.yard import draft_of, register

SERVERS = ("fastapi", "sqlalchemy", "alembic", "typer", "uvicorn", "psycopg")


def table(target: str) -> Table:
    task: Any = {"two": "classification", "value": "regression"}[target]
    return table_of(mixed(300).drop({"two": "value", "value": "two"}[target]), target, task)


def unpacked(yard: Yard, owner: Actor, model: Model, folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    with yard.context(owner) as ctx, zipfile.ZipFile(fetch_bundle(ctx, model.id, folder)) as archive:
        archive.extractall(folder / "bundle")
    return folder / "bundle"


def run(bundle: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run the script where neither this package nor what a server needs can be imported."""
    return interpreter_without(*SERVERS).run(bundle / "predict.py", *arguments, folder=bundle.parent)


def rows() -> list[dict[str, Any]]:
    frame = mixed(40, seed=9).drop("two", "value")
    return [*frame.to_dicts(), {"a": None, "city": "Sapa", "age": 20, "member": None}]


@pytest.mark.parametrize(
    ("target", "engine", "nodes"),
    [
        ("two", LightGBM(n_estimators=10), []),
        ("two", LogisticRegression(), [FillMissing(), EncodeCategories()]),
        ("value", HistGradientBoosting(max_iter=10), [EncodeCategories()]),
    ],
)
def test_it_predicts_as_the_endpoint_does(
    yard: Yard, owner: Actor, tmp_path: Path, target: str, engine: Engine, nodes: list[Any]
) -> None:
    given = table(target)
    wanted = rows() if not nodes or engine.takes_missing else rows()[:-1]
    model = register(yard, owner, draft_of(yard, given, engine, nodes, name="Who says yes?")[1])
    bundle = unpacked(yard, owner, model, tmp_path / "b")
    right = call_endpoint(yard, owner, str(model.endpoint_id), wanted).outputs
    (tmp_path / "rows.json").write_text(json.dumps(wanted))
    pl.DataFrame(wanted).write_csv(tmp_path / "rows.csv")
    done = run(bundle, str(tmp_path / "rows.json"), "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert len(found) == len(right)
    for one, other in zip(found, right, strict=True):
        if target == "value":
            assert one["prediction"] == pytest.approx(other["prediction"], abs=1e-12)
        else:
            assert one["prediction"] == other["prediction"]
            assert one["probabilities"] == pytest.approx(other["probabilities"], abs=1e-12)
    from_csv = run(bundle, str(tmp_path / "rows.csv"), "--out", str(tmp_path / "out.csv"))
    assert from_csv.returncode == 0, from_csv.stderr
    lines = list(csv.DictReader((tmp_path / "out.csv").open()))
    name = "prediction" if target == "value" else "probability_yes"
    expected = [each["prediction"] if target == "value" else each["probabilities"]["yes"] for each in right]
    np.testing.assert_allclose([float(line[name]) for line in lines], expected, atol=1e-12)


@pytest.fixture(scope="module")
def bundle(shared_yard: tuple[Yard, Actor], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bundle that tests only read."""
    yard, owner = shared_yard
    model = register(yard, owner, draft_of(yard, table("two"), LightGBM(n_estimators=5), name="Who?")[1])
    return unpacked(yard, owner, model, tmp_path_factory.mktemp("bundle"))


def test_it_holds_what_a_reader_needs(bundle: Path) -> None:
    assert {path.name for path in bundle.iterdir()} == {
        *("README.md", "card.md", "predict.py", "requirements.txt", "signature.json", "example.json"),
        *("DATA-LICENCE.md", "model.zip", "model.zip.sha256", "lib"),
    }
    required = {line.partition("==")[0] for line in (bundle / "requirements.txt").read_text().splitlines()}
    assert {"lightgbm", "polars", "pydantic", "numpy"} <= required
    assert not required & {*SERVERS, "modelyard", "catboost", "xgboost-cpu"}
    assert "does not know under which licence" in (bundle / "DATA-LICENCE.md").read_text()
    assert (bundle / "card.md").read_text().startswith("# Who?")
    assert list(json.loads((bundle / "example.json").read_text())[0]) == ["a", "city", "age", "member"]
    assert not list(bundle.rglob("doors"))
    assert run(bundle, str(bundle / "example.json")).returncode == 0


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[{"a": 1}]', "'city' is missing"),
        ('{"a": 1}', "a list of objects"),
        ("[1]", "a list of objects"),
        ("{", "Expecting property name"),
    ],
)
def test_wrong_rows_are_refused_in_a_sentence(bundle: Path, tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "rows.json").write_text(text)
    done = run(bundle, str(tmp_path / "rows.json"))
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_missing_file_and_a_changed_model_are_refused(bundle: Path, tmp_path: Path) -> None:
    assert "No such file" in run(bundle, "none.json").stderr
    bundle = shutil.copytree(bundle, tmp_path / "changed")
    with (bundle / "model.zip").open("ab") as file:
        file.write(b"x")
    done = run(bundle, str(bundle / "example.json"))
    assert done.returncode == 2
    assert "other bytes than were downloaded" in done.stderr


def test_the_licence_of_a_sample_goes_with_it(yard: Yard, owner: Actor, client: TestClient, tmp_path: Path) -> None:
    sample = client.get("/api/v1/samples").json()[0]
    dataset = client.post(f"/api/v1/samples/{sample['key']}").json()
    model = register(yard, owner, draft_of(yard, table("two"), LightGBM(n_estimators=2))[1])
    with yard.context(owner) as ctx:
        row = ctx.session.get(Model, model.id)
        assert row is not None
        row.dataset_id = dataset["id"]
    text = (unpacked(yard, owner, model, tmp_path / "b") / "DATA-LICENCE.md").read_text()
    assert sample["licence"] in text
    assert sample["source"] in text


def test_names_are_plain(yard: Yard, owner: Actor, client: TestClient) -> None:
    model = register(yard, owner, draft_of(yard, table("two"), LightGBM(n_estimators=2), name="Giá / nhà?")[1])
    assert bundle_name(model) == "gi-nh-v1.zip"
    model.name = "???"
    assert bundle_name(model) == f"{model.id}-v1.zip"
    answer = client.get(f"/api/v1/models/{model.id}/download")
    assert answer.headers["content-type"] == "application/zip"
    assert "gi-nh-v1.zip" in answer.headers["content-disposition"]
    assert client.get(f"/api/v1/models/{model.id}/card.md").text.startswith("# Giá / nhà?")
    stranger = replace(owner, id="us_stranger")
    with yard.context(stranger) as ctx, pytest.raises(Exception, match="no model"):
        fetch_bundle(ctx, model.id, yard.settings.scratch)
