"""The audit itself: what is joined, silenced, known, dated, skipped, and what the verdicts say of it."""

import threading
import time
from collections.abc import Iterator
from datetime import date
from typing import ClassVar, Literal

import pytest

from modelyard.deploy.auditing.applying import Clock, applied
from modelyard.deploy.auditing.audit import audit
from modelyard.deploy.auditing.baseline import Baseline, document_of
from modelyard.deploy.auditing.settings import AuditSettings, settings_of, without_excluded
from modelyard.deploy.code.files import CodeBase
from modelyard.deploy.finding import Report
from modelyard.deploy.limits import TimeIsUp, time_limit
from modelyard.deploy.project.project import Project
from modelyard.deploy.rule import Rule, Said
from modelyard.deploy.rules.hf007_unwritable_folder import HF007
from modelyard.kernel.errors import Invalid
from tests.deploy.stand_in import Word


def audited(files: dict[str, str], *rules: Rule, **options: object) -> Report:
    return audit(Project(CodeBase.of(files)), rules or [Word()], **options)  # type: ignore[arg-type]


class Endless(Rule):
    """Finds one thing, then never ends."""

    kind: Literal["T002"] = "T002"

    def check(self, project: Project) -> Iterator[Said]:
        """Yield once."""
        yield next(iter(Word().check(project)))
        while True:
            pass


class Broken(Rule):
    """Fails on every project."""

    kind: Literal["T003"] = "T003"

    def check(self, project: Project) -> Iterator[Said]:
        """Raise."""
        yield next(iter(Word().check(project)))
        raise RecursionError


class Dated(Word):
    """Rests on a dated fact."""

    facts: ClassVar[tuple[str, ...]] = ("hf_compute_space_needs_plan",)


def test_one_cause_is_one_finding_with_all_its_places() -> None:
    report = audited({"b.py": "bad\n", "a.py": "ok\nbad\n"}, Word(tells_line=False))
    (one,) = report.findings
    assert [span.place for span in one.evidence] == ["a.py:2", "b.py:1"]
    assert [edit.file for edit in one.fix.edits] == ["a.py", "b.py"]


def test_what_differs_stays_apart_and_the_gravest_is_first() -> None:
    report = audited({"a.py": "worse\nbad\n"}, Word(word="worse"), Word(), settings=AuditSettings())
    assert [one.line for one in report.findings] == [1, 2]


def test_a_rule_that_does_not_end_is_stopped_and_what_it_found_is_told() -> None:
    said = list(applied(Endless(), Project(CodeBase.of({"a.py": "bad\n"})), Clock(rule_seconds=0.2)))
    assert [type(one).__name__ for one in said] == ["Finding", "Skipped"]


def test_a_rule_that_fails_is_told_and_ends_nothing() -> None:
    report = audited({"a.py": "bad\n"}, Broken(), Word(word="a"))
    assert [one.rule for one in report.skipped] == ["T003"]
    assert "RecursionError" in report.skipped[0].why
    assert len(report.findings) == 2


def test_nothing_is_ready_while_a_rule_is_unfinished() -> None:
    files = {"README.md": "---\nsdk: static\n---\n", "index.html": "<p>good</p>"}
    clean = Word(word="absent")
    assert audited(files, clean, platforms=["hf"]).platforms["hf"].verdict == "ready"
    said = audited(files, clean, Broken(), platforms=["hf"]).platforms["hf"]
    assert said.verdict == "changes"
    assert "Not known" in said.reasons[0]
    assert "T003" in said.reasons[0]


def test_a_fault_is_raised_when_asked_for() -> None:
    with pytest.raises(RecursionError):
        audited({"a.py": "bad\n"}, Broken(), is_strict=True)


def test_an_audit_whose_time_is_up_skips_the_rest() -> None:
    said = list(applied(Word(), Project(CodeBase.of({"a.py": "bad\n"})), Clock(seconds=0)))
    assert [type(one).__name__ for one in said] == ["Skipped"]


def test_a_file_that_takes_too_long_is_named_and_nothing_is_ready() -> None:
    branches = "".join(f"    if kind == {n}:\n        return open(f'/tmp/{{name}}-{n}', 'w')\n" for n in range(400))
    files = {
        "README.md": "---\nsdk: docker\n---\n",
        "Dockerfile": "FROM python:3.12-slim\nWORKDIR /app\nCOPY . .\nUSER 1000\nCMD python main.py --port 7860\n",
        "main.py": f"def pick(kind, name):\n{branches}\nif __name__ == '__main__':\n    pick(1, 'a')\n",
    }
    assert not audited(files, HF007(), platforms=["hf"]).skipped
    report = audited(files, HF007(), platforms=["hf"], settings=AuditSettings(seconds_per_file=0.005))
    assert any(one.why.startswith("main.py took more than 0.005 seconds") for one in report.skipped)
    assert report.platforms["hf"].verdict == "changes"


@pytest.mark.parametrize("off_main", [False, True])
def test_limits_nest_and_leave_nothing_behind(off_main: bool) -> None:
    seen: list[str] = []

    def work() -> None:
        try:
            with time_limit(5):
                try:
                    with time_limit(0.1):
                        while True:
                            pass
                except TimeIsUp:
                    seen.append("inner")
                seen.append("went on")
        except TimeIsUp:
            seen.append("outer")

    if off_main:
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
    else:
        work()
    time.sleep(0.15)
    assert seen == ["inner", "went on"]


def test_an_outer_limit_ends_what_an_inner_one_allows() -> None:
    def work() -> None:
        with time_limit(0.1), time_limit(60):
            while True:
                pass

    with pytest.raises(TimeIsUp):
        work()


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("a.py", "x = bad  # audit: ignore[T001] a word of the domain"),
        ("a.tsx", "x = bad // audit: ignore[T001] a word of the domain"),
        ("a.tsx", "{bad} {/* audit: ignore[T001] a word of the domain */}"),
        ("a.md", "bad <!-- audit: ignore[T001] a word of the domain -->"),
        ("a.yaml", "# audit: ignore[T009, T001] a word of the domain\nkey: bad"),
        ("a.py", "# audit: ignore[*] a word of the domain\n# another comment\nx = bad"),
    ],
)
def test_a_comment_answers_for_a_finding(path: str, line: str) -> None:
    report = audited({path: f"{line}\n"})
    assert report.findings == ()
    assert report.project.n_ignored == 1
    assert [one.rule for one in report.skipped] == ["T001"]
    assert "a word of the domain" in report.skipped[0].why


@pytest.mark.parametrize(
    "text",
    [
        "x = bad  # audit: ignore[T002] another rule\n",
        "# audit: ignore[T001] not the next line\ny = 1\nx = bad\n",
        "x = bad  # ignore[T001]\n",
    ],
)
def test_a_comment_for_something_else_answers_for_nothing(text: str) -> None:
    assert len(audited({"a.py": text}).findings) == 1


def test_settings_ignore_rules_and_paths_and_change_severities() -> None:
    settings = AuditSettings.model_validate(
        {"ignore": {"T002": "why"}, "ignore_paths": {"old/**": ["T001"]}, "severity": {"T001": "info"}}
    )
    report = audited({"old/a.py": "bad\n", "new/a.py": "bad\n"}, Word(), Broken(), Endless(), settings=settings)
    assert [(one.rule, one.file, one.severity) for one in report.findings if one.rule == "T001"][-1:] == [
        ("T001", "new/a.py", "info")
    ]
    assert not [one for one in report.findings if one.file == "old/a.py" and one.rule == "T001"]


def test_settings_come_from_pyproject_or_a_file_of_their_own() -> None:
    stated = '[tool.modelyard.audit]\nexclude = ["old/"]\nignore = ["T001"]\nfail_on = "warning"\n'
    code = CodeBase.of({"pyproject.toml": stated, "old/a.py": "bad\n", "a.py": ""})
    settings = settings_of(code, {"T001": None})
    assert (settings.ignore, settings.fail_on) == ({"T001": ""}, "warning")
    assert set(without_excluded(code, settings.exclude).files) == {"pyproject.toml", "a.py"}
    own = CodeBase.of({"pyproject.toml": stated, ".modelyard-audit.toml": 'platforms = ["hf"]\n'})
    assert settings_of(own, {}).platforms == ("hf",)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[tool.modelyard.audit]\nignored = []\n", "tool.modelyard.audit.ignored"),
        ('[tool.modelyard.audit]\nplatforms = ["heroku"]\n', "tool.modelyard.audit.platforms"),
        ('[tool.modelyard.audit]\nignore = ["T999"]\n', "'T999'"),
        ('[tool.modelyard.audit]\nbaseline = "../known.json"\n', "inside the project"),
    ],
)
def test_settings_that_cannot_be_meant_are_refused_with_their_place(text: str, said: str) -> None:
    with pytest.raises(Invalid, match=r"^pyproject\.toml") as refused:
        settings_of(CodeBase.of({"pyproject.toml": text}), {"T001": None})
    assert said in refused.value.message


def test_a_pyproject_that_does_not_parse_asks_for_nothing() -> None:
    assert settings_of(CodeBase.of({"pyproject.toml": "[tool"}), {}) == AuditSettings()


def test_a_baseline_knows_findings_wherever_they_move_and_tells_a_second_one() -> None:
    known = audited({"a.py": "x = bad\n"}, Word(tells_line=False)).findings
    baseline = Baseline.read(document_of(known), "known.json")
    moved = audited({"b/c.py": "\n\n    x  =  bad\n"}, Word(tells_line=False), baseline=baseline)
    assert (moved.findings, moved.project.n_known) == ((), 1)
    report = audited({"a.py": "x = bad\ny = bad\n"}, Word(), baseline=baseline)
    assert [one.line for one in report.findings] == [2]


@pytest.mark.parametrize("text", ["", "[]", '{"schema": 1}', '{"schema": 2, "findings": []}', '{"findings": [1]}'])
def test_what_is_no_baseline_is_refused(text: str) -> None:
    with pytest.raises(Invalid, match=r"known\.json"):
        Baseline.read(text, "known.json")


def test_verdicts_follow_what_was_found_on_each_platform() -> None:
    report = audited({"a.py": "bad\n"}, Word(on=("hf",)), platforms=("hf", "render"))
    assert report.platforms["hf"].verdict == "changes"
    assert report.platforms["hf"].reasons == ("There is 'bad' at a.py:1.",)
    assert report.platforms["render"].verdict == "blocked"
    assert "Nothing here" in report.platforms["render"].reasons[0]


def test_findings_of_other_platforms_are_not_told() -> None:
    assert audited({"a.py": "bad\n"}, Word(on=("hf",)), platforms=("render",)).findings == ()


def test_a_fact_that_is_too_old_says_so() -> None:
    young, old = (
        audited({"a.py": "bad\n"}, Dated(), today=day).findings[0].fact for day in (date(2026, 12, 1), date(2028, 1, 1))
    )
    assert "read 2026-11-21" in young
    assert "should have been read again" not in young
    assert "should have been read again" in old


def test_a_back_end_that_few_rules_look_at_is_told_and_its_platform_is_not_ready() -> None:
    blueprint = (
        "services:\n  - {type: web, name: api, runtime: node, plan: free, rootDir: server, startCommand: npm start}\n"
    )
    package = '{"scripts": {"start": "node app.js"}, "dependencies": {"express": "4.19.2"}}'
    files = {"render.yaml": blueprint, "server/package.json": package, "server/app.js": "require('express')();\n"}
    report = audited(files)
    assert report.platforms["render"].verdict == "changes"
    assert "Express back end in server" in report.platforms["render"].reasons[0]
    assert [one.why for one in report.skipped if one.rule == "back ends"]
