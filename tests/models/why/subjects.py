"""Models of mixed rows and of the sample's reviews, to be explained."""

import json
from functools import cache
from typing import Any

import polars as pl

from modelyard.data.catalogue import find_sample
from modelyard.data.columns import Task
from modelyard.data.frames import Table
from modelyard.kernel.kinds import family
from modelyard.models.chain import Chain, build_chain
from modelyard.models.engine import Engine, FitOptions
from modelyard.models.profile import training_profile
from tests.workflows.tables import table_of

Document = dict[str, Any]
PREPARED: list[Document] = [
    {"kind": "date_features"},
    {"kind": "fill_missing"},
    {"kind": "encode_categories"},
    {"kind": "scale"},
]
WORDS: Document = {"kind": "tfidf", "reduce_to": None, "max_terms": 400, "longest": 2}


@cache
def reviews() -> pl.DataFrame:
    """Return the reviews with stars as they are, and whether there are four or more."""
    sample = find_sample("vietnamese_reviews")
    assert sample is not None
    frame = pl.read_csv(sample.path, try_parse_dates=True).sample(500, seed=3)
    return frame.with_columns(is_good=pl.when(pl.col("stars") >= 4).then(pl.lit("good")).otherwise(pl.lit("bad")))


def trained(
    frame: pl.DataFrame, target: str, task: Task, engine: Document, nodes: list[Document]
) -> tuple[Chain, Document]:
    """Return the chain and its training profile."""
    raw = table_of(frame, target=target, task=task, review="text")
    prepared, steps = raw, []
    for document in nodes:
        node = family("node").parse(document)
        learned = json.loads(json.dumps(node.learn(prepared)))
        prepared = node.apply(prepared, learned)
        steps.append((node.model_dump(mode="json"), learned))
    fitted_by: Engine = family("engine").parse(engine)
    chain = build_chain(steps, fitted_by, fitted_by.fit(prepared, FitOptions()), raw)
    return chain, training_profile(raw)


def inputs(chain: Chain, frame: pl.DataFrame, n_rows: int = 5) -> pl.DataFrame:
    """Return the first raw rows with the columns that the chain takes."""
    return Table(frame.select(chain.schema.names), chain.schema).frame.head(n_rows)
