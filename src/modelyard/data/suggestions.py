"""Which column is worth predicting, and whether that is classification or regression."""

import re
from collections.abc import Sequence
from typing import Any

from modelyard.data.columns import Column, Task

MAX_SUGGESTIONS = 3
_TELLING_NAME = re.compile(
    r"(^|_|\b)(target|label|class|outcome|status|churn(ed)?|survived|default(ed)?|diagnosis|species|sentiment|rating|quality"
    r"|price|sales?|demand|revenue|score|(is_?)?fraud|response|result|cost)$",
    re.IGNORECASE,
)
_FEW_WHOLE_NUMBERS = 10


def task_for(column: Column) -> Task | None:
    """Return what predicting this column is, or None when it makes no sense (dates, ids, constants)."""
    if column.kind == "category" or column.dtype == "boolean":
        return "classification"
    if column.kind == "text":
        return "classification" if column.n_unique is not None and column.n_unique <= 100 else None
    if column.kind != "number":
        return None
    is_code = column.dtype == "integer" and column.n_unique is not None and column.n_unique <= _FEW_WHOLE_NUMBERS
    return "classification" if is_code else "regression"


def suggest_targets(columns: Sequence[Column]) -> list[dict[str, Any]]:
    """Return up to three columns worth predicting, best first, each with the task and why."""
    ranked = sorted(
        ((score, -position, column, task, why) for position, column in enumerate(columns)
         if (task := task_for(column)) is not None and column.kind != "text"
         for score, why in [_judge(column, position, len(columns), task)] if score > 0),
        key=lambda item: item[:2], reverse=True,
    )  # fmt: skip
    return [{"column": column.name, "task": task, "why": why} for _, _, column, task, why in ranked[:MAX_SUGGESTIONS]]


def _judge(column: Column, position: int, n_columns: int, task: Task) -> tuple[int, str]:
    reasons: list[tuple[int, str]] = []
    if _TELLING_NAME.search(column.name):
        reasons.append((4, "its name is usual for what is predicted"))
    if position == n_columns - 1:
        reasons.append((2, "it is the last column"))
    elif position == 0:
        reasons.append((1, "it is the first column"))
    if not reasons or (column.missing_fraction or 0) > 0.2:
        return 0, ""
    if task == "classification" and column.n_unique is not None and column.n_unique <= 20:
        reasons.append((1, f"it has {column.n_unique} classes"))
    *others, last = [reason for _, reason in reasons]
    sentence = f"{', '.join(others)} and {last}" if others else last
    return sum(points for points, _ in reasons), sentence[0].upper() + sentence[1:] + "."
