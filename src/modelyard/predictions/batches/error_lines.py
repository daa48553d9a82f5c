"""A row that could not be predicted, as a line of a table to correct and upload again."""

from typing import Any

from modelyard.data.table_writing.formulas import harmless


def error_line(row: int, reasons: list[tuple[str | None, str]], values: list[Any]) -> list[Any]:
    """Return a row that could not be predicted as cells: row, columns, reasons, and its values, all harmless."""
    columns = ", ".join(column for column, _ in reasons if column is not None)
    told = "; ".join(dict.fromkeys(reason for _, reason in reasons))
    return [row, harmless(columns), harmless(told), *("" if v is None else harmless(str(v)) for v in values)]
