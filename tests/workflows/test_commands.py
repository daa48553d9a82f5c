"""`modelyard train`: the last line is JSON, the same file is stored once, and exit codes mean what they say."""

import json
import os
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from modelyard.kernel.settings import Settings
from modelyard.kernel.yard import Yard
from tests.terminal import Command, Result
from tests.workflows.graphs import chain, node
from tests.workflows.tables import mixed_frame


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("home")
    mixed_frame(240).drop("price").write_csv(folder / "colours.csv")
    return folder


@pytest.fixture
def command(home: Path, modelyard: Command) -> Command:
    """The command on the yard of this file, in this process."""
    return partial(modelyard, MODELYARD_DATA=str(home / "yard"))


def started(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own."""
    environment = {**os.environ, "MODELYARD_DATA": str(home / "yard")}
    command = [sys.executable, "-m", "modelyard.doors.cli.main", *arguments]
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=False)


def result(done: subprocess.CompletedProcess[str] | Result) -> dict[str, Any]:
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


def count(home: Path, table: str) -> int:
    yard = Yard.open(Settings(data=home / "yard"))
    with yard.readers() as session:
        n = int(session.connection().exec_driver_sql(f"select count(*) from {table}").scalar_one())
    yard.close()
    return n


def test_train_by_default_twice(home: Path, command: Command) -> None:
    first = started(home, "train", str(home / "colours.csv"), "--target", "label", "--json")
    answer = result(first)
    assert set(answer) == {"model", "task", "metrics", "seconds"}
    assert answer["task"] == "classification"
    assert 0 <= answer["metrics"]["accuracy"] <= 1
    assert "\r" not in first.stdout + first.stderr
    assert "Training" not in first.stderr
    again = result(command("train", str(home / "colours.csv"), "--target", "label", "--json"))
    assert again["model"] == answer["model"]
    assert count(home, "datasets") == count(home, "models") == count(home, "workflows") == 1


def test_train_with_a_workflow_seed_and_budget_on_a_named_dataset(home: Path, command: Command) -> None:
    graph = chain(
        node("data", "dataset"),
        node("drop", "drop_columns", columns=["bought"]),
        node("split", "split"),
        node("train", "train", engine={"kind": "lightgbm", "n_estimators": 3}),
    )
    (home / "workflow.json").write_text(json.dumps(graph.document()))
    copy = home / "same bytes.csv"
    copy.write_bytes((home / "colours.csv").read_bytes())
    options = ("--target", "size", "--workflow", str(home / "workflow.json"), "--seed", "5", "--budget", "60", "--json")
    answer = result(command("train", str(copy), *options))
    assert answer["task"] == "regression"
    assert "rmse" in answer["metrics"]
    assert count(home, "datasets") == 1
    assert result(command("train", "colours", *options))["model"] == answer["model"]


def test_a_failure_is_one_line_a_hint_and_1(home: Path, command: Command) -> None:
    done = command("train", str(home / "nowhere.csv"), "--target", "label", "--json")
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.splitlines()[0].startswith("error: There is no file and no dataset")
    assert done.stderr.splitlines()[1].startswith("hint: ")
    (home / "broken.json").write_text("{")
    file = str(home / "colours.csv")
    broken = command("train", file, "--target", "label", "--workflow", str(home / "broken.json"))
    assert broken.returncode == 1
    assert "is not JSON" in broken.stderr
    wrong = command("train", file, "--target", "lable")
    assert wrong.returncode == 1
    assert "Did you mean 'label'?" in wrong.stderr


@pytest.mark.parametrize("arguments", [(), ("x.csv",), ("x.csv", "--target", "y", "--budget", "-1"), ("--nope",)])
def test_wrong_usage_is_2(arguments: tuple[str, ...]) -> None:
    import typer
    from typer.testing import CliRunner

    from modelyard.workflows.commands import add_to

    app = typer.Typer()
    add_to(app)
    assert CliRunner().invoke(app, list(arguments)).exit_code == 2
