"""Rows and predictions as a report shows them."""

from modelyard.data.reporting.shown import shown
from modelyard.predictions.batches.results import ResultRow

EXAMPLE_CHARACTERS = 400
ROW_CHARACTERS = 160
MAX_INPUTS = 6
"""Inputs named of a row without a text."""


def row_text(row: ResultRow, column: str | None, limit: int) -> str:
    """Return what a row says: its text, or its first inputs by name."""
    if column is not None:
        return shown(row.inputs.get(column), limit)
    named = [f"{shown(name, 40)}: {shown(value, 60)}" for name, value in list(row.inputs.items())[:MAX_INPUTS]]
    more = f" and {len(row.inputs) - MAX_INPUTS} more" if len(row.inputs) > MAX_INPUTS else ""
    return shown(" · ".join(named) + more, limit)


def predicted(value: str | float | None) -> str:
    """Return a prediction as text."""
    return shown(value, 80)
