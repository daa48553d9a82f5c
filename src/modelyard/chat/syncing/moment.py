"""When something is written."""

from datetime import UTC, datetime


def now() -> datetime:
    """Return the instant; a job has no clock of the yard."""
    return datetime.now(UTC)
