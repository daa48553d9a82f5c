"""A file of rows with the predictions beside them."""

from pathlib import Path
from typing import TYPE_CHECKING

from modelyard.kernel.errors import Invalid, TooLarge
from modelyard.models.chain import Chain

if TYPE_CHECKING:
    import polars as pl

MAX_BYTES = 20 * 1024**2
MAX_ROWS = 100_000
ENDINGS = (".csv", ".tsv")


def predicted_file(chain: Chain, path: Path) -> Path:
    """Write a CSV file beside the given one: its rows, the prediction, the probability of each class; return its path.

    Empty cells are missing values. Raises Invalid for what is no such file or has other columns, TooLarge for too much.
    """
    import polars as pl

    rows = _rows(path)
    answer = chain.predict(rows)
    prediction = answer.prediction
    made = [pl.Series(_free("prediction", rows.columns), prediction.values.tolist())]
    if prediction.probabilities is not None and prediction.classes is not None:
        made += [
            pl.Series(_free(f"probability_{name}", rows.columns), column)
            for name, column in zip(prediction.classes, prediction.probabilities.T.tolist(), strict=True)
        ]
    target = path.with_name(f"{path.stem}-predictions.csv")
    rows.with_columns(made).write_csv(target)
    return target


def _rows(path: Path) -> "pl.DataFrame":
    import polars as pl

    if path.suffix.lower() not in ENDINGS:
        raise Invalid(f"{path.name} is no file of rows.", hint="Give a CSV or TSV file with a header.")
    if path.stat().st_size > MAX_BYTES:
        raise TooLarge(f"The file has more than {MAX_BYTES // 1024**2} MB.", hint="Give it in parts.")
    separator = "\t" if path.suffix.lower() == ".tsv" else ","
    try:
        rows = pl.read_csv(path, separator=separator, infer_schema=False)
    except pl.exceptions.PolarsError as error:
        told = str(error).splitlines()[0]
        raise Invalid(f"{path.name} cannot be read as a table: {told}", hint="Save it as CSV in UTF-8.") from error
    if not rows.height:
        raise Invalid(f"{path.name} has no rows.", hint="The first line names the columns, the others are rows.")
    if rows.height > MAX_ROWS:
        raise TooLarge(f"The file has {rows.height:,} rows; {MAX_ROWS:,} are taken at once.", hint="Give it in parts.")
    return rows


def _free(name: str, taken: list[str]) -> str:
    """Return a column's name that the file does not have yet."""
    while name in taken:
        name += "_"
    return name
