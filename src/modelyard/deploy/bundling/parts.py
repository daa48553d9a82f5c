"""Which part of the yard a platform runs."""

from collections.abc import Sequence

from modelyard.deploy.bundling.worker.subject import worker_of_yard
from modelyard.deploy.bundling.yard import whole_yard
from modelyard.deploy.platform import Part
from modelyard.deploy.subject import Subject
from modelyard.kernel.settings import Settings


def part_of_yard(settings: Settings, part: Part, *, artifacts: str, extras: Sequence[str]) -> Subject:
    """Return the whole yard or a worker of it; raise Refused for the whole one when its pages were never built."""
    if part == "worker":
        return worker_of_yard(artifacts=artifacts, extras=extras)
    return whole_yard(settings, artifacts=artifacts, extras=extras)
