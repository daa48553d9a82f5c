"""What is kept of an audit: the report as pages read it, as a page of its own, and its numbers."""

import json
from collections import Counter
from typing import Any

from modelyard.deploy.auditing.baseline import fingerprint
from modelyard.deploy.code.files import CodeBase
from modelyard.deploy.finding import SEVERITIES, Report, Span
from modelyard.deploy.reports.document import as_document
from modelyard.deploy.reports.page import as_page
from modelyard.kernel.artifacts import ArtifactStore

AROUND = 3
"""Lines of code shown before and after a finding."""
MOST_LINES = 16


def keep_report(artifacts: ArtifactStore, report: Report, code: CodeBase) -> dict[str, Any]:
    """Store a report; return the columns of its audit: hashes, verdicts, counts, fingerprints, number of files."""
    return {
        "report_hash": artifacts.put_bytes(json.dumps(_shown(report, code)).encode()).hash,
        "page_hash": artifacts.put_bytes(as_page(report, code).encode()).hash,
        "verdicts": {platform: one.verdict for platform, one in report.platforms.items()},
        "counts": {severity: sum(one.severity == severity for one in report.findings) for severity in SEVERITIES},
        "fingerprints": dict(Counter(fingerprint(one) for one in report.findings)),
        "n_files": len(code.files),
    }


def _shown(report: Report, code: CodeBase) -> dict[str, Any]:
    """Return the report as JSON of schema 1, with what pages show beside it."""
    document = as_document(report, code)
    for said, one in zip(document["findings"], report.findings, strict=True):
        said["excerpt"] = _excerpt(one.evidence[0], code)
        said["fingerprint"] = fingerprint(one)
    return document


def _excerpt(span: Span, code: CodeBase) -> list[dict[str, Any]]:
    """Return the lines around a place, secrets masked."""
    file = code.get(span.file)
    if file is None or not file.text:
        return []
    last = min(span.end_line + AROUND, len(file.lines), span.line + MOST_LINES)
    return [{"line": line, "text": file.excerpt(line)} for line in range(max(1, span.line - AROUND), last + 1)]
