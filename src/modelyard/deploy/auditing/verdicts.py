"""What each platform would make of the code base."""

from collections import Counter
from collections.abc import Iterable, Sequence

from modelyard.deploy.finding import (
    PLATFORMS,
    Deployed,
    Finding,
    Platform,
    PlatformReport,
    Severity,
    Verdict,
)

MAX_REASONS = 5
NAMES: dict[Platform, str] = {"hf": "Hugging Face Spaces", "vercel": "Vercel", "render": "Render"}


def applying(deployed: Iterable[Deployed], findings: Iterable[Finding]) -> tuple[Platform, ...]:
    """Return the platforms that something could live on, or that a finding alone is about; all when there is none."""
    found = {one.platform for one in deployed} | {one.platforms[0] for one in findings if len(one.platforms) == 1}
    return tuple(platform for platform in PLATFORMS if platform in found) or PLATFORMS


def verdict(
    platform: Platform,
    deployed: Iterable[Deployed],
    findings: Iterable[Finding],
    unfinished: Sequence[str] = (),
    unjudged: Sequence[str] = (),
) -> PlatformReport:
    """Return the verdict on one platform, with what blocks it first.

    Never `ready` while rules are `unfinished`, or back ends there that few rules look at are `unjudged`.
    """
    here = [one for one in findings if platform in one.platforms]
    living = [one for one in deployed if one.platform == platform]
    n = Counter[Severity](one.severity for one in here)
    blocking = [one.message for one in here if one.blocks]
    grave = [one.message for one in here if one.severity in ("critical", "error") and not one.blocks]
    stated: Verdict = "blocked" if blocking else "changes" if grave else "ready"
    if not living and stated == "ready":
        stated, blocking = "blocked", [f"Nothing here could be deployed on {NAMES[platform]}."]
    elif unfinished and stated == "ready":
        stated, grave = "changes", [_unknown(unfinished)]
    elif unjudged and stated == "ready":
        stated, grave = "changes", [f"Not looked at: {', '.join(unjudged)}. What is said here is of the rest."]
    return PlatformReport(
        verdict=stated,
        n_critical=n["critical"],
        n_error=n["error"],
        n_warning=n["warning"],
        n_info=n["info"],
        deployables=tuple(_told(one) for one in living),
        reasons=_first([*blocking, *grave]),
    )


def _told(one: Deployed) -> str:
    port = f"port {one.port}" if one.port else f"port from ${one.port_from}" if one.port_from else ""
    about = ", ".join(part for part in (one.shape, one.root and f"from {one.root}/", port) if part)
    return f"{one.name} ({about})" + ("" if one.is_declared else ", not declared")


def _unknown(unfinished: Sequence[str]) -> str:
    named = ", ".join(unfinished[:MAX_REASONS]) + (" …" if len(unfinished) > MAX_REASONS else "")
    return f"Not known: {len(unfinished)} of the checks did not finish ({named}). Audit a smaller folder, or again."


def _first(reasons: Sequence[str]) -> tuple[str, ...]:
    more = len(reasons) - MAX_REASONS
    return (*reasons[:MAX_REASONS], *((f"and {more} more",) if more > 0 else ()))
