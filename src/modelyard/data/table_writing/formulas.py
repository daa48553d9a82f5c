"""Text that a spreadsheet would take for a formula, made harmless."""

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

_STARTS = r"^[=+\-@\t\r\n＝＋－＠]"
"""First characters that Excel, LibreOffice or Google Sheets read as the beginning of a formula (OWASP, CSV injection),
with their full-width forms, which East Asian versions of Excel take for the same."""
_PLAIN_NUMBER = r"^[+-]?[0-9]+([.,][0-9]+)?$"
"""A signed number computes nothing, and classes are often named -1 and +1."""


def neutralised(frame: "pl.DataFrame") -> "pl.DataFrame":
    """Return the frame with an apostrophe before each text (cell or column name) that begins like a formula."""
    import polars as pl

    texts = [name for name, dtype in frame.schema.items() if dtype == pl.String]
    if texts:
        frame = frame.with_columns(_harmless(pl.col(name)) for name in texts)
    return frame.rename(dict(zip(frame.columns, neutralised_names(frame.columns), strict=True)))


def neutralised_names(names: list[str]) -> list[str]:
    """Return column names with an apostrophe where one begins like a formula; they stay different names."""
    import polars as pl

    found = pl.DataFrame({"name": pl.Series(names, dtype=pl.String)}).select(_harmless(pl.col("name"))).to_series()
    taken = set(names)
    result = []
    for name, new in zip(names, found, strict=True):
        while new != name and new in taken:
            new = f"'{new}"
        taken.add(new)
        result.append(new)
    return result


def harmless(text: str) -> str:
    """Return one text, with an apostrophe before it when it begins like a formula."""
    is_formula = re.search(_STARTS, text) and not re.search(_PLAIN_NUMBER, text)
    return f"'{text}" if is_formula else text


def _harmless(column: "pl.Expr") -> "pl.Expr":
    import polars as pl

    is_formula = column.str.contains(_STARTS) & ~column.str.contains(_PLAIN_NUMBER)
    return pl.when(is_formula).then(pl.concat_str(pl.lit("'"), column)).otherwise(column).name.keep()
