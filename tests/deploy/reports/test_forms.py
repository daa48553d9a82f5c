"""Reports: the JSON that other tools read, and forms that show hostile text as text."""

import json
import re
from functools import cache
from html.parser import HTMLParser
from typing import Any

import pytest

from modelyard.deploy.auditing.audit import all_rules, audit
from modelyard.deploy.code.files import CodeBase
from modelyard.deploy.finding import EnvironmentName, Report
from modelyard.deploy.project.project import Project
from modelyard.deploy.reports.document import as_document
from modelyard.deploy.reports.forms import FORMS, Form, as_form
from tests.deploy.stand_in import Word

HOSTILE = "bad </pre><script>alert(1)</script> | `x` ::error::y\n"
SECRET = "hf_" + "QkzXw7TfYdPlRmNvBcJhGsAeUiOyWx12ab"
CODE = CodeBase.of(
    {"a.py": HOSTILE, "b,:%.py": f"bad {SECRET}\n", "page.html": "x\n" * 3 + "bad\n"}, name="<b>code</b>"
)
RULES = [Word(), *all_rules()]
VOID = {"meta", "br", "hr", "link", "img"}


@cache
def report() -> Report:
    said = audit(Project(CODE), [Word()])
    name = EnvironmentName(
        name="DATABASE_URL", kind="secret", platform="hf", required=True, found_at="a.py:1", example="postgresql://…"
    )
    return said.model_copy(update={"environment": (name,)})


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    read: dict[str, Any] = json.loads(as_form("json", report(), RULES, CODE))
    return read


def test_the_names_in_json_are_those_that_other_tools_read(document: dict[str, Any]) -> None:
    assert list(document) == ["schema", "project", "platforms", "findings", "passes", "skipped", "environment"]
    assert document["schema"] == 1
    assert document["platforms"]["hf"]["verdict"] in ("ready", "changes", "blocked")
    one = document["findings"][0]
    stated = {"rule", "severity", "confidence", "file", "line", "end_line", "message", "evidence", "fix"}
    assert stated <= set(one)
    assert {"file", "line", "text"} <= set(one["evidence"][0])
    assert one["fix"]["kind"] == "safe"
    assert one["fix"]["diff"].startswith("--- a/")
    assert set(document["environment"][0]) >= {"name", "kind", "platform", "required", "found_at"}


def test_json_can_be_read_back(document: dict[str, Any]) -> None:
    stated = {**document, "findings": [{**one, "fix": {**one["fix"]}} for one in document["findings"]]}
    for one in stated["findings"]:
        one["fix"].pop("diff")
    again = Report.model_validate(stated)
    assert as_document(again)["findings"][0]["message"] == document["findings"][0]["message"]


@pytest.mark.parametrize("form", FORMS)
def test_no_form_shows_a_secret_and_every_form_names_the_finding(form: Form) -> None:
    text = as_form(form, report(), RULES, CODE)
    assert SECRET[3:] not in text
    assert "T001" in text


class Tags(HTMLParser):
    """Which elements a page has, and whether they close in order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        self.links += [value or "" for name, value in attrs if name in ("src", "href")]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_page_holds_no_script_asks_nobody_and_is_well_formed() -> None:
    page = as_form("html", report(), RULES, CODE)
    tags = Tags()
    tags.feed(page)
    assert tags.open == []
    assert "script" not in tags.seen
    assert tags.links == []
    assert "&lt;script&gt;" in page


def test_annotations_of_github_are_one_line_each_with_their_place() -> None:
    lines = as_form("github", report(), RULES).splitlines()
    assert len(lines) == len(report().findings) + 1
    assert all(line.startswith("::") for line in lines)
    assert any("file=b%2C%3A%25.py,line=1," in line for line in lines)


def test_sarif_has_a_result_for_each_finding_with_a_rule_place_fingerprint_and_fix() -> None:
    run = json.loads(as_form("sarif", report(), RULES, CODE))["runs"][0]
    rules = run["tool"]["driver"]["rules"]
    assert len(run["results"]) == len(report().findings)
    for result, one in zip(run["results"], report().findings, strict=True):
        assert rules[result["ruleIndex"]]["id"] == one.rule
        assert result["locations"][0]["physicalLocation"]["region"]["startLine"] == one.line
        replaced = result["fixes"][0]["artifactChanges"][0]["replacements"][0]
        edit = one.fix.edits[0]
        assert replaced["deletedRegion"] == {"charOffset": edit.start, "charLength": 3}
    assert len({result["partialFingerprints"]["modelyard/v1"] for result in run["results"]}) == 3


def test_sarif_holds_what_code_scanning_requires() -> None:
    document = json.loads(as_form("sarif", report(), RULES, CODE))
    assert set(document) == {"$schema", "version", "runs"}
    assert document["version"] == "2.1.0"
    (run,) = document["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert run["tool"]["driver"]["name"]
    assert len({one["id"] for one in rules}) == len(rules)
    for one in rules:
        assert 0 < len(one["shortDescription"]["text"]) <= 1024
        assert 0 < len(one["fullDescription"]["text"]) <= 1024
        assert one["help"]["text"]
        assert len(one["name"]) <= 255
        assert len(one["properties"]["tags"]) <= 20
        assert 0 < float(one["properties"]["security-severity"]) <= 10
        assert one["defaultConfiguration"]["level"] in ("note", "warning", "error")
    hashes = [(one["ruleId"], one["partialFingerprints"]["primaryLocationLineHash"]) for one in run["results"]]
    assert len(set(hashes)) == len(hashes)
    assert all(re.fullmatch(r"[0-9a-f]{16}:[1-9]\d*", text) for _, text in hashes)
    for one in run["results"]:
        assert one["message"]["text"]
        assert one["level"] in ("note", "warning", "error")
        assert 0 <= one["rank"] <= 100
        assert len(one["locations"]) == 1
        for place in [*one["locations"], *one["relatedLocations"]]:
            _is_place(place["physicalLocation"])
        assert all(place["message"]["text"] and place["id"] >= 1 for place in one["relatedLocations"])
    for one in run["invocations"]:
        assert isinstance(one["executionSuccessful"], bool)
        assert all(note["message"]["text"] for note in one["toolExecutionNotifications"])


def _is_place(place: dict[str, Any]) -> None:
    uri = place["artifactLocation"]["uri"]
    assert uri
    assert not uri.startswith("/")
    assert re.fullmatch(r"[\w.~!$&'()*+,;=:@%/-]+", uri), uri
    assert 1 <= place["region"]["startLine"] <= place["region"]["endLine"]


def test_every_rule_fits_the_limits_of_code_scanning() -> None:
    cards = [rule.card() for rule in RULES]
    assert [card["kind"] for card in cards if not 0 < len(card["summary"]) <= 1024 or len(card["title"]) > 255] == []


def test_markdown_shows_tables_and_code_as_they_are() -> None:
    text = as_form("md", report(), RULES, CODE)
    assert "<script>" not in text.replace("```text\na.py:1: " + HOSTILE.strip(), "").replace(HOSTILE.strip()[4:], "")
    assert "| DATABASE\\_URL | Hugging Face Spaces |" in text
