"""The `data` commands, with no server running."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

PEOPLE = "name,age\n" + "".join(f"P{i} x,{20 + i}\n" for i in range(30))


def modelyard(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "modelyard.doors.cli.main", *arguments]
    environment = {**os.environ, "MODELYARD_DATA": str(folder / "data"), "COLUMNS": "200"}
    return subprocess.run(command, capture_output=True, text=True, env=environment, timeout=120, check=False)


def test_add_list_show(tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text(PEOPLE)
    added = modelyard(tmp_path, "data", "add", str(tmp_path / "people.csv"), "--target", "age", "--json")
    assert added.returncode == 0, added.stderr
    dataset = json.loads(added.stdout.splitlines()[-1])
    assert (dataset["state"], dataset["n_rows"], dataset["target"]) == ("ready", 30, "age")
    listed = modelyard(tmp_path, "data", "list")
    assert dataset["id"] in listed.stdout
    shown = modelyard(tmp_path, "data", "show", dataset["id"])
    assert "30 rows × 2 columns" in shown.stdout
    assert "age (target)" in shown.stdout


@pytest.mark.parametrize(("content", "said"), [("a,b\n1,2\n3\n", "row 3 has 1"), ("", "empty")])
def test_a_file_that_cannot_be_read(tmp_path: Path, content: str, said: str) -> None:
    (tmp_path / "bad.csv").write_text(content)
    refused = modelyard(tmp_path, "data", "add", str(tmp_path / "bad.csv"))
    assert refused.returncode == 1
    assert refused.stdout == ""
    assert said in refused.stderr
    assert "hint:" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_wrong_usage(tmp_path: Path) -> None:
    assert modelyard(tmp_path, "data", "add", str(tmp_path / "none.csv")).returncode == 2
