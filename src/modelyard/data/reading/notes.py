"""What reading a file noted and a user should know: documents that become warnings of the dataset."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

WarningKind = Literal[
    "ambiguous_dates",
    "constant",
    "duplicate_rows",
    "encoding",
    "few_rows_per_class",
    "high_cardinality",
    "id_like",
    "ignored_sheets",
    "inexact_numbers",
    "infinite_values",
    "many_missing",
    "missing_words",
    "mixed_types",
    "near_perfect_predictor",
    "nested_values",
    "no_header",
    "renamed_columns",
    "target_missing",
    "unusable_target",
    "wrong_extension",
]


class Note(BaseModel):
    """One thing worth knowing: what it is, on which column, in a sentence, and what to do about it."""

    model_config = ConfigDict(frozen=True)

    kind: WarningKind
    message: str
    severity: Literal["warning", "info"] = "info"
    column: str | None = None
    hint: str | None = None
