"""The `collection` commands, with no server running."""

import json
import zipfile
from pathlib import Path

import pytest

from modelyard.kernel.context import Actor
from modelyard.kernel.yard import Yard
from modelyard.runs.verbs import list_runs
from tests.chat.shelf import page
from tests.terminal import Command


def test_add_list_show_sync_documents_remove(modelyard: Command, yard: Yard, owner: Actor, tmp_path: Path) -> None:
    folder = tmp_path / "manual"
    folder.mkdir()
    (folder / "one.md").write_text(page("One", 1))
    (folder / "picture.png").write_bytes(b"\x89PNG")
    added = modelyard("collection", "add", "Manual", str(folder), "--json")
    assert added.returncode == 0, added.stderr
    collection = json.loads(added.stdout.splitlines()[-1])
    assert (collection["state"], collection["n_documents"]) == ("ready", 1)
    assert collection["n_words_indexed"] == collection["n_words"]
    assert collection["origins"][0]["report"]["n_new"] == 1

    (folder / "two.md").write_text(page("Two", 2))
    synced = modelyard("collection", "sync", "Manual", COLUMNS="200")
    assert synced.returncode == 0, synced.stderr
    assert "documents: 2" in synced.stdout
    assert "1 new, 1 unchanged" in synced.stdout
    assert "*.png" in synced.stdout
    assert "100.0%" in modelyard("collection", "list", COLUMNS="200").stdout
    assert collection["id"] in modelyard("collection", "show", "Manual").stdout
    listed = modelyard("collection", "documents", "Manual", "--search", "two", "--json")
    assert [json.loads(line)["key"] for line in listed.stdout.splitlines()] == ["two.md"]

    archive = tmp_path / "more.zip"
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("three.md", page("Three", 3))
    assert modelyard("collection", "add", "Manual", str(archive)).returncode == 0
    assert json.loads(modelyard("collection", "show", "Manual", "--json").stdout)["n_documents"] == 3
    with yard.context(owner, writes=False) as ctx:
        assert len(list_runs(ctx)) == 3

    assert modelyard("collection", "remove", "Manual").returncode == 1  # nobody said yes
    assert modelyard("collection", "remove", "Manual", "--yes").returncode == 0
    assert modelyard("collection", "list", "--json").stdout == ""


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("add", "Manual", "nowhere"), 2, "There is no file or folder"),
        (("show", "None"), 1, "There is no collection 'None'."),
        (("sync", "None"), 1, "There is no collection 'None'."),
        (("documents", "None", "--state", "lost"), 2, "It is one of"),
        (("add", "Manual"), 2, "Missing argument"),
    ],
)
def test_wrong_usage(modelyard: Command, arguments: tuple[str, ...], code: int, said: str) -> None:
    ended = modelyard("collection", *arguments, COLUMNS="200")
    assert (ended.returncode, ended.stdout) == (code, "")
    assert said in ended.stderr
    assert "Traceback" not in ended.stderr
    assert modelyard("collection", "list", "--json").stdout == "", "nothing was made on the way"


def test_a_sync_that_fails_ends_with_1(modelyard: Command, tmp_path: Path) -> None:
    folder = tmp_path / "manual"
    folder.mkdir()
    (folder / "one.md").write_text(page("One", 1))
    assert modelyard("collection", "add", "Manual", str(folder)).returncode == 0
    folder.rename(tmp_path / "away")
    ended = modelyard("collection", "sync", "Manual")
    assert ended.returncode == 1
    assert "hint:" in ended.stderr
    shown = modelyard("collection", "show", "Manual")
    assert "error:" in shown.stdout
    assert "documents: 1" in shown.stdout
