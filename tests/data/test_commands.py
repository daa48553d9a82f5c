"""The `data` commands, with no server running."""

import json
from pathlib import Path

import pytest

from tests.terminal import Command

PEOPLE = "name,age\n" + "".join(f"P{i} x,{20 + i}\n" for i in range(30))


def test_add_list_show(modelyard: Command, tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text(PEOPLE)
    added = modelyard("data", "add", str(tmp_path / "people.csv"), "--target", "age", "--json")
    assert added.returncode == 0, added.stderr
    dataset = json.loads(added.stdout.splitlines()[-1])
    assert (dataset["state"], dataset["n_rows"], dataset["target"]) == ("ready", 30, "age")
    listed = modelyard("data", "list", COLUMNS="200")
    assert dataset["id"] in listed.stdout
    shown = modelyard("data", "show", dataset["id"], COLUMNS="200")
    assert "30 rows × 2 columns" in shown.stdout
    assert "age (target)" in shown.stdout


@pytest.mark.parametrize(("content", "said"), [("a,b\n1,2\n3\n", "row 3 has 1"), ("", "empty")])
def test_a_file_that_cannot_be_read(modelyard: Command, tmp_path: Path, content: str, said: str) -> None:
    (tmp_path / "bad.csv").write_text(content)
    refused = modelyard("data", "add", str(tmp_path / "bad.csv"))
    assert refused.returncode == 1
    assert refused.stdout == ""
    assert said in refused.stderr
    assert "hint:" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_wrong_usage(modelyard: Command, tmp_path: Path) -> None:
    assert modelyard("data", "add", str(tmp_path / "none.csv")).returncode == 2


def test_samples_are_listed_and_taken_once(modelyard: Command) -> None:
    assert "questions_gsm8k" in modelyard("data", "sample", COLUMNS="200").stdout
    first, again = (json.loads(modelyard("data", "sample", "penguins", "--json").stdout) for _ in range(2))
    assert (first["state"], first["n_rows"]) == ("ready", 344)
    assert again["id"] == first["id"]
    refused = modelyard("data", "sample", "nowhere")
    assert (refused.returncode, "no sample 'nowhere'" in refused.stderr) == (1, True)
