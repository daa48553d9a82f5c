"""Findings that are known: told once, then only when new. Keyed by rule and normalised text, so lines may move."""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from modelyard.deploy.finding import Finding
from modelyard.kernel.errors import Invalid

SCHEMA = 1


@dataclass(frozen=True)
class Baseline:
    """How often each finding is known, by its fingerprint."""

    known: Counter[str]

    @classmethod
    def of(cls, findings: Iterable[Finding]) -> "Baseline":
        """Return the baseline that knows these findings."""
        return cls(Counter(fingerprint(one) for one in findings))

    @classmethod
    def read(cls, text: str, name: str) -> "Baseline":
        """Return the baseline in a file's text; raise Invalid when it is none."""
        try:
            document = json.loads(text)
            entries = document["findings"]
            known = Counter({str(entry["fingerprint"]): int(entry.get("n", 1)) for entry in entries})
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            raise Invalid(f"{name} is no baseline.", hint="Write one with --write-baseline FILE.") from error
        if document.get("schema") != SCHEMA:
            raise Invalid(f"{name} is a baseline of another version.", hint="Write it again with --write-baseline.")
        return cls(known)

    def new(self, findings: Iterable[Finding]) -> tuple[list[Finding], int]:
        """Return the findings that are not known, and how many are."""
        left = Counter(self.known)
        fresh: list[Finding] = []
        n_known = 0
        for one in findings:
            key = fingerprint(one)
            if left[key] > 0:
                left[key] -= 1
                n_known += 1
            else:
                fresh.append(one)
        return fresh, n_known


def fingerprint(finding: Finding) -> str:
    """Return what a finding is known by: its rule and the text it stands at, or its file where there is no text."""
    span = finding.evidence[0]
    text = re.sub(r"\s+", " ", span.text).strip().rstrip(",;") or finding.file
    return f"{finding.rule}:{hashlib.sha256(text.encode()).hexdigest()[:16]}"


def document_of(findings: Iterable[Finding]) -> str:
    """Return the text of a baseline that knows these findings; the place and the message are for its readers."""
    entries: dict[str, dict[str, object]] = {}
    for one in findings:
        key = fingerprint(one)
        entry = entries.setdefault(
            key, {"fingerprint": key, "rule": one.rule, "file": one.file, "message": one.message, "n": 0}
        )
        entry["n"] = int(str(entry["n"])) + 1
    ordered = [entries[key] for key in sorted(entries)]
    return json.dumps({"schema": SCHEMA, "findings": ordered}, indent=1, ensure_ascii=False) + "\n"
