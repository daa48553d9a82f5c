"""The Gradio page of a model: really started, asked over its API, and silent towards other hosts."""

import json
import os
import re
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from modelyard.doors.space.subject import subject_of_endpoint, subject_of_file
from modelyard.endpoints.history import list_calls
from modelyard.endpoints.verbs import change_endpoint
from modelyard.kernel.context import Actor
from modelyard.kernel.errors import NotFound, Refused
from modelyard.kernel.yard import Yard
from modelyard.models.bundle.verbs import fetch_bundle
from modelyard.models.engines.lightgbm import LightGBM
from modelyard.models.tables import Model
from modelyard.models.verbs import fetch_model_file
from tests.models.rows import mixed, table_of
from tests.models.yard import draft_of, register

needs_gradio = pytest.mark.skipif(find_spec("gradio") is None, reason="gradio is not installed: modelyard[space]")
ROW = {"a": 0.3, "city": "Huế", "age": 40, "member": True}
HOSTILE = "<img src=x onerror=alert(1)>"


@pytest.fixture
def model(yard: Yard, owner: Actor) -> Model:
    table = table_of(mixed(200).drop("value"), "two", "classification")
    return register(yard, owner, draft_of(yard, table, LightGBM(n_estimators=5), name=HOSTILE)[1])


@pytest.fixture
def file(yard: Yard, owner: Actor, model: Model, tmp_path: Path) -> Path:
    with yard.context(owner) as ctx:
        return fetch_model_file(ctx, model.id, tmp_path).rename(tmp_path / "who-comes.zip")


@contextmanager
def shown(subject: str, folder: Path, *options: str) -> Iterator[str]:
    """Start the command on a free port, with no yard but what `folder` holds, and yield its address."""
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    python = [sys.executable, "-X", "faulthandler", "-m", "modelyard.doors.cli.main"]
    command = [*python, "space", "demo", subject, "--port", port, *options]
    environment = {**os.environ, "MODELYARD_DATA": str(folder), "GRADIO_TEMP_DIR": str(folder / "gradio")}
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    try:
        address = f"http://127.0.0.1:{port}"
        _wait(address, process, folder / "log")
        yield address
    except OSError as error:  # the page's own words say more than a connection that closed
        raise AssertionError(f"ended with {process.poll()}: {(folder / 'log').read_text()}") from error
    finally:
        process.terminate()
        process.wait(20)


def _wait(address: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    import time

    deadline = time.monotonic() + 120
    while True:
        try:
            urllib.request.urlopen(f"{address}/gradio_api/info", timeout=5).close()
        except OSError:
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.2)
        else:
            return


def ask(address: str, values: list[Any]) -> list[Any]:
    """Call the page's function over its API, as any program may."""
    body = json.dumps({"data": values}).encode()
    request = urllib.request.Request(f"{address}/gradio_api/call/predict", body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        event = json.load(answer)["event_id"]
    with urllib.request.urlopen(f"{address}/gradio_api/call/predict/{event}", timeout=60) as stream:
        told = stream.read().decode()
    assert "event: complete" in told, told
    found: list[Any] = json.loads(told.rpartition("data: ")[2])
    return found


@needs_gradio
def test_a_model_file_alone_is_a_page(file: Path, tmp_path: Path) -> None:
    folder = tmp_path / "nothing"
    folder.mkdir()
    with shown(str(file), folder, "--not-sure-below", "1") as address:
        prediction, shares, why, notes = ask(address, [0.3, "Sapa", 40, "true"])
        assert prediction in ("yes", "no")
        assert {share["label"] for share in shares["confidences"]} == {"yes", "no"}
        assert sum(share["confidence"] for share in shares["confidences"]) == pytest.approx(1)
        assert {row[0] for row in why["data"]} <= {"a", "city", "age", "member"}
        assert why["data"]
        assert "Not sure" in notes
        assert "'Sapa' not seen in training" in notes
        told = ask(address, [0.3, HOSTILE, None, ""])
        assert told[0] in ("yes", "no")
        assert list(folder.glob("*.sqlite")) == [], "no yard was made"
        page = urllib.request.urlopen(address, timeout=30).read().decode()
        fetched = re.findall(r"<(?:script|link|img|iframe)[^>]+(?:src|href)=\"(https?://[^\"]+)", page)
        assert [each for each in fetched if not each.startswith("http://127.0.0.1")] == []


@needs_gradio
def test_an_endpoint_is_a_page_and_keeps_the_calls(yard: Yard, owner: Actor, model: Model) -> None:
    with shown(str(model.endpoint_id), yard.settings.data) as address:
        assert ask(address, [0.3, "Huế", 40, "true"])[0] in ("yes", "no")
        page = urllib.request.urlopen(address, timeout=30).read().decode()
    assert HOSTILE not in page
    with yard.context(owner) as ctx:
        (kept,) = list_calls(ctx, str(model.endpoint_id))
    assert (kept.actor_name, kept.status) == ("Owner (demo)", "succeeded")


def test_a_file_answers_as_its_endpoint(yard: Yard, owner: Actor, model: Model, file: Path) -> None:
    alone = subject_of_file(file).answer(ROW)
    there = subject_of_endpoint(yard, owner, HOSTILE).answer(ROW)
    assert alone == there
    assert alone.reasons


def test_a_bundle_holds_the_model(yard: Yard, owner: Actor, model: Model, tmp_path: Path) -> None:
    with yard.context(owner) as ctx:
        bundle = fetch_bundle(ctx, model.id, tmp_path)
    assert subject_of_file(bundle).answer(ROW).prediction in ("yes", "no")


def test_not_sure_is_the_owner_s_word(yard: Yard, owner: Actor, model: Model) -> None:
    for below, is_sure in ((None, None), (0.0, True), (1.0, False)):
        with yard.context(owner) as ctx:
            change_endpoint(ctx, str(model.endpoint_id), not_sure_below=below)
        assert subject_of_endpoint(yard, owner, str(model.endpoint_id)).answer(ROW).is_sure is is_sure


def test_what_is_neither_is_said(yard: Yard, owner: Actor, tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("no model")
    with pytest.raises(Refused, match=r"notes\.txt is no model of Modelyard\."):
        subject_of_file(path)
    with pytest.raises(NotFound):
        subject_of_endpoint(yard, owner, "nothing")
