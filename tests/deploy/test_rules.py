"""Every rule fires on its cases, at the line they say, and is silent on the near misses."""

from pathlib import Path

import pytest

from modelyard.deploy.auditing.audit import all_rules, audit
from modelyard.deploy.code.files import CodeBase
from modelyard.deploy.finding import PLATFORMS, Report
from modelyard.deploy.fixing.mending import mend
from modelyard.deploy.project.project import Project
from modelyard.kernel.kinds import family
from tests.deploy.cases import Case, cases_in

PAGES = sorted((Path(__file__).parent / "rules").glob("*.md"))
CASES = [case for page in PAGES for case in cases_in(page)]
RULES = {rule.kind_name(): rule for rule in all_rules()}


def audited(rule: str, code: CodeBase) -> Report:
    return audit(Project(code), [RULES[rule]], PLATFORMS, is_strict=True)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.rule}: {case.title}")
def test_case(case: Case) -> None:
    report = audited(case.rule, case.code)
    found = [(one.severity, one.file, one.line) for one in report.findings]
    assert sorted(found) == sorted((one.severity, one.file, one.line) for one in case.expected)
    for one in case.expected:
        messages = [
            f.message for f in report.findings if (f.severity, f.file, f.line) == (one.severity, one.file, one.line)
        ]
        assert any(one.words in message for message in messages), messages


@pytest.mark.parametrize("case", [case for case in CASES if case.fixed], ids=lambda case: f"{case.rule}: {case.title}")
def test_a_fix_leaves_the_files_as_the_case_says(case: Case) -> None:
    mended = mend(case.code, lambda code: audited(case.rule, code), is_unsafe=True)
    assert {path: mended.after.files[path].text for path in case.fixed} == case.fixed
    assert set(mended.changed) == set(case.fixed)
    again = mend(mended.after, lambda code: audited(case.rule, code), is_unsafe=True)
    assert again.changed == ()


def test_only_the_address_of_a_server_passes_as_that_of_one() -> None:
    told = {
        case.title: {one.message for one in audited("DB001", case.code).passes}
        for case in CASES
        if case.rule == "DB001"
    }
    server = "the address is that of a database server"
    assert server in told["A required address, the file only in a comment and a test"]
    assert server not in told["A file that comes with the code, read beside a set and a list"]


@pytest.mark.parametrize("rule", sorted(RULES))
def test_a_rule_has_a_case_that_fires_and_a_near_miss(rule: str) -> None:
    cases = [case for case in CASES if case.rule == rule]
    assert any(case.expected for case in cases), "a case that fires"
    assert any(not case.expected for case in cases), "a near miss"


def test_an_audit_knows_the_rules_that_the_whole_house_knows() -> None:
    assert {name: type(rule) for name, rule in RULES.items()} == family("rule").kinds


@pytest.mark.parametrize("rule", sorted(RULES))
def test_a_page_says_what_why_how_and_limits(rule: str) -> None:
    page = str(type(RULES[rule]).__doc__)
    for part in ("**What it does.**", "**Why it matters.**", "**How to fix.**", "**Limits.**"):
        assert part in page
