"""The whole way from raw columns to a prediction: preparing nodes with what they learned, then the fitted engine."""

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from modelyard.data.columns import Schema
from modelyard.data.frames import Table
from modelyard.kernel.errors import Refused
from modelyard.kernel.kinds import family
from modelyard.kernel.memory import refuse_too_large
from modelyard.models.archive import pack, unpack
from modelyard.models.engine import Engine, Fitted, Prediction
from modelyard.models.inputs import frame_of_rows, frame_of_table
from modelyard.models.libraries import load_learning
from modelyard.models.signature import PreparingStep, Signature, apply_steps, describe, input_schema

if TYPE_CHECKING:
    import polars as pl

TOO_LARGE = "Raise MODELYARD_MODEL_MEMORY_BYTES, choose int8, take a smaller checkpoint, or a machine with more memory."
FORMAT = 1
"""Raise it when older files can no longer be read, and say so when loading."""


@dataclass(frozen=True)
class Answer:
    """Predictions for the rows given, in their order, and sentences worth knowing."""

    prediction: Prediction
    warnings: list[str]


@dataclass(frozen=True)
class Chain:
    """A model: `nodes` are documents of preparing nodes with what they learned, `schema` the raw columns."""

    nodes: tuple[tuple[dict[str, Any], dict[str, Any]], ...]
    engine: Engine
    fitted: Fitted
    signature: Signature
    schema: Schema

    @cached_property
    def steps(self) -> tuple[PreparingStep, ...]:
        """The nodes as kinds."""
        return tuple((family("node").parse(document), learned) for document, learned in self.nodes)

    def predict(self, rows: "pl.DataFrame | Sequence[Mapping[str, Any]]", *, first_row: int = 0) -> Answer:
        """Predict raw rows; raise Invalid with paths ["inputs", i, column] for what cannot be taken.

        JSON rows must have exactly the signature's columns; a frame may have others, which are left out.
        """
        if isinstance(rows, Sequence):
            frame, warnings = frame_of_rows(rows, self.signature, self.schema)
        else:
            frame, warnings = frame_of_table(rows, self.signature, self.schema, first_row=first_row)
        prediction = self._predicted(Table(frame, self.schema))
        return Answer(prediction, [*warnings, *prediction.notes])

    @cached_property
    def is_sparse(self) -> bool:
        """Whether the engine reads nothing but the terms of texts, and can take them without the many zeros."""
        if not self.steps or not self.engine.takes_sparse:
            return False
        node, learned = self.steps[-1]
        made = list(node.term_columns(learned).values())
        return len(made) == 1 and tuple(made[0]) == self.fitted.features

    def _predicted(self, table: Table) -> Prediction:
        if self.is_sparse and table.frame.height:
            *before, (node, learned) = self.steps
            if (matrix := node.sparse(apply_steps(before, table), learned)) is not None:
                return self.engine.predict_matrix(self.fitted, matrix)
        return self.engine.predict(self.fitted, apply_steps(self.steps, table).frame)


def build_chain(
    nodes: Sequence[tuple[dict[str, Any], dict[str, Any]]], engine: Engine, fitted: Fitted, raw: Table
) -> Chain:
    """Return the chain of preparing nodes and engine; `raw` holds the training rows as they left the dataset."""
    steps = [(family("node").parse(document), learned) for document, learned in nodes]
    signature = describe(steps, engine, fitted, raw)
    return Chain(tuple(nodes), engine, fitted, signature, input_schema(raw.schema))


def replay(chain: Chain, frame: "pl.DataFrame") -> "pl.DataFrame":
    """Return raw rows, with all columns of the dataset, as the engine takes them."""
    prepared = apply_steps(chain.steps, Table(frame.select(chain.schema.names), chain.schema))
    return prepared.frame.select(chain.fitted.features)


def save(chain: Chain, path: Path) -> None:
    """Write the chain as one file."""
    document = {
        "format": FORMAT,
        "nodes": [{"node": node, "learned": learned} for node, learned in chain.nodes],
        "engine": chain.engine.model_dump(mode="json"),
        "signature": chain.signature.model_dump(mode="json"),
        "schema": chain.schema.model_dump(mode="json"),
    }
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        chain.engine.save(chain.fitted, Path(folder))
        pack(path, document, Path(folder))


def load(path: Path, *, is_ours: bool = False, memory_bytes: int | None = None) -> Chain:
    """Read what `save` wrote. Check its hash beforehand (`artifacts.fetch` does).

    Nothing in the file is executed, but for engines whose own format is pickle: these are refused unless the file is
    ours, that is, came from this yard's store under the hash that the registry has of it. A model whose engine can
    tell that it takes more than `memory_bytes`, or than the machine has left, is refused before it is loaded.
    """
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        document = unpack(path, Path(folder))
        if document.get("format") != FORMAT:
            raise Refused(
                f"The model is in format {document.get('format')!r}; this version reads format {FORMAT}.",
                hint="Run its workflow again.",
            )
        engine: Engine = family("engine").parse(document["engine"])
        if document["nodes"] or engine.predicts_with is None:
            load_learning()
        if engine.is_pickled and not is_ours:
            raise Refused(
                f"A model of {engine.title} runs code when it is read, so only those made in this yard are.",
                hint="Train it here, or take another engine.",
            )
        if (needed := engine.loaded_bytes(Path(folder))) is not None:
            refuse_too_large(needed, memory_bytes, what="This model", hint=TOO_LARGE)
        return Chain(
            nodes=tuple((item["node"], item["learned"]) for item in document["nodes"]),
            engine=engine,
            fitted=engine.load(Path(folder)),
            signature=Signature.model_validate(document["signature"]),
            schema=Schema.model_validate(document["schema"]),
        )
