"""Findings that share a cause are one finding with several spans."""

from collections.abc import Iterable

from modelyard.deploy.finding import SEVERITIES, Finding, Fix, Span


def joined(findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings, those with the same rule, message and advice made one, the gravest first."""
    groups: dict[tuple[object, ...], list[Finding]] = {}
    for one in findings:
        groups.setdefault((one.rule, one.severity, one.message, one.fix.text, one.platforms, one.blocks), []).append(
            one
        )
    return sorted((_one(group) for group in groups.values()), key=_gravity)


def _gravity(one: Finding) -> tuple[object, ...]:
    return (not one.blocks, SEVERITIES.index(one.severity), one.rule, one.file, one.line)


def _one(group: list[Finding]) -> Finding:
    first = min(group, key=lambda one: (one.file, one.line))
    if len(group) == 1:
        return first
    others = [one for one in group if one is not first]
    return first.model_copy(
        update={
            "confidence": max(one.confidence for one in group),
            "evidence": _without_repeats(span for one in (first, *others) for span in one.evidence),
            "fix": _one_fix(first.fix, [one.fix for one in others]),
        }
    )


def _one_fix(first: Fix, others: list[Fix]) -> Fix:
    everything = [first, *others]
    kinds = {fix.kind for fix in everything}
    return first.model_copy(
        update={
            "kind": "none" if "none" in kinds else "suggested" if "suggested" in kinds else "safe",
            "edits": tuple(dict.fromkeys(edit for fix in everything for edit in fix.edits)),
            "by_person": tuple(dict.fromkeys(thing for fix in everything for thing in fix.by_person)),
        }
    )


def _without_repeats(spans: Iterable[Span]) -> tuple[Span, ...]:
    return tuple(dict.fromkeys(spans))
