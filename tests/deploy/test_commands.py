"""`modelyard audit`: exit codes, what is written where, and that it reads the folder alone."""

import json
import os
from pathlib import Path

import pytest

from tests.terminal import Command

DATABASE = "SQLite format 3"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A code base with one warning that has a suggested fix."""
    root = tmp_path / "project"
    root.mkdir()
    (root / "users.db").write_text(DATABASE)
    (root / "main.py").write_text("print('here')\n")
    return root


def test_findings_below_the_threshold_end_with_10_and_at_it_with_20(modelyard: Command, project: Path) -> None:
    told = modelyard("audit", str(project))
    assert (told.returncode, "DB013" in told.stdout) == (10, True)
    assert modelyard("audit", str(project), "--fail-on", "warning").returncode == 20
    assert modelyard("audit", str(project), "--fail-on", "warning", "--format", "sarif").returncode == 0


def test_clean_code_ends_with_0(modelyard: Command, project: Path) -> None:
    (project / ".modelyard-audit.toml").write_text('ignore = { DB013 = "only read" }\n')
    told = modelyard("audit", str(project), "--format", "json", "--platform", "hf")
    document = json.loads(told.stdout)
    assert "DB013" not in [one["rule"] for one in document["findings"]]
    assert {"rule": "DB013", "why": "ignored by the settings: only read"} in document["skipped"]


@pytest.mark.parametrize(
    "wrong",
    [
        ["--platform", "heroku"],
        ["--format", "xml"],
        ["--fail-on", "bad"],
        ["--facts-date", "soon"],
        ["--baseline", "none.json"],
    ],
)
def test_wrong_usage_ends_with_2(modelyard: Command, project: Path, wrong: list[str]) -> None:
    assert modelyard("audit", str(project), *wrong).returncode == 2


def test_settings_that_cannot_be_meant_end_with_2_and_their_place(modelyard: Command, project: Path) -> None:
    (project / ".modelyard-audit.toml").write_text('platform = "hf"\n')
    told = modelyard("audit", str(project))
    assert told.returncode == 2
    assert ".modelyard-audit.toml: platform" in " ".join(told.stderr.split())


def test_an_empty_folder_ends_with_3(modelyard: Command, tmp_path: Path) -> None:
    (tmp_path / "none").mkdir()
    (tmp_path / "none" / "empty.py").touch()
    told = modelyard("audit", str(tmp_path / "none"))
    assert told.returncode == 3
    assert "nothing to audit" in told.stderr


def test_what_the_baseline_knows_is_not_told_again(modelyard: Command, project: Path, tmp_path: Path) -> None:
    known = tmp_path / "known.json"
    assert modelyard("audit", str(project), "--write-baseline", str(known)).returncode == 0
    told = modelyard("audit", str(project), "--baseline", str(known))
    assert (told.returncode, "known from the baseline" in told.stdout) == (0, True)
    (project / ".modelyard-audit.toml").write_text('baseline = "known.json"\n')
    (project / "known.json").write_text(known.read_text())
    assert modelyard("audit", str(project)).returncode == 0


def test_a_diff_changes_nothing_and_a_fix_is_made_once(modelyard: Command, project: Path) -> None:
    shown = modelyard("audit", str(project), "--diff", "--unsafe-fixes")
    assert "+/users.db" in shown.stdout
    assert not (project / ".gitignore").exists()
    told = modelyard("audit", str(project), "--fix", "--unsafe-fixes")
    assert "git rm --cached users.db" in told.stderr
    before = (project / ".gitignore").read_bytes()
    again = modelyard("audit", str(project), "--fix", "--unsafe-fixes")
    assert (project / ".gitignore").read_bytes() == before
    assert "0 files" in again.stderr


def test_nothing_outside_the_folder_is_read(modelyard: Command, project: Path, tmp_path: Path) -> None:
    (tmp_path / "outside.db").write_text(DATABASE)
    (project / "linked.db").symlink_to(tmp_path / "outside.db")
    (project / "loop").symlink_to(project, target_is_directory=True)
    os.mkfifo(project / "waits.py")
    document = json.loads(modelyard("audit", str(project), "--format", "json").stdout)
    assert [one["file"] for one in document["findings"] if one["rule"] == "DB013"] == ["users.db"]
    assert any("linked.db" in one["why"] for one in document["skipped"])
