"""Tables as files: rows, split and schema in one Parquet file."""

import json
from pathlib import Path

from modelyard.data.columns import Schema
from modelyard.data.frames import Table

_METADATA = "modelyard"


def write_table(table: Table, path: Path) -> None:
    """Write the rows, their split and their schema."""
    split_column, frame = None, table.frame
    if table.split is not None:
        split_column = _free_name(frame.columns)
        frame = frame.with_columns(table.split.alias(split_column))
    metadata = {"schema": table.schema.model_dump(mode="json"), "split_column": split_column}
    frame.write_parquet(path, compression="zstd", compression_level=1, metadata={_METADATA: json.dumps(metadata)})


def read_table(path: Path) -> Table:
    """Return the table that `write_table` wrote."""
    import polars as pl

    metadata = json.loads(pl.read_parquet_metadata(path)[_METADATA])
    frame = pl.read_parquet(path)
    split_column = metadata["split_column"]
    split = frame.get_column(split_column).alias("split") if split_column else None
    kept = frame.drop(split_column) if split_column else frame
    return Table(kept, Schema.model_validate(metadata["schema"]), split)


def _free_name(taken: list[str]) -> str:
    name = "split"
    while name in taken:
        name += "_"
    return name
