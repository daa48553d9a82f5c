"""The `models` commands, with no server running."""

import csv
import io
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from modelyard.kernel.context import Actor
from modelyard.kernel.yard import Yard
from modelyard.models.engines.lightgbm import LightGBM
from modelyard.models.tables import Model
from tests.models.rows import mixed, table_of
from tests.models.yard import draft_of, register


@pytest.fixture
def models(yard: Yard, owner: Actor) -> list[Model]:
    table = table_of(mixed(200).drop("two"), "value", "regression")
    drafts = [draft_of(yard, table, LightGBM(n_estimators=n), name="prices")[1] for n in (2, 40, 41)]
    return [register(yard, owner, draft, node_id="n1") for draft in drafts]


def modelyard(yard: Yard, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "modelyard.doors.cli.main", "models", *arguments]
    environment = {**os.environ, "MODELYARD_DATA": str(yard.settings.data), "COLUMNS": "200"}
    return subprocess.run(command, capture_output=True, text=True, env=environment, timeout=120, check=False)


def served(yard: Yard) -> list[int]:
    found = json.loads(modelyard(yard, "versions", "prices", "--json").stdout)
    return [each["version"] for each in found if each["is_promoted"]]


def test_promote_roll_back_and_look(yard: Yard, models: list[Model]) -> None:
    listed = modelyard(yard, "list")
    assert [line.split()[0] for line in listed.stdout.splitlines()] == [model.id for model in reversed(models)]
    assert "* v1" in listed.stdout
    assert modelyard(yard, "promote", "prices").stdout == "prices: version 3 is served.\n"
    assert modelyard(yard, "promote", "prices@2").stdout == "prices: version 2 is served.\n"
    assert modelyard(yard, "roll-back", "prices").stdout == "prices: version 3 is served.\n"
    told = modelyard(yard, "versions", "prices").stdout
    assert "version 3: roll_back, Owner" in told
    assert served(yard) == [3]
    assert modelyard(yard, "show", "prices@1").stdout.startswith("# prices\n")
    missing = modelyard(yard, "show", "prices@9")
    assert (missing.returncode, "has no version 9" in missing.stderr) == (1, True)


def test_compare_as_text_and_csv(yard: Yard, models: list[Model]) -> None:
    done = modelyard(yard, "compare", "prices@1", "prices@2", "--paired")
    assert done.returncode == 0, done.stderr
    assert "| Metric | prices, version 1 | prices, version 2 |" in done.stdout
    assert "On the same rows, compared with prices, version 1" in done.stdout
    assert "| better |" in done.stdout
    rows = list(csv.DictReader(io.StringIO(modelyard(yard, "compare", models[0].id, models[1].id, "--csv").stdout)))
    assert {row["version"] for row in rows} == {"1", "2"}


def test_download_and_delete(yard: Yard, models: list[Model], tmp_path: Path) -> None:
    done = modelyard(yard, "download", "prices@2", "--out", str(tmp_path))
    assert done.stdout.strip() == str(tmp_path / "prices-v2.zip")
    with zipfile.ZipFile(tmp_path / "prices-v2.zip") as archive:
        assert "predict.py" in archive.namelist()
    refused = modelyard(yard, "delete", "prices@1", "--yes")
    assert refused.returncode == 1
    assert "The endpoint serves version 1" in refused.stderr
    asked = modelyard(yard, "delete", "prices@1", "--serve-next", "3")
    assert asked.returncode == 1, "nobody answered"
    assert served(yard) == [1]
    assert modelyard(yard, "delete", "prices@1", "--serve-next", "3", "--yes").returncode == 0
    assert served(yard) == [3]
    gone = modelyard(yard, "delete", "prices", "--all-versions", "--yes")
    assert "its endpoint" in gone.stdout.lower()
    assert modelyard(yard, "list").stdout == ""
