"""One model as a service of its own: it answers as the yard does, and holds before our own auditor."""

import json
import os
import site
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from modelyard.deploy.bundling.endpoint import one_endpoint
from modelyard.deploy.bundling.folder import write
from modelyard.deploy.bundling.judging import code_of, grave, judged
from modelyard.deploy.platform import Platform
from modelyard.deploy.platforms.docker import Docker
from modelyard.deploy.platforms.hf_docker import HfDocker
from modelyard.deploy.platforms.render import Render
from modelyard.deploy.subject import Subject
from modelyard.endpoints.alone.visitors import PerMinute
from modelyard.endpoints.alone.web import MAX_BODY_BYTES
from modelyard.endpoints.calling import call_endpoint
from modelyard.endpoints.verbs import change_endpoint
from modelyard.kernel.context import Actor
from modelyard.kernel.errors import Refused
from modelyard.kernel.yard import Yard
from modelyard.models.alone.service.app import create_app
from modelyard.models.alone.service.model import read_model
from modelyard.models.engines.lightgbm import LightGBM
from tests.models.rows import mixed, table_of
from tests.models.yard import draft_of, register

PLATFORMS: list[Platform] = [Docker(), HfDocker(space="ada/who"), Render()]
HADOLINT = Path(sys.executable).parent / "hadolint"
ABSENT = ("sqlalchemy", "alembic", "typer", "psycopg", "pandas", "scipy", "sklearn", "skops", "narwhals", "pyarrow")
ALONE = """import json, runpy, sys
sys.modules.update(dict.fromkeys({absent}))  # whoever imports one of them gets an ImportError
space = runpy.run_path({program!r}, run_name="serve")
import modelyard
print(modelyard.__file__)
answer = space["read_model"](space["HERE"]).answer({rows}, explain=True)
print(json.dumps([one.model_dump() for one in answer.outputs]))
"""
ROWS: list[dict[str, Any]] = mixed(6, seed=9).drop("two", "value").to_dicts()


def name_of(platform: Platform) -> str:
    return platform.kind_name()


@pytest.fixture(scope="module")
def packed(shared_yard: tuple[Yard, Actor]) -> tuple[Subject, dict[str, Any]]:
    """The service of a model, and what the yard answers for the same rows."""
    yard, owner = shared_yard
    given = table_of(mixed(300).drop("value"), "two", "classification")
    model = register(yard, owner, draft_of(yard, given, LightGBM(n_estimators=10), name="Who says yes?")[1])
    with yard.context(owner) as ctx:
        change_endpoint(ctx, str(model.endpoint_id), not_sure_below=0.9)
    right = call_endpoint(yard, owner, str(model.endpoint_id), ROWS, explain=True).outputs
    with yard.context(owner, writes=False) as ctx:
        return one_endpoint(ctx, "Who says yes?"), {"id": model.endpoint_id, "outputs": right}


@pytest.fixture(scope="module")
def service(packed: tuple[Subject, dict[str, Any]], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bundle on disk: the folder of the service in it."""
    folder = tmp_path_factory.mktemp("bundle")
    write(Docker().files(packed[0]), folder)
    return folder / "service"


@pytest.fixture
def client(service: Path) -> TestClient:
    return TestClient(create_app(read_model(service), service / "page", origins=["https://a.example"]))


@pytest.mark.parametrize("platform", PLATFORMS, ids=name_of)
def test_our_own_auditor_finds_nothing_at_error_or_above(
    platform: Platform, packed: tuple[Subject, dict[str, Any]]
) -> None:
    report = judged(code_of(platform.files(packed[0])), platform)
    assert grave(report) == []
    assert report.passes, "rules did look"
    if platform.audited_as:
        assert report.platforms[platform.audited_as].verdict == "ready"
        assert report.platforms[platform.audited_as].deployables, "the auditor sees what would be deployed"


def test_the_recipe_of_the_image_pleases_hadolint(packed: tuple[Subject, dict[str, Any]]) -> None:
    recipe = Docker().files(packed[0])["Dockerfile"]
    linted = subprocess.run([HADOLINT, "-"], input=recipe, capture_output=True, check=False)
    assert linted.returncode == 0, linted.stdout.decode()


def test_the_same_endpoint_gives_the_same_bytes_and_no_server_of_the_yard(
    packed: tuple[Subject, dict[str, Any]], shared_yard: tuple[Yard, Actor]
) -> None:
    yard, owner = shared_yard
    with yard.context(owner, writes=False) as ctx:
        assert one_endpoint(ctx, packed[1]["id"]) == packed[0]
    names = {line.partition("==")[0] for line in packed[0].requirements}
    assert {"fastapi", "uvicorn", "lightgbm", "polars"} <= names
    assert not names & {"sqlalchemy", "alembic", "psycopg", "typer", "pandas", "pyarrow", "modelyard"}
    assert not names & {"scipy", "scikit-learn", "skops", "narwhals"}, "LightGBM's own library predicts"
    assert not [path for path in packed[0].files if "/doors/" in path or path.endswith("tables.py")]


def test_it_answers_as_the_yard_does(client: TestClient, packed: tuple[Subject, dict[str, Any]]) -> None:
    right, path = packed[1]["outputs"], f"/api/v1/public/endpoints/{packed[1]['id']}"
    assert client.get("/health").json() == {"status": "ok"}
    about = client.get(path).json()
    assert (about["name"], about["takes"]) == ("Who says yes?", "rows")
    assert [column["name"] for column in about["signature"]["inputs"]] == list(ROWS[0])
    for address in (f"{path}/calls", "/api/v1/calls"):
        answer = client.post(address, json={"inputs": ROWS, "explain": True}).json()
        assert [one["is_sure"] for one in answer["outputs"]] == [one["is_sure"] for one in right]
        for one, other in zip(answer["outputs"], right, strict=True):
            assert one["prediction"] == other["prediction"]
            assert one["probabilities"] == pytest.approx(other["probabilities"], abs=1e-12)
            assert one["why"]["reasons"] == other["why"]["reasons"]
    assert "why" not in client.post("/api/v1/calls", json={"inputs": ROWS}).json()["outputs"][0]
    assert client.post("/api/v1/public/endpoints/ep_other/calls", json={"inputs": ROWS}).status_code == 404


def test_what_cannot_be_taken_is_refused_in_a_sentence(client: TestClient) -> None:
    missing = client.post("/api/v1/calls", json={"inputs": [{"a": 1}]})
    assert missing.status_code == 422
    assert missing.json()["fields"][0]["path"][:2] == ["inputs", 0]
    assert client.post("/api/v1/calls", json={"inputs": []}).json()["fields"][0]["path"] == ["inputs"]
    large = client.post("/api/v1/calls", json={"inputs": [{"a": "x" * MAX_BODY_BYTES}]})
    assert large.status_code == 413


def test_only_pages_that_are_named_may_call_it(client: TestClient) -> None:
    for origin, allowed in (("https://a.example", "https://a.example"), ("https://b.example", None)):
        answer = client.get("/api/v1/about", headers={"Origin": origin})
        assert answer.headers.get("access-control-allow-origin") == allowed
    page = client.get("/")
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert {client.get(f"/page.{kind}").status_code for kind in ("css", "js")} == {200}


def test_a_visitor_waits_for_the_next_minute(service: Path) -> None:
    client = TestClient(create_app(read_model(service), service / "page", calls_per_minute=0))
    answer = client.post("/api/v1/calls", json={"inputs": ROWS})
    assert answer.status_code == 429
    assert 1 <= int(answer.headers["retry-after"]) <= 60
    counted = PerMinute(2)
    assert [counted.take("a", at=100), counted.take("a", at=101), counted.take("a", at=102)] == [0, 0, 18]
    assert counted.take("b", at=102) == counted.take("a", at=120) == 0


def test_a_changed_model_is_refused(packed: tuple[Subject, dict[str, Any]], tmp_path: Path) -> None:
    write(Docker().files(packed[0]), tmp_path)
    with (tmp_path / "service" / "model.zip").open("ab") as file:
        file.write(b"x")
    with pytest.raises(Refused, match="other bytes"):
        read_model(tmp_path / "service")


def test_it_answers_where_only_what_it_names_is_installed(
    service: Path, packed: tuple[Subject, dict[str, Any]], tmp_path: Path
) -> None:
    script = tmp_path / "ask.py"
    script.write_text(ALONE.format(absent=ABSENT, program=str(service / "serve.py"), rows=ROWS))
    # Without `site` nothing reads the file that puts this repository on the path of an editable install.
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(site.getsitepackages())}
    asked = subprocess.run(
        [sys.executable, "-S", str(script)], env=environment, capture_output=True, text=True, check=False
    )
    assert asked.returncode == 0, asked.stderr
    place, answer = asked.stdout.splitlines()
    assert place.startswith(str(service / "lib"))
    for one, other in zip(json.loads(answer), packed[1]["outputs"], strict=True):
        assert one["probabilities"] == pytest.approx(other["probabilities"], abs=1e-12)
        assert one["why"]["reasons"] == other["why"]["reasons"]
