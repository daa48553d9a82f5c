"""A checkpoint comes in as a ZIP, a folder or an id of the hub, and is a model with an endpoint afterwards."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from modelyard.kernel.context import Actor
from modelyard.kernel.errors import Invalid
from modelyard.kernel.yard import Yard
from modelyard.models import serving
from modelyard.models.checkpoints import add_checkpoint_from_hub
from modelyard.models.serving import LOADED, LoadedModels
from modelyard.models.verbs import get_model
from modelyard.runs.drive import drive
from tests.models.transformers.conftest import Stocked, added
from tests.models.transformers.tiny import checkpoint
from tests.terminal import Command


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return checkpoint(tmp_path_factory.mktemp("c") / "tiny")


@pytest.fixture(scope="module")
def packed(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    base = tmp_path_factory.mktemp("zip") / "reviews"
    return Path(shutil.make_archive(str(base), "zip", root_dir=folder.parent, base_dir=folder.name))


def test_through_http_from_zip_to_a_call(yard: Yard, client: TestClient, packed: Path, owner: Actor) -> None:
    asked = client.post(
        "/api/v1/models/checkpoints",
        params={"filename": "reviews.zip", "name": "Mood", "max_tokens": 16},
        content=packed.read_bytes(),
    )
    assert asked.status_code == 202, asked.text
    run = drive(yard, asked.json()["id"])
    assert run.state == "succeeded", run.error
    model = client.get(f"/api/v1/models/{run.result['model']}").json()  # type: ignore[index]
    assert (model["name"], model["engine"], model["version"]) == ("Mood", "transformers", 1)
    assert model["signature"]["output"]["classes"] == ["bad", "good", "so-so"]
    assert [item["name"] for item in model["signature"]["inputs"]] == ["text"]
    assert "trained elsewhere" in model["limits"][0]
    assert "Uploaded as reviews.zip." in model["notes"]
    assert "Reads the first 16 tokens" in model["card"]
    calls = f"/api/v1/endpoints/{model['endpoint_id']}/calls"
    hostile = ["great coffee", "<img src=x onerror=alert(1)>", "=cmd|' /C calc'!A0", "phim hay " * 50, "", None]
    told = client.post(calls, json={"inputs": [{"text": text} for text in hostile]}).json()
    assert len(told["outputs"]) == 6
    assert all(sum(each["probabilities"].values()) == pytest.approx(1) for each in told["outputs"])
    assert "2 of 6 texts are longer than 16 tokens: the first 16 were read." in told["warnings"]
    assert any("2 of 6 texts are empty" in warning for warning in told["warnings"])
    with yard.context(owner, writes=False) as ctx:
        digest = get_model(ctx, model["id"]).artifact_hash
    assert LOADED.get(yard.artifacts, yard.settings.scratch, digest) is LOADED.get(
        yard.artifacts, yard.settings.scratch, digest
    )
    assert not yard.artifacts.exists(run.spec["upload"]), "the upload is not needed any more"


def test_a_bundle_predicts_without_the_yard(yard: Yard, owner: Actor, base: str, tmp_path: Path) -> None:
    from zipfile import ZipFile

    from modelyard.models.bundle.verbs import fetch_bundle

    with yard.context(owner, writes=False) as ctx:
        ZipFile(fetch_bundle(ctx, base, tmp_path)).extractall(tmp_path / "out")
    assert "transformers==" in (tmp_path / "out" / "requirements.txt").read_text()
    assert "torch==" in (tmp_path / "out" / "requirements.txt").read_text()
    rows = tmp_path / "rows.json"
    rows.write_text(json.dumps([{"text": "great coffee"}]))
    done = subprocess.run(
        [sys.executable, str(tmp_path / "out" / "predict.py"), str(rows), "--json"],
        capture_output=True, text=True, check=False, cwd=tmp_path, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert set(json.loads(done.stdout.splitlines()[-1])[0]["probabilities"]) == {"bad", "good", "so-so"}


def test_from_the_terminal_a_folder(modelyard: Command, folder: Path) -> None:
    told = {"COLUMNS": "200", "HF_HUB_OFFLINE": "1"}
    done = modelyard("models", "add", str(folder), "--int8", "--json", **told)
    assert done.returncode == 0, done.stderr
    shown = modelyard("models", "show", json.loads(done.stdout)["model"], **told)
    assert "int8 gives the class of full precision" in shown.stdout.replace("\\", "")
    gone = modelyard("models", "add", "/no/such/folder", **told)
    assert (gone.returncode, "There is no folder or file" in gone.stderr) == (1, True)
    offline = modelyard("models", "add", "somebody/some-model", **told)
    assert offline.returncode == 1
    assert "The hub could not be reached for somebody/some-model" in offline.stderr
    assert "add that folder as a ZIP" in " ".join(offline.stderr.split())


def test_an_id_that_is_none_is_refused_at_once(yard: Yard, owner: Actor) -> None:
    for wrong in ("../../etc/passwd", "https://example.com/x", "a/b/c", "", "a b"):
        with yard.context(owner) as ctx, pytest.raises(Invalid, match="is no id of the hub"):
            add_checkpoint_from_hub(ctx, wrong)


def test_what_is_refused_says_so_in_the_run_and_leaves_nothing(
    yard: Yard, owner: Actor, folder: Path, tmp_path: Path
) -> None:
    bad = tmp_path / "bad"
    shutil.copytree(folder, bad)
    (bad / "training_args.bin").write_bytes(b"\x80\x04K\x01.")
    path = Path(shutil.make_archive(str(tmp_path / "bad"), "zip", root_dir=bad))
    run = added(yard, owner, path)
    assert run.state == "failed"
    assert run.error is not None
    assert "run code when they are read" in run.error["message"]
    assert "training_args.bin is never needed" in run.error["hint"]
    assert not yard.artifacts.exists(run.spec["upload"])


@pytest.fixture
def tight(yard: Yard) -> Iterator[Yard]:
    small = Yard.open(yard.settings.model_copy(update={"model_memory_bytes": 64 * 1024**2}))
    yield small
    small.close()


def test_a_model_too_large_for_the_api_is_refused_before_it_is_loaded(
    tight: Yard, owner: Actor, packed: Path, stocked: Stocked, monkeypatch: pytest.MonkeyPatch
) -> None:
    from modelyard.endpoints.calling import call_endpoint

    refused = added(tight, owner, packed)
    assert refused.state == "failed"
    assert refused.error is not None
    assert "64 MB may be used" in refused.error["message"]
    monkeypatch.setattr(serving, "LOADED", LoadedModels())
    with pytest.raises(Invalid, match=r"This model takes about .* MB of memory; 64 MB may be used"):
        call_endpoint(tight, owner, stocked.endpoint, [{"text": "hello"}])
