"""The exported pages: served beside the API without covering it."""

import json
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from modelyard.doors.api.app import create_app
from modelyard.kernel.settings import Settings
from modelyard.kernel.yard import Yard

HASH = "sha256-abc="


@pytest.fixture
def pages(settings: Settings, tmp_path: Path) -> TestClient:
    folder = tmp_path / "out"
    files = {
        "index.html": "<p>overview</p>",
        "404.html": "<p>no such page</p>",
        "runs/index.html": "<p>runs</p>",
        "_next/static/chunk.js": "1",
        "widget.js": "2",
        "csp.json": json.dumps([HASH]),
    }
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content)
    yard = Yard.open(settings.model_copy(update={"web": folder}))
    return TestClient(create_app(yard=yard), follow_redirects=False)


def test_pages_state_which_scripts_may_run(pages: TestClient) -> None:
    for path, text in (("/", "overview"), ("/runs/", "runs"), ("/nothing", "no such page")):
        answer = pages.get(path)
        assert text in answer.text
        policy = dict(rule.split(" ", 1) for rule in answer.headers["Content-Security-Policy"].split("; "))
        assert policy["script-src"] == f"'self' '{HASH}'"
        assert policy["object-src"] == "'none'"
        assert answer.headers["Cache-Control"] == "no-cache"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_page_that_the_browser_kept_keeps_its_policy(pages: TestClient) -> None:
    first = pages.get("/runs/")
    again = pages.get("/runs/", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert again.headers["Content-Security-Policy"] == first.headers["Content-Security-Policy"]


def test_hashed_files_may_be_kept_and_missing_ones_may_not(pages: TestClient) -> None:
    assert "immutable" in pages.get("/_next/static/chunk.js").headers["Cache-Control"]
    missing = pages.get("/_next/static/older.js")
    assert (missing.status_code, missing.headers["Cache-Control"]) == (404, "no-cache")


def test_a_page_without_its_slash_is_sent_to_it(pages: TestClient) -> None:
    answer = pages.get("/runs")
    assert answer.status_code == 307
    assert answer.headers["Location"].endswith("/runs/")


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/v1/nothing", 404),
        ("POST", "/api/v1/nothing", 404),
        ("GET", "/api/v1/auth/sign-in", 405),
        ("PUT", "/api/v1/datasets", 405),
        ("POST", "/runs/", 405),
        ("GET", "/health", 200),
    ],
)
def test_pages_do_not_cover_the_api(pages: TestClient, method: str, path: str, status: int) -> None:
    answer = pages.request(method, path)
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/json"


@pytest.mark.parametrize("path", ["/../secret.key", "/%2e%2e/secret.key", "/..%5csecret.key", "/%00", "/" + "x" * 5000])
def test_nothing_outside_the_folder_is_served(pages: TestClient, tmp_path: Path, path: str) -> None:
    (tmp_path / "secret.key").write_text("secret")
    answer = pages.get(path)
    assert answer.status_code == 404
    assert "secret" not in answer.text


def test_pages_of_other_sites_may_load_the_widget_and_nothing_else(pages: TestClient) -> None:
    widget = pages.get("/widget.js", headers={"Origin": "https://docs.example.org"})
    assert (widget.text, widget.headers["Access-Control-Allow-Origin"]) == ("2", "*")
    assert widget.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "max-age=3600" in widget.headers["Cache-Control"]
    assert pages.get("/widget.js", headers={"If-None-Match": widget.headers["ETag"]}).status_code == 304
    for path in ("/", "/_next/static/chunk.js"):
        other = pages.get(path, headers={"Origin": "https://docs.example.org"}).headers
        assert not {"Access-Control-Allow-Origin", "Cross-Origin-Resource-Policy"} & set(other)
