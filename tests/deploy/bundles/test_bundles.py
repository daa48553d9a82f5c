"""Bundles in the app: made by a run, audited, looked at, taken as a ZIP, deleted; refused in a sentence."""

import io
import stat
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from modelyard.deploy import verbs as audits
from modelyard.deploy.bundles import verbs
from modelyard.deploy.tables import Bundle
from modelyard.kernel.context import Actor
from modelyard.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from modelyard.kernel.yard import Yard
from modelyard.models.engines.lightgbm import LightGBM
from modelyard.runs.drive import drive
from tests.access.people import add_person
from tests.models.rows import mixed, table_of
from tests.models.yard import draft_of, register

RENDER = {"kind": "render", "service": "ada-yard"}


@pytest.fixture
def yard_with_pages(yard: Yard, tmp_path: Path) -> Yard:
    pages = tmp_path / "pages"
    pages.mkdir()
    (pages / "index.html").write_text('<!doctype html><html lang="en" data-api=""><title>Modelyard</title></html>')
    return replace(yard, settings=yard.settings.model_copy(update={"web": pages}))


@pytest.fixture
def made(yard_with_pages: Yard, owner: Actor) -> Callable[..., Bundle]:
    """Makes a bundle, to the end of its run."""

    def made(platform: dict[str, Any], **wish: Any) -> Bundle:
        with yard_with_pages.context(owner) as ctx:
            row = verbs.make_bundle(ctx, platform, **wish)
        drive(yard_with_pages, str(row.run_id))
        with yard_with_pages.context(owner, writes=False) as ctx:
            return verbs.get_bundle(ctx, row.id)

    return made


def test_the_yard_is_bundled_audited_and_taken_away(
    yard_with_pages: Yard, owner: Actor, made: Callable[..., Bundle]
) -> None:
    row = made(RENDER)
    assert row.state == "ready", row.error
    with yard_with_pages.context(owner) as ctx:
        contents = verbs.read_contents(ctx, row.id)
        texts = {file["path"]: file["text"] for file in contents["files"]}
        assert "name: ada-yard" in texts["render.yaml"]
        assert next(text for path, text in texts.items() if path.endswith(".whl")) is None
        named = {one["name"]: one["kind"] for one in contents["environment"]}
        assert named["DATABASE_URL"] == "secret"
        assert any("Blueprint" in step for step in contents["steps"])
        audit = audits.get_audit(ctx, str(row.audit_id))
        assert (audit.thing, audit.name, audit.verdicts) == ("bundle", "Modelyard for Render", {"render": "ready"})
        assert audits.read_report(ctx, audit.id)["passes"]
        _, path = verbs.bundle_file(ctx, row.id)
        with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as archive:
            assert sorted(archive.namelist()) == sorted(texts)
            assert archive.getinfo("entrypoint.sh").external_attr >> 16 & stat.S_IXUSR
        audits.delete_audit(ctx, audit.id)
    with yard_with_pages.context(owner) as ctx:
        assert verbs.get_bundle(ctx, row.id).audit_id is None
        verbs.delete_bundle(ctx, row.id)
    assert not yard_with_pages.artifacts.exists(str(row.zip_hash))


def test_the_same_wish_gives_the_same_bytes_and_a_history(made: Callable[..., Bundle]) -> None:
    first, second = made({"kind": "docker"}), made({"kind": "docker"})
    assert first.zip_hash == second.zip_hash


def test_an_endpoint_is_bundled_by_its_id(yard_with_pages: Yard, owner: Actor, made: Callable[..., Bundle]) -> None:
    given = table_of(mixed(200).drop("value"), "two", "classification")
    engine = LightGBM(n_estimators=5)
    model = register(yard_with_pages, owner, draft_of(yard_with_pages, given, engine, name="Who says yes?")[1])
    row = made({"kind": "docker"}, endpoint=model.endpoint_id)
    assert (row.state, row.name) == ("ready", "Who says yes?"), row.error
    with yard_with_pages.context(owner, writes=False) as ctx:
        paths = {file["path"] for file in verbs.read_contents(ctx, row.id)["files"]}
        assert {"Dockerfile", "service/model.zip"} <= paths
        assert audits.get_audit(ctx, str(row.audit_id)).verdicts == {}, "nobody's host in particular"
    few = replace(owner, scopes=frozenset({"deploy:write", "endpoints:read"}))
    with yard_with_pages.context(few) as ctx, pytest.raises(Forbidden, match="models:write"):
        verbs.make_bundle(ctx, {"kind": "docker"}, endpoint=str(model.endpoint_id))


@pytest.mark.parametrize(
    ("platform", "wish", "said"),
    [
        ({"kind": "heroku"}, {}, "no platform 'heroku'"),
        ({"kind": "vercel"}, {}, "would not find their API"),
        ({"kind": "vercel", "api_url": "https://a.hf.space"}, {"endpoint": "ep_1"}, "takes the whole yard, not"),
        ({"kind": "render", "service": "Ada Yard"}, {}, "service"),
        (RENDER, {"artifacts": "floppy"}, "not in 'floppy'"),
        (RENDER, {"extras": ["warp"]}, "no extra 'warp'"),
    ],
)
def test_what_cannot_be_bundled_is_refused_before_a_run(
    yard: Yard, owner: Actor, platform: dict[str, Any], wish: dict[str, Any], said: str
) -> None:
    with yard.context(owner) as ctx:
        with pytest.raises(Invalid) as refused:
            verbs.make_bundle(ctx, platform, **wish)
        assert said in f"{refused.value.message} {refused.value.fields}"
        assert verbs.list_bundles(ctx) == []


def test_a_bundle_that_cannot_be_made_says_what_to_do(yard: Yard, owner: Actor, tmp_path: Path) -> None:
    bare = replace(yard, settings=yard.settings.model_copy(update={"web": tmp_path / "no pages here"}))
    with bare.context(owner) as ctx:
        row = verbs.make_bundle(ctx, RENDER)
        with pytest.raises(Conflict):
            verbs.delete_bundle(ctx, row.id)
    drive(bare, str(row.run_id))
    with bare.context(owner) as ctx:
        row = verbs.get_bundle(ctx, row.id)
        assert (row.state, "make .stamps/ui" in str(row.error)) == ("failed", True)
        with pytest.raises(Conflict):
            verbs.bundle_file(ctx, row.id)
        verbs.delete_bundle(ctx, row.id)


def test_strangers_see_no_bundle(yard: Yard, owner: Actor) -> None:
    with yard.context(owner) as ctx:
        row = verbs.make_bundle(ctx, RENDER)
    with yard.context(add_person(yard)) as ctx:
        assert verbs.list_bundles(ctx) == []
        with pytest.raises(NotFound):
            verbs.read_contents(ctx, row.id)
        with pytest.raises(NotFound):
            verbs.delete_bundle(ctx, row.id)


def test_over_http_a_field_that_is_wrong_is_named(client: TestClient) -> None:
    refused = client.post("/api/v1/bundles", json={"platform": {"kind": "vercel"}})
    assert refused.status_code == 422
    assert refused.json()["fields"][0]["path"] == ["api_url"]
    begun = client.post("/api/v1/bundles", json={"platform": RENDER})
    assert begun.status_code == 201
    assert client.get("/api/v1/bundles").json()["items"][0]["id"] == begun.json()["id"]
    assert client.get(f"/api/v1/bundles/{begun.json()['id']}/file").status_code == 409
