"""The node that puts many numbers into few."""

from typing import TYPE_CHECKING, Any, ClassVar, Literal

from modelyard.data.columns import Column, Schema
from modelyard.data.frames import Table
from modelyard.kernel.kinds import Parameter
from modelyard.workflows.node import Node, NodeProblem
from modelyard.workflows.nodes._arrays import MAX_LEARNED_NUMBERS, packed, unpacked
from modelyard.workflows.nodes._columns import chosen, column_problems, rebuilt, taken_names
from modelyard.workflows.nodes._components import principal_components, projected
from modelyard.workflows.nodes._new_columns import (
    NUMBER,
    nothing_chosen,
    number_column,
    number_matrix,
    ordered_code,
    series_of,
)

if TYPE_CHECKING:
    from modelyard.workflows.nodes._new_columns import Matrix

MAX_COMPONENTS = 300
LARGEST = 1e100
"""Larger values count as this while components are learned: their squares would be no numbers."""


class Pca(Node):
    """Put many numbers that vary together into few that do not: principal components.

    The first component is the direction in which the training rows vary most, the second the one at a right angle to it
    with the most of what is left, and so on; each becomes a column `pca_1`, `pca_2` … in place of the columns. Means,
    deviations and directions are learned from the training rows only, and are those of scikit-learn's StandardScaler
    and PCA. With `standardise`, every column counts the same whatever its unit. A missing or infinite value counts as
    the column's mean.

    Ask for a number of components, or for the part of the variance that they explain together: how many that takes is
    known after a run, and before it as many stand in the form as there can be. A component that the training rows are
    too few for is 0.
    """

    title: ClassVar[str] = "Components (PCA)"
    group: ClassVar[str] = "features"
    icon: ClassVar[str] = "layers"
    learns: ClassVar[bool] = True
    telling: ClassVar[tuple[str, ...]] = ("choose_by", "n_components", "columns")

    kind: Literal["pca"] = "pca"
    columns: tuple[str, ...] | None = Parameter(
        None, description="The columns to condense; empty means every number.", widget="columns"
    )
    choose_by: Literal["number", "variance"] = Parameter(
        "number", description="How many components: so many, or as many as explain part of the variance."
    )
    n_components: int = Parameter(
        2, description="How many components.", ge=1, le=MAX_COMPONENTS, when={"choose_by": ("number",)}
    )
    explained_variance: float = Parameter(
        0.95, description="Part of the variance to explain.", gt=0, lt=1, when={"choose_by": ("variance",)}
    )
    standardise: bool = Parameter(True, description="Divide each column by its deviation first.")
    keep: bool = Parameter(False, description="Keep the columns themselves too.", advanced=True)
    prefix: str = Parameter(
        "pca", description="Beginning of the new columns' names.", min_length=1, max_length=50, advanced=True
    )

    def problems(self, schema: Schema) -> list[NodeProblem]:
        """Chosen columns must be numbers, and more than the components; new names must be free."""
        found = column_problems(schema, self.columns, NUMBER) or nothing_chosen(schema, self.columns, NUMBER)
        sources = chosen(schema, self.columns, NUMBER)
        if found or not sources:
            return found
        if self.choose_by == "number" and self.n_components > len(sources):
            message = f"{len(sources)} columns have at most {len(sources)} components; take fewer."
            found.append(NodeProblem(message, "n_components"))
        if (n := self._most(len(sources)) * len(sources)) > MAX_LEARNED_NUMBERS:
            message = f"This is {n:,} numbers to learn; at most {MAX_LEARNED_NUMBERS:,} are. Choose fewer columns."
            found.append(NodeProblem(message, "columns"))
        besides = () if self.keep else [column.name for column in sources]
        return found + taken_names(schema, self._names(self._most(len(sources))), besides=besides)

    def _most(self, n_columns: int) -> int:
        return min(self.n_components if self.choose_by == "number" else MAX_COMPONENTS, n_columns)

    def _names(self, n: int) -> list[str]:
        return [f"{self.prefix}_{place}" for place in range(1, n + 1)]

    def schema_after(self, schema: Schema) -> Schema:
        """Return the schema with the components at the end; by variance, as many as there can be."""
        sources = chosen(schema, self.columns, NUMBER)
        return self._after(schema, sources, self._most(len(sources)))

    def _after(self, schema: Schema, sources: tuple[Column, ...], n: int) -> Schema:
        gone = {} if self.keep else {column.name: () for column in sources}
        return rebuilt(schema, gone, [number_column(name) for name in self._names(n)])

    def learn(self, table: Table) -> dict[str, Any]:
        """Return the columns with their means and deviations, and the directions."""
        import numpy as np
        from sklearn.preprocessing import StandardScaler

        names = [column.name for column in chosen(table.schema, self.columns, NUMBER)]
        values = number_matrix(table.frame, names)
        n_present = (~np.isnan(values)).sum(axis=0)
        mean = np.clip(np.nansum(values / np.maximum(n_present, 1), axis=0), -LARGEST, LARGEST)
        filled = np.clip(np.where(np.isnan(values), mean, values), -LARGEST, LARGEST)
        scale = np.ones(len(names))
        if self.standardise and filled.size:
            scaler = StandardScaler().fit(filled)
            mean, scale = scaler.mean_, scaler.scale_
        wanted = self._most(len(names)) if self.choose_by == "number" else self.explained_variance
        centre, components = principal_components((filled - mean) / scale, wanted)
        n = self._most(len(names)) if self.choose_by == "number" else min(len(components), MAX_COMPONENTS)
        facts = {"mean": mean, "scale": scale, "centre": centre, "components": components[:n]}
        return {"columns": names, "n": n, **{name: packed(array) for name, array in facts.items()}}

    def apply(self, table: Table, learned: dict[str, Any]) -> Table:
        """Return the table with the components at the end, and without the columns unless they are kept."""
        names: list[str] = learned["columns"]
        sources = tuple(column for column in table.schema.columns if column.name in set(names))
        made = series_of(self._components(table, learned), self._names(learned["n"]))
        frame = table.frame if self.keep else table.frame.drop(names)
        return Table(frame.with_columns(made), self._after(table.schema, sources, learned["n"]), table.split)

    def _components(self, table: Table, learned: dict[str, Any]) -> "Matrix":
        import numpy as np

        mean, scale, centre, components = (unpacked(learned[n]) for n in ("mean", "scale", "centre", "components"))
        values = number_matrix(table.frame, learned["columns"])
        filled = np.clip(np.where(np.isnan(values), mean, values), -LARGEST, LARGEST)
        standard = (filled - mean) / scale
        return projected(standard, centre, components, learned["n"])

    def code(self) -> str:
        """Use SimpleImputer, StandardScaler and PCA."""
        lines = [
            f"columns = {ordered_code(self.columns, NUMBER)}",
            "if columns:",
            "    imputer = SimpleImputer(keep_empty_features=True).fit(numbers(train, columns))",
            "    learned, values = (imputer.transform(numbers(rows, columns)) for rows in (train, frame))",
        ]
        if self.standardise:
            lines.append("    scaler = StandardScaler().fit(learned)")
            lines.append("    learned, values = scaler.transform(learned), scaler.transform(values)")
        wanted = (
            f"min({self.n_components}, *learned.shape)" if self.choose_by == "number" else repr(self.explained_variance)
        )
        keep = "" if self.keep else ".drop(columns)"
        return "\n".join(
            [
                *lines,
                f"    components = PCA({wanted}, random_state=0).fit(learned).transform(values)",
                f"    names = [{self.prefix!r} + f'_{{place}}' for place in range(1, components.shape[1] + 1)]",
                f"    frame = frame{keep}.with_columns(pl.DataFrame(components, schema=names))",
                "    kinds |= dict.fromkeys(names, 'number')",
            ]
        )
