"""The `models` commands, with no server running."""

import csv
import io
import json
import zipfile
from pathlib import Path

import pytest

from modelyard.kernel.context import Actor
from modelyard.kernel.yard import Yard
from modelyard.models.engines.lightgbm import LightGBM
from modelyard.models.tables import Model
from tests.models.rows import mixed, table_of
from tests.models.yard import draft_of, register
from tests.terminal import Command


@pytest.fixture
def models(yard: Yard, owner: Actor) -> list[Model]:
    table = table_of(mixed(200).drop("two"), "value", "regression")
    drafts = [draft_of(yard, table, LightGBM(n_estimators=n), name="prices")[1] for n in (2, 40, 41)]
    return [register(yard, owner, draft, node_id="n1") for draft in drafts]


@pytest.fixture
def command(modelyard: Command) -> Command:
    return lambda *arguments: modelyard("models", *arguments, COLUMNS="200")


def served(command: Command) -> list[int]:
    found = json.loads(command("versions", "prices", "--json").stdout)
    return [each["version"] for each in found if each["is_promoted"]]


def test_promote_roll_back_and_look(command: Command, models: list[Model]) -> None:
    listed = command("list")
    assert [line.split()[0] for line in listed.stdout.splitlines()] == [model.id for model in reversed(models)]
    assert "* v1" in listed.stdout
    assert command("promote", "prices").stdout == "prices: version 3 is served.\n"
    assert command("promote", "prices@2").stdout == "prices: version 2 is served.\n"
    assert command("roll-back", "prices").stdout == "prices: version 3 is served.\n"
    told = command("versions", "prices").stdout
    assert "version 3: roll_back, Owner" in told
    assert served(command) == [3]
    assert command("show", "prices@1").stdout.startswith("# prices\n")
    missing = command("show", "prices@9")
    assert (missing.returncode, "has no version 9" in missing.stderr) == (1, True)


def test_compare_as_text_and_csv(command: Command, models: list[Model]) -> None:
    done = command("compare", "prices@1", "prices@2", "--paired")
    assert done.returncode == 0, done.stderr
    assert "| Metric | prices, version 1 | prices, version 2 |" in done.stdout
    assert "On the same rows, compared with prices, version 1" in done.stdout
    assert "| better |" in done.stdout
    rows = list(csv.DictReader(io.StringIO(command("compare", models[0].id, models[1].id, "--csv").stdout)))
    assert {row["version"] for row in rows} == {"1", "2"}


def test_download_and_delete(command: Command, models: list[Model], tmp_path: Path) -> None:
    done = command("download", "prices@2", "--out", str(tmp_path))
    assert done.stdout.strip() == str(tmp_path / "prices-v2.zip")
    with zipfile.ZipFile(tmp_path / "prices-v2.zip") as archive:
        assert "predict.py" in archive.namelist()
    refused = command("delete", "prices@1", "--yes")
    assert refused.returncode == 1
    assert "The endpoint serves version 1" in refused.stderr
    asked = command("delete", "prices@1", "--serve-next", "3")
    assert asked.returncode == 1, "nobody answered"
    assert served(command) == [1]
    assert command("delete", "prices@1", "--serve-next", "3", "--yes").returncode == 0
    assert served(command) == [3]
    gone = command("delete", "prices", "--all-versions", "--yes")
    assert "its endpoint" in gone.stdout.lower()
    assert command("list").stdout == ""
