"""Five code bases with the shape of those that the first documents described, and their mended twins.

A mark in a page names the rule that must find something at that line. What is critical or an error must be exactly
what is marked, of the rest at least what is marked; the twins have nothing at error or above.
"""

from functools import cache
from pathlib import Path

import pytest

from modelyard.deploy.auditing.audit import all_rules, audit
from modelyard.deploy.finding import Report
from modelyard.deploy.project.project import Project
from tests.deploy.cases import Case, cases_in

PAGES = sorted((Path(__file__).parent / "projects").glob("*.md"))
CASES = [case for page in PAGES for case in cases_in(page)]
GRAVE = ("critical", "error")


@cache
def report(number: int) -> Report:
    return audit(Project(CASES[number].code), all_rules(), is_strict=True)


def found(of: Report) -> set[tuple[str, str, str, int]]:
    return {(one.severity, one.rule, one.file, one.line) for one in of.findings}


def marked(case: Case) -> set[tuple[str, str, str, int]]:
    return {(one.severity, one.words, one.file, one.line) for one in case.expected}


@pytest.mark.parametrize("number", range(len(CASES)), ids=[f"{one.rule.lower()}: {one.title}" for one in CASES])
def test_what_is_wrong_is_found_and_nothing_else_at_error_or_above(number: int) -> None:
    told, wanted = found(report(number)), marked(CASES[number])
    assert {one for one in told if one[0] in GRAVE} == {one for one in wanted if one[0] in GRAVE}
    assert wanted <= told


@pytest.mark.parametrize("number", range(len(CASES)), ids=[f"{one.rule.lower()}: {one.title}" for one in CASES])
def test_verdicts_follow(number: int) -> None:
    verdicts = {one.verdict for one in report(number).platforms.values()}
    assert verdicts == ({"ready"} if CASES[number].title == "Mended" else verdicts | {"changes"})
    assert report(number).project.deployables
