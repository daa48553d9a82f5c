"""`modelyard workflows …`: from a template to a run, out as a file and in again, versions, a schedule."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from modelyard.doors.cli.main import build
from modelyard.kernel.errors import Invalid, NotFound
from modelyard.kernel.settings import Settings

Command = Callable[..., Result]


@pytest.fixture
def modelyard(settings: Settings) -> Command:
    def run(*arguments: str) -> Result:
        return CliRunner().invoke(build(), ["workflows", *arguments], env={"MODELYARD_DATA": str(settings.data)})

    return run


def said(result: Result) -> str:
    assert result.exception is None, result.exception
    return result.stdout


@pytest.fixture
def workflow_id(modelyard: Command) -> str:
    return said(modelyard("use", "penguins")).split()[0]


def test_a_template_is_used_run_and_listed(modelyard: Command, workflow_id: str) -> None:
    assert workflow_id.startswith("wf_")
    done = json.loads(said(modelyard("run", workflow_id, "--json")))
    assert done["models"][0]["metrics"]["accuracy"] > 0.9
    (listed,) = json.loads(said(modelyard("list", "--json")))
    assert (listed["id"], listed["n_problems"], listed["last_run"]) == (workflow_id, 0, "succeeded")
    (dataset_id,) = listed["datasets"]
    assert listed["datasets"][dataset_id] == "Penguins"
    assert workflow_id in said(modelyard("list", "--dataset", dataset_id))
    assert said(modelyard("list", "--dataset", "ds_other")) == ""
    assert "succeeded" in said(modelyard("list"))
    assert "penguins" in said(modelyard("templates"))


def test_out_as_a_file_and_in_again(modelyard: Command, workflow_id: str, tmp_path: Path) -> None:
    file = tmp_path / "penguins.json"
    assert said(modelyard("export", workflow_id, "--out", str(file))) == ""
    assert workflow_id not in file.read_text()
    again = modelyard("import", str(file), "--name", "Again")
    assert said(again).split(maxsplit=1)[1].strip() == "Again"
    assert again.stderr == ""
    document = json.loads(file.read_text())
    document["datasets"]["dataset-1"] |= {"content_hash": "0" * 64, "sample": None}
    file.write_text(json.dumps(document))
    asked = modelyard("import", str(file))
    assert "--dataset dataset-1=ID" in asked.stderr
    (dataset_id,) = json.loads(said(modelyard("list", "--search", "Again", "--json")))[0]["datasets"]
    chosen = modelyard("import", str(file), "--name", "Chosen", "--dataset", f"dataset-1={dataset_id}")
    assert chosen.stderr == ""
    assert json.loads(said(modelyard("list", "--search", "Chosen", "--json")))[0]["n_problems"] == 0


def test_out_as_python(modelyard: Command, workflow_id: str) -> None:
    compile(said(modelyard("export", workflow_id, "--format", "script")), "workflow.py", "exec")
    assert json.loads(said(modelyard("export", workflow_id, "--format", "notebook")))["nbformat"] == 4


def test_versions_are_named_compared_and_restored(modelyard: Command, workflow_id: str) -> None:
    name = "Penguins: three species from raw rows to charts"
    assert said(modelyard("label", name, "1", "as it came")) == ""
    assert json.loads(said(modelyard("versions", name, "--json")))[0]["label"] == "as it came"
    assert "as it came" in said(modelyard("versions", workflow_id, "--labelled"))
    assert said(modelyard("diff", workflow_id, "1", "1")) == "No difference.\n"
    assert "at version 1" in said(modelyard("restore", workflow_id, "1"))


def test_a_schedule_is_set_paused_shown_and_removed(modelyard: Command, workflow_id: str) -> None:
    assert said(modelyard("schedule", workflow_id)) == "It runs by hand only.\n"
    told = said(modelyard("schedule", workflow_id, "--cron", "30 6 * * 1-5", "--timezone", "Europe/Berlin"))
    assert "At 06:30 on Monday through Friday" in told
    assert told.count(" 06:30 CE") == 5
    paused = json.loads(said(modelyard("schedule", workflow_id, "--pause", "--json")))
    assert (paused["cron"], paused["timezone"], paused["is_paused"]) == ("30 6 * * 1-5", "Europe/Berlin", True)
    assert paused["next_times"] == []
    assert "Paused." in said(modelyard("schedule", workflow_id))
    assert "next:" in said(modelyard("schedule", workflow_id, "--resume"))
    assert said(modelyard("schedule", workflow_id, "--remove")) == "It runs by hand only.\n"


def test_what_is_wrong_is_told(modelyard: Command, workflow_id: str, tmp_path: Path) -> None:
    garbage = tmp_path / "garbage.json"
    garbage.write_text("{")
    deep = tmp_path / "deep.json"
    deep.write_text("[" * 100_000)
    cases: list[tuple[tuple[str, ...], type[Exception], str]] = [
        (("run", "no such"), NotFound, "no workflow 'no such'"),
        (("use", "no such"), NotFound, "no template"),
        (("import", str(garbage)), Invalid, "is not JSON"),
        (("import", str(deep)), Invalid, "is not JSON"),
        (("import", str(garbage), "--dataset", "x"), Invalid, "KEY=ID|not JSON"),
        (("export", workflow_id, "--format", "script", "--version", "1"), Invalid, "Only workflow files"),
        (("restore", workflow_id, "9"), NotFound, "no version 9"),
        (("schedule", workflow_id, "--pause"), Invalid, "no schedule yet"),
        (("schedule", workflow_id, "--cron", "61 * * * *"), Invalid, "minute '61'"),
        (("schedule", workflow_id, "--cron", "* * * * *", "--timezone", "Mars"), Invalid, "no time zone"),
    ]
    for arguments, kind, told in cases:
        with pytest.raises(kind, match=told):
            raise modelyard(*arguments).exception or AssertionError(f"{arguments} did not fail")
