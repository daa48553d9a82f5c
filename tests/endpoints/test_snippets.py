"""What programs are told about an endpoint: the description is valid, and every snippet runs against a live yard."""

import csv
import json
import os
import random
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import schemathesis
from fastapi.testclient import TestClient
from openapi_spec_validator import OpenAPIV31SpecValidator

from modelyard.endpoints.description import description_of
from modelyard.endpoints.servable import MAX_ASKED_INPUTS
from modelyard.endpoints.snippets.fill import example_row, snippets_of
from modelyard.kernel.settings import Settings
from tests.endpoints.conftest import ROW
from tests.endpoints.listeners import echoing, once_limited
from tests.endpoints.live import LiveYard
from tests.journeys.server import Server

COMMANDS = {"curl": ["bash"], "python": [sys.executable], "javascript": ["node"]}
SUFFIXES = {"curl": ".sh", "python": ".py", "javascript": ".mjs"}
HOSTILE = "x'\"`$(touch owned)${HOME}\\n\nJSON\nCSV\n\u202e%s{0}</script>👨‍👩‍👧"
SIGNATURE = {
    "inputs": [
        {"name": HOSTILE, "dtype": "string", "kind": "text", "required": False, "example": HOSTILE},
        {"name": "ngày", "dtype": "date", "kind": "date", "required": True, "example": "2026-11-21"},
        {"name": "member", "dtype": "boolean", "kind": "category", "required": False, "example": None},
        {"name": "n", "dtype": "integer", "kind": "number", "required": True, "example": 3, "minimum": 0, "maximum": 9},
    ],
    "output": {"name": "why", "classes": [HOSTILE, "no"]},
}


@pytest.fixture(scope="module")
def server(migrated_sqlite: bytes, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A yard that is up, with its worker."""
    settings = Settings(data=tmp_path_factory.mktemp("yard"))
    (settings.data / "modelyard.sqlite").write_bytes(migrated_sqlite)
    server = LiveYard(settings)
    yield server
    server.stop()


@pytest.fixture(scope="module")
def endpoint(server: Server, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The path of an endpoint whose columns have names and values that are not plain."""
    chance = random.Random(3)
    path = tmp_path_factory.mktemp("people") / "people.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["tuổi", 'the "city"', "member", "bought"])
        for _ in range(300):
            age, city = chance.randint(18, 80), chance.choice(["Huế", "L'Haÿ", '$HOME "x"'])
            writer.writerow([age, city, chance.choice(["true", "false", ""]), "yes" if age > 45 else "no"])
    dataset = server.upload(path, name="people", target="bought")
    workflow = server.post("workflows", {"name": "who buys", "dataset": dataset["id"]})
    trained = server.finished(server.post("runs", {"kind": "workflow", "workflow": workflow["id"]})["id"])
    assert trained["state"] == "succeeded", trained["error"]
    model = server.get(f"models/{trained['result']['model_ids'][0]}")
    return f"endpoints/{model['endpoint_id']}"


def snippet_of(server: Server, endpoint: str, language: str, title: str) -> Any:
    found = server.get(f"{endpoint}/snippets")
    return next(snippet for snippet in found if (snippet["language"], snippet["title"]) == (language, title))


def run(snippet: Any, key: str, folder: Path) -> subprocess.CompletedProcess[str]:
    program = COMMANDS[snippet["language"]][0]
    assert shutil.which(program), f"{program} is needed to run the snippets"
    path = folder / f"snippet{SUFFIXES[snippet['language']]}"
    path.write_text(snippet["code"], encoding="utf-8")
    environment = {**os.environ, "MODELYARD_KEY": key, "PYTHONUTF8": "1"}
    return subprocess.run(
        [program, str(path)], cwd=folder, env=environment, capture_output=True, text=True, timeout=120, check=False
    )


@pytest.mark.parametrize("language", ["curl", "python", "javascript"])
def test_the_snippet_of_a_call_runs(server: Server, endpoint: str, language: str, tmp_path: Path) -> None:
    snippet = snippet_of(server, endpoint, language, "One call")
    key = server.post(f"{endpoint}/keys", {"name": language})["key"]
    done = run(snippet, key, tmp_path)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    output = told["outputs"][0] if language == "curl" else told
    assert output["prediction"] in ("yes", "no")
    row = example_row(server.get(endpoint)["signature"])
    assert server.get(f"{endpoint}/calls")["items"][0]["inputs"] == [row]


@pytest.mark.parametrize("language", ["curl", "python", "javascript"])
def test_the_snippet_of_a_file_runs_with_a_key_of_the_endpoint(
    server: Server, endpoint: str, language: str, tmp_path: Path
) -> None:
    snippet = snippet_of(server, endpoint, language, "A file")
    began = datetime.now(UTC).date()
    made = server.post(f"{endpoint}/keys", {"name": f"files, {language}", "rows_per_day": 1})
    done = run(snippet, made["key"], tmp_path)
    assert done.returncode == 0, done.stderr
    [row] = csv.DictReader(done.stdout.removeprefix("\ufeff").splitlines())
    assert (row["row"], row["prediction"] in ("yes", "no")) == ("1", True)
    [key] = [key for key in server.get(f"{endpoint}/keys") if key["id"] == made["id"]]
    if datetime.now(UTC).date() == began:  # at midnight the day's count begins anew
        assert key["n_rows_today"] == 1


@pytest.mark.parametrize("language", ["curl", "python", "javascript"])
def test_a_snippet_waits_when_the_limit_is_reached(
    server: Server, endpoint: str, language: str, tmp_path: Path
) -> None:
    snippet = snippet_of(server, endpoint, language, "One call")
    code = snippet["code"].replace(f"/{endpoint}/calls", "/limited")
    with once_limited() as address:
        done = run({**snippet, "code": re.sub(r"http://[^/]+/api/v1", address, code)}, "my_key", tmp_path)
    assert done.returncode == 0, done.stderr
    assert "yes" in done.stdout


@pytest.mark.parametrize("language", ["curl", "python", "javascript"])
def test_a_snippet_with_a_wrong_key_says_so(server: Server, endpoint: str, language: str, tmp_path: Path) -> None:
    snippet = snippet_of(server, endpoint, language, "One call")
    done = run(snippet, "my_wrong", tmp_path)
    assert done.returncode != 0
    assert "This API key is unknown, revoked or expired." in done.stdout + done.stderr


@pytest.mark.parametrize("n", range(6))
def test_what_users_wrote_stays_data(n: int, tmp_path: Path) -> None:
    """The example is sent as it is, and nothing of it is executed."""
    with echoing() as (address, heard):
        snippet = snippets_of("ep_1", SIGNATURE, api=address)[n]
        assert "\u202e" not in snippet.code
        done = run(vars(snippet), "my_key", tmp_path)
    assert not (tmp_path / "owned").exists()
    assert heard, done.stderr
    if snippet.title == "One call":
        assert json.loads(heard[0]) == {"inputs": [example_row(SIGNATURE)]}
    elif snippet.language != "curl":  # a here-document has no escapes: what nobody sees is left out of it
        rows = list(csv.DictReader(heard[0].decode().splitlines(keepends=True)))
        assert rows == [{HOSTILE: HOSTILE, "ngày": "2026-11-21", "member": "", "n": "3"}]


def test_the_description_is_valid_and_its_examples_fit(client: TestClient, address: str) -> None:
    document = client.get(f"{address}/openapi.json").json()
    OpenAPIV31SpecValidator(document).validate()
    operations = [found.ok().label for found in schemathesis.openapi.from_dict(document).get_all_operations()]
    assert operations[:2] == [f"POST {address.removeprefix('/api/v1')}/{what}" for what in ("calls", "batches")]
    whole = client.get("/api/v1/openapi.json").json()["paths"]
    for label in operations:
        method, path = label.split()
        assert method.lower() in whole["/api/v1" + path.replace(address.rpartition("/")[2], "{endpoint_id}")]
    post = document["paths"][f"{address.removeprefix('/api/v1')}/calls"]["post"]
    request = post["requestBody"]["content"]["application/json"]
    answer = post["responses"]["200"]["content"]["application/json"]
    check(request["example"], request["schema"], document)
    check(answer["example"], answer["schema"], document)
    real = client.post(f"{address}/calls", json=request["example"])
    assert real.status_code == 200, real.text
    check(real.json(), answer["schema"], document)
    check({"inputs": [ROW]}, request["schema"], document)
    with pytest.raises(jsonschema.ValidationError):
        check({"inputs": [{**ROW, "age": "forty"}]}, request["schema"], document)


def test_any_signature_is_described(address: str) -> None:
    numbers = {**SIGNATURE, "output": {"name": "y", "classes": None}}
    for signature in (SIGNATURE, numbers):
        document = description_of("ep_1", HOSTILE, signature, api="http://localhost/api/v1", version="1")
        OpenAPIV31SpecValidator(document).validate()
        content = document["paths"]["/endpoints/ep_1/calls"]["post"]["responses"]["200"]["content"]
        check(content["application/json"]["example"], content["application/json"]["schema"], document)


def test_what_an_llm_says_is_asked_in_calls_alone() -> None:
    columns = [
        {**SIGNATURE["inputs"][0], "name": name, "required": name == "question"} for name in ("question", "context")
    ]
    said = {"inputs": columns, "output": {"name": "answer", "classes": None, "is_said": True}}
    document = description_of("ep_1", "Asks", said, api="http://localhost/api/v1", version="1")
    OpenAPIV31SpecValidator(document).validate()
    assert list(document["paths"]) == ["/endpoints/ep_1/calls"]
    assert document["components"]["schemas"]["Row"]["required"] == ["question"]
    body = document["paths"]["/endpoints/ep_1/calls"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert body["properties"]["inputs"]["maxItems"] == MAX_ASKED_INPUTS
    snippets = snippets_of("ep_1", said, api="http://localhost/api/v1")
    assert [each.language for each in snippets] == ["curl", "python", "javascript"]
    assert not any("batches" in each.code for each in snippets)


def test_an_address_that_is_not_plain_is_not_copied_into_programs(client: TestClient, address: str) -> None:
    for host in ('evil"; rm -rf ~; "', "$(id)", "evil yard"):
        for snippet in client.get(f"{address}/snippets", headers={"Host": host}).json():
            assert host not in snippet["code"]
    reached = client.get(f"{address}/snippets", headers={"Host": "yard.example:8443"}).json()
    assert all("http://yard.example:8443/api/v1" in snippet["code"] for snippet in reached)


def check(example: Any, schema: Any, document: Any) -> None:
    whole = {**schema, "components": document["components"]}
    jsonschema.Draft202012Validator(whole).validate(example)
