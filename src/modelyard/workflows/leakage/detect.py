"""Every detector, in the order in which a reader should hear of what they find."""

from collections.abc import Callable, Iterator

from modelyard.data.columns import Splitting
from modelyard.data.frames import Table
from modelyard.workflows.leakage import columns, rows
from modelyard.workflows.leakage.scene import Scene
from modelyard.workflows.values import Finding

_NEED_TARGET: tuple[Callable[[Scene], Iterator[Finding]], ...] = (
    columns.near_perfect,
    columns.derived,
    columns.told_by_absence,
    columns.quoted,
    rows.groups,
    rows.times,
)
MAX_FINDINGS = 20


def detect(table: Table, splitting: Splitting) -> tuple[Finding, ...]:
    """Return what makes the scores of this split better than they will be; at most MAX_FINDINGS, the gravest first.

    Nothing is changed: who reads the findings decides.
    """
    scene = Scene(table, splitting)
    if scene.sample.n_rows < columns.MIN_ROWS:
        return ()
    found: list[Finding] = []
    if scene.task in ("classification", "regression"):
        for detector in _NEED_TARGET:
            found += detector(scene)
    found += rows.copies(scene)
    found += columns.identifiers(scene)
    order = {"error": 0, "warning": 1, "info": 2}
    return tuple(sorted(found, key=lambda finding: order[finding.severity])[:MAX_FINDINGS])
