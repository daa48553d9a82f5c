"""Files that would hold a rule up: each is named, the rule goes on with the others, and nothing is called ready.

Without a limit each of these takes minutes or has no end.
"""

import re
import threading
import time
from collections.abc import Iterator
from typing import Literal

import pytest

from modelyard.deploy.auditing.applying import without_slow_files
from modelyard.deploy.auditing.audit import audit
from modelyard.deploy.auditing.settings import AuditSettings
from modelyard.deploy.code.files import CodeBase
from modelyard.deploy.code.positions import read_yaml
from modelyard.deploy.file_time import MAX_RULES_OVER, OfOneFile
from modelyard.deploy.finding import Report
from modelyard.deploy.project.project import Project
from modelyard.deploy.rule import Rule, Said
from modelyard.deploy.rules.co001_production_origin_missing import CO001
from modelyard.deploy.rules.fe001_api_address_defaults_to_localhost import FE001
from tests.deploy.stand_in import Word

SPACE = {
    "README.md": "---\nsdk: gradio\napp_file: app.py\n---\n",
    "requirements.txt": "gradio\n",
    "app.py": "import gradio\ngradio.Interface(lambda text: text, 'text', 'text').launch()\n",
}
BACKTRACKING = "slow " + "a" * 64 + "!"


class Backtracking(Word):
    """Finds a word, in lines that it tries with a regular expression without end first."""

    kind: Literal["T003"] = "T003"  # type: ignore[assignment]

    def check(self, project: Project) -> Iterator[Said]:
        """Yield what the word's rule finds."""
        for file in project.code.ending(".txt"):
            for line in file.lines:
                re.search(r"slow (a+)+$", line)
        yield from super().check(project)


def audited(files: dict[str, str], *rules: Rule, seconds: float = 0.1) -> Report:
    settings = AuditSettings(seconds_per_file=seconds)
    return audit(Project(CodeBase.of({**SPACE, **files})), rules, ["hf"], settings=settings, is_strict=True)


def named(report: Report) -> set[str]:
    return {one.why.partition(" ")[0] for one in report.skipped}


def test_a_regular_expression_without_end_holds_up_one_file_only() -> None:
    files = {"a.txt": "bad\n", "b.txt": f"bad\n{BACKTRACKING}\nbad\n", "c.txt": "bad\n"}
    report = audited(files, Backtracking())
    assert named(report) == {"b.txt"}
    assert [one.file for one in report.findings] == ["a.txt", "c.txt"]
    assert report.platforms["hf"].verdict == "changes"


def test_a_file_has_its_time_again_in_the_next_rule_and_is_given_up_after_some() -> None:
    slow = [type(f"Slow{n}", (Backtracking,), {"kind_name": classmethod(lambda cls, n=n: f"T10{n}")}) for n in range(5)]
    report = audited({"b.txt": BACKTRACKING}, *(one() for one in slow), Word(word="slow"), seconds=0.05)
    assert [one.rule for one in report.skipped] == ["T100", "T101", "T102"][:MAX_RULES_OVER]
    assert "no further rule" in report.skipped[-1].why
    assert not report.findings


@pytest.mark.parametrize(
    ("path", "text", "why"),
    [
        ("app.py", "import gradio\nx = f'''" + "{a}" * 300_000 + "'''\n", "took more than"),
        ("Dockerfile", "FROM python:3.12\nRUN a " + "\\\n a " * 100_000, "is not read"),
    ],
)
def test_no_parser_is_held_up(path: str, text: str, why: str) -> None:
    readme = SPACE["README.md"].replace("gradio", "docker") if path == "Dockerfile" else SPACE["README.md"]
    report = audited({"README.md": readme, path: text}, CO001(), seconds=1)
    assert report.platforms["hf"].verdict != "ready"
    assert any(one.why.startswith(f"{path} {why}") for one in report.skipped)


def test_typescript_is_parsed_in_steps_that_a_limit_can_end() -> None:
    package = '{"dependencies": {"react": "19"}, "devDependencies": {"vite": "7"}, "scripts": {"build": "vite build"}}'
    files = {
        "package.json": package,
        "index.html": '<script type="module" src="/src/main.ts"></script>',
        "src/main.ts": "import './slow'\nfetch('http://localhost:8000')\n",
        "src/slow.ts": "fetch('http://localhost:1')\n" + "f<\n" * 480_000,
    }
    report = audited(files, FE001(), seconds=0.15)
    assert "src/slow.ts" in named(report)


def test_yaml_is_ended_in_the_middle() -> None:
    code = CodeBase.of({"slow.yaml": "".join(f"- {{a: [{n}, {{b: c}}]}}\n" for n in range(8_000))})
    project = Project(code)
    project.file_time.seconds = 0.1

    def work() -> list[object]:
        return [read_yaml(file) for file in project.code.ending(".yaml")]

    assert without_slow_files(project, work) == []
    assert project.file_time.over == {"slow.yaml"}


def test_a_thread_is_watched_too() -> None:
    project = Project(CodeBase.of({"a.txt": "", "b.txt": "slow"}))
    project.file_time.seconds = 0.05
    seen: list[str] = []

    def work() -> None:
        for file in project.code.ending(".txt"):
            while file.text:
                pass
            seen.append(file.path)

    thread = threading.Thread(target=lambda: without_slow_files(project, work))
    thread.start()
    thread.join()
    assert seen == ["a.txt", "a.txt"]
    assert project.file_time.over == {"b.txt"}


def test_a_look_that_falls_into_the_making_of_a_file_finds_nothing_there() -> None:
    class Made(OfOneFile):
        def __init__(self, path: str) -> None:
            until = time.process_time() + 0.3
            while time.process_time() < until:
                pass
            self.path = path

        @property
        def its_path(self) -> str:
            return self.path

    project = Project(CodeBase.of({"a.txt": ""}))
    project.file_time.seconds = 1.0
    assert without_slow_files(project, lambda: Made("a.txt").path) == "a.txt"
