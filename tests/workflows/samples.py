"""Sample tables, split, for tests that compare with other libraries on real data."""

import gzip
import json
from functools import cache
from importlib.resources import files

import polars as pl

from modelyard.data.columns import SplitMethod, Splitting
from modelyard.data.frames import Table
from modelyard.workflows.nodes.split import Split
from tests.workflows.tables import schema_of

_FOLDER = files("modelyard.data.samples")


@cache
def sample(key: str, method: SplitMethod = "random", column: str | None = None) -> Table:
    """Return the first rows of a sample with its target, split by the split node."""
    stated = next(item for item in json.loads((_FOLDER / "catalogue.json").read_text()) if item["key"] == key)
    text = gzip.decompress((_FOLDER / stated["file"]).read_bytes())
    frame = pl.read_csv(text, null_values=["", "NA"], infer_schema_length=None).head(1500)
    schema = schema_of(frame, target=stated["target"], task=stated["task"])
    split = Split(method=method, seed=1, **{f"{method}_column": column} if column else {})
    after = split.apply(Table(frame, schema), {})
    splitting = Splitting(method=method, column=column, seed=1)
    return Table(after.frame, after.schema.model_copy(update={"splitting": splitting}), after.split)
