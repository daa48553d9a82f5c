"""HF013: the start takes longer than a Space waits."""

import re
from collections.abc import Iterator
from typing import ClassVar, Literal

from modelyard.deploy.code.changes import inserted
from modelyard.deploy.facts import fact
from modelyard.deploy.finding import Edit, Fix, FixKind, Platform, Severity
from modelyard.deploy.project.deployable import Deployable
from modelyard.deploy.project.loaders import PRELOAD, Load, loads_of
from modelyard.deploy.project.project import Project
from modelyard.deploy.rule import Rule, Said

BILLIONS = re.compile(r"(?<![\w.])(\d{1,3}(?:\.\d+)?)b(?![a-z0-9])", re.IGNORECASE)
BYTES_PER_PARAMETER = 2
"""Models are fetched as 16-bit weights."""
MB_PER_SECOND = 25
"""What a Space on CPU Basic fetches and loads, by the slower of the two."""
UNITS = {"": 60, "s": 1, "m": 60, "h": 3600}


class HF013(Rule):
    """The start takes longer than a Space waits.

    **What it does.** Adds up the models that live code loads at import, by the billions of parameters in their names,
    at 2 bytes each and 25 MB a second, and compares the time with `startup_duration_timeout`. Models that a RUN
    instruction or `preload_from_hub` fetches are left out.

    **Why it matters.** A Space whose port does not answer within the limit is stopped as unhealthy, and begins again.

    **How to fix.** Fetch the model when the image is built (`preload_from_hub`, a RUN), or raise
    `startup_duration_timeout`.

    **Limits.** An estimate: names without a size count nothing.
    """

    kind: Literal["HF013"] = "HF013"
    title: ClassVar[str] = "Start takes too long"
    group: ClassVar[str] = "Spaces"
    icon: ClassVar[str] = "globe"
    severity: ClassVar[Severity] = "warning"
    platforms: ClassVar[tuple[Platform, ...]] = ("hf",)
    fix_kind: ClassVar[FixKind] = "suggested"
    facts: ClassVar[tuple[str, ...]] = ("hf_start_minutes",)

    def check(self, project: Project) -> Iterator[Said]:
        """Yield the Spaces whose start is estimated to be too long."""
        for one in project.on("hf"):
            reached = {path for start, _ in one.python_files for path in project.python.beneath(start)}
            loads = [load for load in loads_of(project) if load.call.module.file.path in reached]
            early = [load for load in loads if load.call.function is None and not _is_preloaded(one, load)]
            seconds = sum(_billions(load.model) * BYTES_PER_PARAMETER * 1_000 / MB_PER_SECOND for load in early)
            limit = _limit_seconds(one)
            if seconds > limit:
                yield self._finding(project, one, early, seconds, limit)

    def _finding(self, project: Project, one: Deployable, loads: list[Load], seconds: float, limit: float) -> Said:
        first = next(load for load in loads if _billions(load.model))
        minutes = round(seconds / 60)
        edits = _edits(one, minutes)
        return self.finding(
            first.call.span,
            f"Loading {first.model} at start takes about {minutes} minutes; the Space waits {round(limit / 60)}.",
            confidence=0.55,
            chain=project.python.chain(first.call.module, first.call.node),
            fix=Fix(
                kind="suggested" if edits else "none",
                text="Fetch the model when the image is built, use a smaller one, or raise startup_duration_timeout.",
                edits=edits,
            ),
        )


def _billions(model: str) -> float:
    found = BILLIONS.search(model.rpartition("/")[2])
    return float(found[1]) if found else 0.0


def _is_preloaded(one: Deployable, load: Load) -> bool:
    listed = (one.settings or {}).get("preload_from_hub")
    if isinstance(listed, list) and any(load.model and str(entry).startswith(load.model) for entry in listed):
        return True
    runs = one.dockerfile.last.every("RUN") if one.dockerfile is not None else ()
    return any(PRELOAD.search(" ".join([*run.words, *run.heredocs])) for run in runs)


def _limit_seconds(one: Deployable) -> float:
    stated = str((one.settings or {}).get("startup_duration_timeout") or "").strip().lower()
    found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([smh]?)\w*", stated)
    return float(found[1]) * UNITS[found[2]] if found else float(fact("hf_start_minutes").value) * 60


def _edits(one: Deployable, minutes: int) -> tuple[Edit, ...]:
    matter = one.front_matter
    if matter is None or matter.end == 0 or "startup_duration_timeout" in matter.keys:
        return ()
    line = f"startup_duration_timeout: {max(1, -(-minutes * 2 // 60))}h"
    return (inserted(matter.placed.file, matter.at("sdk").line + 1, line),)
