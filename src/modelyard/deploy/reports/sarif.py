"""A report as SARIF 2.1.0, for code scanning."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from importlib.metadata import version
from typing import Any
from urllib.parse import quote

from modelyard.deploy.auditing.baseline import fingerprint
from modelyard.deploy.code.files import CodeBase
from modelyard.deploy.finding import Edit, Finding, Report, Span
from modelyard.deploy.rule import Rule

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
LEVELS = {"critical": "error", "error": "error", "warning": "warning", "info": "note"}
RISK = {"critical": "9.0", "error": "7.0", "warning": "4.0", "info": "1.0"}
"""GitHub's `security-severity`: critical from 9, high from 7, medium from 4."""


def as_sarif(report: Report, rules: Iterable[Rule], code: CodeBase | None = None) -> str:
    """Return one run with the rules' pages and one result for each finding."""
    used = {one.rule for one in report.findings}
    kinds = [rule for rule in rules if rule.kind_name() in used]
    index = {rule.kind_name(): number for number, rule in enumerate(kinds)}
    driver = {
        "name": "modelyard",
        "version": version("modelyard"),
        "rules": [_rule(rule) for rule in kinds],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": list(_results(report.findings, index, code)),
        "invocations": [
            {
                "executionSuccessful": True,
                "toolExecutionNotifications": [
                    {"level": "note", "message": {"text": f"{one.rule}: {one.why}"}} for one in report.skipped
                ],
            }
        ],
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=1, ensure_ascii=False) + "\n"


def _rule(rule: Rule) -> dict[str, Any]:
    card = rule.card()
    return {
        "id": card["kind"],
        "name": card["title"],
        "shortDescription": {"text": card["title"]},
        "fullDescription": {"text": card["summary"]},
        "help": {"text": card["page"], "markdown": card["page"]},
        "defaultConfiguration": {"level": LEVELS[rule.severity]},
        "properties": {"tags": [card["group"], *rule.platforms], "security-severity": RISK[rule.severity]},
    }


def _results(findings: Iterable[Finding], index: dict[str, int], code: CodeBase | None) -> Iterator[dict[str, Any]]:
    """Yield the results; equal lines with one rule are told apart by their number, as GitHub's own hashes do."""
    seen: Counter[str] = Counter()
    for one in findings:
        key = fingerprint(one)
        seen[key] += 1
        yield _result(one, f"{key.rpartition(':')[2]}:{seen[key]}", index, code)


def _result(one: Finding, line_hash: str, index: dict[str, int], code: CodeBase | None) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": one.rule,
        "level": LEVELS[one.severity],
        "message": {"text": f"{one.message} {one.fix.text}".strip()},
        "locations": [_location(one.evidence[0])],
        "relatedLocations": [
            {"id": number, **_location(span), "message": {"text": span.text or span.place}}
            for number, span in enumerate(one.evidence[1:], 1)
        ],
        "partialFingerprints": {"primaryLocationLineHash": line_hash, "modelyard/v1": fingerprint(one)},
        "rank": round(one.confidence * 100, 1),
        "properties": {"severity": one.severity, "platforms": list(one.platforms)},
    }
    if one.rule in index:
        result["ruleIndex"] = index[one.rule]
    if code is not None and (fixes := _fixes(one, code)):
        result["fixes"] = fixes
    return result


def _location(span: Span) -> dict[str, Any]:
    region: dict[str, Any] = {"startLine": span.line, "endLine": span.end_line}
    if span.text:
        region["snippet"] = {"text": span.text}
    return {"physicalLocation": {"artifactLocation": _artifact(span.file), "region": region}}


def _artifact(path: str) -> dict[str, str]:
    return {"uri": quote(path), "uriBaseId": "%SRCROOT%"}


def _fixes(one: Finding, code: CodeBase) -> list[dict[str, Any]]:
    """Return the edits to files that are there; SARIF has no words for a file that is made."""
    edits = [edit for edit in one.fix.edits if not edit.creates and edit.file in code.files]
    if not edits or len(edits) != len(one.fix.edits):
        return []
    changes = [
        {
            "artifactLocation": _artifact(path),
            "replacements": [_replacement(edit) for edit in edits if edit.file == path],
        }
        for path in dict.fromkeys(edit.file for edit in edits)
    ]
    return [{"description": {"text": one.fix.text}, "artifactChanges": changes}]


def _replacement(edit: Edit) -> dict[str, Any]:
    region = {"charOffset": edit.start, "charLength": edit.end - edit.start}
    return {"deletedRegion": region, "insertedContent": {"text": edit.text}}
