"""The docs are true: links lead somewhere, commands exist, every kind, setting and command has its page."""

import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from modelyard.doors.cli.main import build
from modelyard.kernel.kinds import families
from modelyard.kernel.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
REFERENCE = ROOT / "docs" / "reference"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text()):
        if not target.startswith("http"):
            assert (page.parent / target).exists(), f"{target} in {page.name}"


def test_the_readme_can_be_read_in_one_go() -> None:
    assert len((ROOT / "README.md").read_text().splitlines()) <= 120


def test_every_kind_has_its_page() -> None:
    ours = (kind for family in families().values() for kind in family.kinds.values())
    names = {kind.kind_name() for kind in ours if kind.__module__.startswith("modelyard.")}
    assert names == {page.stem for page in REFERENCE.rglob("*/*.md")}


def test_every_setting_has_its_heading() -> None:
    text = (REFERENCE / "settings.md").read_text()
    assert len(re.findall(r"^## ", text, re.MULTILINE)) == len(Settings.model_fields)


def test_every_command_has_its_heading() -> None:
    headings = set(re.findall(r"^## `(modelyard [^`]+)`", (REFERENCE / "commands.md").read_text(), re.MULTILINE))
    assert {"modelyard up", "modelyard worker", "modelyard db upgrade", "modelyard user create"} <= headings
    assert {"modelyard train", "modelyard predict", "modelyard data add"} <= headings


def examples() -> list[str]:
    """Return every `modelyard …` line in a code block of the pages written by hand."""
    written = [page for page in PAGES if REFERENCE not in page.parents]
    blocks = [block for page in written for block in re.findall(r"```\n(.*?)```", page.read_text(), re.DOTALL)]
    return [line for block in blocks for line in block.splitlines() if line.startswith("modelyard ")]


@pytest.mark.parametrize("line", examples())
def test_commands_in_examples_exist_with_these_options(line: str) -> None:
    words = shlex.split(line)[1:]
    command = [word for word in words[:2] if not word.startswith("-") and "." not in word and word.islower()]
    told = CliRunner().invoke(build(), [*command, "--help"]).output
    assert "Usage:" in told
    for option in (word for word in words if word.startswith("--")):
        assert option in told, f"{option} of {line!r}"
