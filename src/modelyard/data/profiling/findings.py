"""What a user should know before training: warnings from the counts."""

from collections.abc import Sequence

from modelyard.data.columns import Column, Task
from modelyard.data.profiling.association import Association
from modelyard.data.profiling.scan import ColumnCounts
from modelyard.data.reading.notes import Note

MANY_MISSING = 0.5
MANY_CATEGORIES = 50
FEW_ROWS_PER_CLASS = 10
_NAMED = 5


def column_findings(column: Column, counts: ColumnCounts, *, is_target: bool) -> list[Note]:
    """Return what is worth knowing about one column."""
    name, found = column.name, []
    missing = column.missing_fraction or 0.0
    if column.kind == "constant":
        what = "has no values" if missing == 1 else "has the same value everywhere"
        hint = "It cannot be predicted." if is_target else "Drop it: it says nothing about the target."
        found.append(_warn("constant", name, f"{name!r} {what}.", hint))
    elif missing > MANY_MISSING:
        hint = "Drop it, or fill it only if being missing means something."
        found.append(_warn("many_missing", name, f"{name!r} is missing in {missing:.0%} of the rows.", hint))
    if column.kind == "id":
        message = f"{name!r} looks like an identifier: every value is different."
        found.append(_warn("id_like", name, message, "Drop it: a model can only memorise it."))
    if column.kind == "category" and (column.n_unique or 0) > MANY_CATEGORIES:
        message = f"{name!r} has {column.n_unique:,} categories."
        found.append(_warn("high_cardinality", name, message, "Group the rare ones, or encode it by frequency."))
    if counts.n_infinite:
        message = f"{name!r} has {counts.n_infinite:,} infinite values; mean, quantiles and histogram leave them out."
        found.append(_warn("infinite_values", name, message, "They usually come from a division by zero."))
    return found


def association_finding(name: str, target: str, found: Association) -> list[Note]:
    """Return the warning that a column gives the target away."""
    if not found.is_near_perfect:
        return []
    message = f"{name!r} alone predicts {target!r} almost perfectly."
    hint = "Is it known before the target is? If not, drop it: a model that uses it fails on new rows."
    return [_warn("near_perfect_predictor", name, message, hint)]


def target_findings(target: Column, task: Task | None, class_counts: Sequence[tuple[str, int]]) -> list[Note]:
    """Return what speaks against this target."""
    name, found = target.name, []
    if task is None and target.kind != "constant":
        message = f"{name!r} cannot be predicted: it is {_KIND_WORDS[target.kind]}."
        found.append(_warn("unusable_target", name, message, "Choose a number or a category column."))
    if target.missing_fraction:
        message = f"The target is missing in {target.missing_fraction:.1%} of the rows; they are left out of training."
        severe = target.missing_fraction > 0.05
        found.append(
            Note(kind="target_missing", severity="warning" if severe else "info", column=name, message=message)
        )
    few = [(value, n) for value, n in class_counts if n < FEW_ROWS_PER_CLASS]
    if task == "classification" and few:
        named = ", ".join(f"{value!r} ({n:,})" for value, n in few[:_NAMED])
        more = f" and {len(few) - _NAMED:,} more" if len(few) > _NAMED else ""
        message = f"Classes with fewer than {FEW_ROWS_PER_CLASS} rows: {named}{more}."
        found.append(_warn("few_rows_per_class", name, message, "Collect more rows, or merge or drop these classes."))
    return found


def dataset_findings(n_rows: int, n_duplicates: int, target: str | None, *, has_target: bool) -> list[Note]:
    """Return what is worth knowing about the rows as a whole."""
    found = []
    if n_duplicates:
        message = f"{n_duplicates:,} of {n_rows:,} rows repeat an earlier row."
        hint = "If they are copies, remove them: the same row in training and test makes scores look better."
        found.append(Note(kind="duplicate_rows", severity="warning", message=message, hint=hint))
    if target is not None and not has_target:
        message, hint = f"There is no column {target!r} to predict.", "Choose one of the columns as target."
        found.append(Note(kind="unusable_target", severity="warning", message=message, hint=hint))
    return found


_KIND_WORDS = {
    "text": "free text",
    "date": "a date",
    "id": "an identifier",
    "number": "a number",
    "category": "a category",
}


def _warn(kind: str, column: str, message: str, hint: str) -> Note:
    return Note.model_validate(
        {"kind": kind, "severity": "warning", "column": column, "message": message, "hint": hint}
    )
