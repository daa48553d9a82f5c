"""What programs are told about an endpoint that answers questions: true, and its programs run."""

import os
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
from fastapi.testclient import TestClient
from openapi_spec_validator import OpenAPIV31SpecValidator

from tests.chat.answering.conftest import Manual, ask


def test_the_description_is_valid_and_true(reader: TestClient, manual: Manual) -> None:
    document = reader.get(f"{manual.address}/openapi.json").json()
    OpenAPIV31SpecValidator(document).validate()
    [path] = document["paths"]
    assert f"{manual.address}/calls".endswith(path)
    schema = document["paths"][path]["post"]["responses"]["200"]["content"]["application/json"]["schema"]
    answer = ask(reader, manual, "Which port does the API listen on?").json()
    jsonschema.validate(answer, {**schema, "components": document["components"]})


@pytest.mark.parametrize("title", ["As it is written", "OpenAI's client", "One call"])
def test_programs_run(reader: TestClient, manual: Manual, port: int, tmp_path: Path, title: str) -> None:
    key = reader.post(f"{manual.address}/keys", json={"name": "site"}).json()["key"]
    found = reader.get(f"{manual.address}/snippets").json()
    assert "A file" not in {snippet["title"] for snippet in found}
    snippet = next(item for item in found if item["title"] == title)
    code = snippet["code"].replace("http://testserver", f"http://127.0.0.1:{port}")
    code = code.replace("How do I begin?", "Which port does the API listen on?")
    (tmp_path / "program").write_text(code)
    command = [sys.executable if snippet["language"] == "python" else "bash", str(tmp_path / "program")]
    environment = {**os.environ, "MODELYARD_KEY": key}
    ran = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert ran.returncode == 0, ran.stderr
    assert "The Zephyr API listens on port 7431 by default. [1]" in ran.stdout
