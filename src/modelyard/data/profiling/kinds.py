"""What a column means, from its type and its values."""

import re
from typing import TYPE_CHECKING

from modelyard.data.columns import ColumnKind, Dtype
from modelyard.data.profiling.scan import ColumnCounts

if TYPE_CHECKING:
    import polars as pl

_ID_NAME = re.compile(r"(?i)(^|[_\W])(id|ids|uuid|guid|key|no|nr|index|idx|code|rownum|row_number)$|Id$|ID$|^unnamed.*")
_FEW_DISTINCT = 20
_MANY_ROWS_FOR_ID = 20
_MAX_CATEGORY_FRACTION = 0.5
_WORDS_OF_TEXT = 4.0
_LETTERS_OF_TEXT = 60.0


def dtype_of(column: "pl.Series") -> Dtype:
    """Return the name of the column's type."""
    import polars as pl

    if column.dtype == pl.Boolean:
        return "boolean"
    if column.dtype == pl.String:
        return "string"
    if column.dtype == pl.Date:
        return "date"
    if isinstance(column.dtype, pl.Datetime):
        return "datetime"
    return "integer" if column.dtype.is_integer() else "float"


def kind_of(name: str, dtype: Dtype, counts: ColumnCounts, n_rows: int, sample: "pl.Series") -> ColumnKind:
    """Return what the column means."""
    n_values, n_distinct = n_rows - counts.n_missing, counts.distinct.count()
    if n_distinct <= 1:
        return "constant"
    if dtype in ("date", "datetime"):
        return "date"
    if dtype == "boolean":
        return "category"
    is_unique = n_values >= _MANY_ROWS_FOR_ID and n_distinct >= n_values * (0.98 if counts.distinct.is_full else 1.0)
    if dtype == "integer":
        # 1, 2, 3 … numbers the rows; 20, 21, 22 … may be ages.
        is_counter = counts.minimum in (0.0, 1.0) and counts.maximum == counts.minimum + n_values - 1
        return "id" if is_unique and (is_counter or _ID_NAME.search(name)) else "number"
    return "number" if dtype == "float" else _kind_of_texts(sample, n_values, n_distinct, is_unique=is_unique)


def _kind_of_texts(sample: "pl.Series", n_values: int, n_distinct: int, *, is_unique: bool) -> ColumnKind:
    present = sample.drop_nulls()
    n_words = _number(present.str.count_matches(r"\S+").mean())
    n_letters = _number(present.str.len_chars().mean())
    is_prose = n_words >= _WORDS_OF_TEXT or n_letters > _LETTERS_OF_TEXT
    if is_unique:
        return "text" if is_prose or n_words >= 1.5 else "id"
    if n_distinct <= _FEW_DISTINCT:
        return "category"
    return "text" if is_prose or n_distinct > n_values * _MAX_CATEGORY_FRACTION else "category"


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) else 0.0
