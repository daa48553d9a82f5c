"""A report as JSON, schema 1: other tools read it, so its names stay."""

import json
from typing import Any

from modelyard.deploy.code.files import CodeBase
from modelyard.deploy.finding import Finding, Report
from modelyard.deploy.fixing.patch import patch_of_finding


def as_document(report: Report, code: CodeBase | None = None) -> dict[str, Any]:
    """Return the report as plain data; with the code base, each fix has its `diff`, secrets masked."""
    document = report.model_dump(mode="json", by_alias=True)
    for said, one in zip(document["findings"], report.findings, strict=True):
        said["fix"] = _fix(one, code)
    return document


def as_json(report: Report, code: CodeBase | None = None) -> str:
    """Return the report as the text of a JSON file."""
    return json.dumps(as_document(report, code), indent=1, ensure_ascii=False) + "\n"


def _fix(one: Finding, code: CodeBase | None) -> dict[str, Any]:
    return {
        "kind": one.fix.kind,
        "text": one.fix.text,
        "by_person": list(one.fix.by_person),
        "diff": patch_of_finding(code, one) if code is not None else "",
    }
