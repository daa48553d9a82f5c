"""The node that multiplies numbers with each other."""

from itertools import combinations, combinations_with_replacement
from math import comb
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from modelyard.data.columns import Column, Schema
from modelyard.data.frames import Table
from modelyard.kernel.kinds import Parameter
from modelyard.workflows.node import Node, NodeProblem
from modelyard.workflows.nodes._columns import chosen, column_problems, rebuilt, taken_names
from modelyard.workflows.nodes._new_columns import (
    NUMBER,
    nothing_chosen,
    number_column,
    number_matrix,
    ordered_code,
    series_of,
    too_many,
)

if TYPE_CHECKING:
    from modelyard.workflows.nodes._new_columns import Matrix

Term = tuple[int, ...]


class PolynomialFeatures(Node):
    """Add products of numbers: squares, cubes and interactions, so that linear engines can follow curves.

    With degree 2, every pair of the chosen columns is multiplied, each with itself too; with degree 3, every triple
    as well. `interactions_only` leaves out what is multiplied with itself. The products are those of scikit-learn's
    PolynomialFeatures, in its order, named `a * b` and `a^2 * b`; the columns themselves stay. A product with a missing
    value, or one that is too large for a number, is missing. Scale the columns first: cubes of large numbers are
    huge.

    How many columns come out grows fast: ten columns give 55 products of degree 2 and 275 of degree 3. Nothing is
    learned, so the node may stand before or after the split.
    """

    title: ClassVar[str] = "Polynomial features"
    group: ClassVar[str] = "features"
    icon: ClassVar[str] = "wand-2"
    telling: ClassVar[tuple[str, ...]] = ("degree", "interactions_only", "columns")

    kind: Literal["polynomial_features"] = "polynomial_features"
    columns: tuple[str, ...] | None = Parameter(
        None, description="The columns to multiply; empty means every number.", widget="columns"
    )
    degree: int = Parameter(2, description="Most factors in a product.", ge=2, le=3)
    interactions_only: bool = Parameter(False, description="Multiply different columns only.")

    def problems(self, schema: Schema) -> list[NodeProblem]:
        """Chosen columns must be there and be numbers; the products must be few enough and have free names."""
        found = column_problems(schema, self.columns, NUMBER) or nothing_chosen(schema, self.columns, NUMBER)
        if found:
            return found
        names = [column.name for column in chosen(schema, self.columns, NUMBER)]
        if too := too_many(self._n_terms(len(names)), "columns"):
            return too
        return taken_names(schema, [_name(term, names) for term in self._terms(len(names))])

    def _n_terms(self, n: int) -> int:
        degrees = range(2, self.degree + 1)
        return sum(comb(n, d) if self.interactions_only else comb(n + d - 1, d) for d in degrees)

    def _terms(self, n: int) -> list[Term]:
        choose = combinations if self.interactions_only else combinations_with_replacement
        return [term for degree in range(2, self.degree + 1) for term in choose(range(n), degree)]

    def schema_after(self, schema: Schema) -> Schema:
        """Return the schema with the products at the end."""
        return self._after(schema, list(chosen(schema, self.columns, NUMBER)))

    def _after(self, schema: Schema, sources: list[Column]) -> Schema:
        names = [column.name for column in sources]
        return rebuilt(schema, {}, [number_column(_name(t, names), None) for t in self._terms(len(names))])

    def learn(self, table: Table) -> dict[str, Any]:
        """Return the names of the columns; no value is looked at."""
        return {"columns": [column.name for column in chosen(table.schema, self.columns, NUMBER)]}

    def apply(self, table: Table, learned: dict[str, Any]) -> Table:
        """Return the table with the products at the end."""
        import numpy as np

        names: list[str] = learned["columns"]
        terms = self._terms(len(names))
        values = number_matrix(table.frame, names)
        products = np.empty((table.n_rows, len(terms)))
        with np.errstate(over="ignore"):
            for place, term in enumerate(terms):
                products[:, place] = _product(values, term)
        made = series_of(products, [_name(term, names) for term in terms])
        known = {column.name: column for column in table.schema.columns}
        after = self._after(table.schema, [known[name] for name in names])
        return Table(table.frame.with_columns(made), after, table.split)

    def code(self) -> str:
        """Use PolynomialFeatures; missing values are put back where they were."""
        options = f"degree={self.degree}, interaction_only={self.interactions_only}, include_bias=False"
        return f"""columns = {ordered_code(self.columns, NUMBER)}
if columns:
    values = numbers(frame, columns)
    polynomial = PolynomialFeatures({options}).fit(np.zeros((1, len(columns))))
    products = polynomial.transform(np.nan_to_num(values))[:, len(columns):]
    powers = polynomial.powers_[len(columns):]
    products[(np.isnan(values) @ powers.T > 0) | ~np.isfinite(products)] = np.nan
    names = [
        " * ".join(f"{{c}}^{{p}}" if p > 1 else c for c, p in zip(columns, row) if p) for row in powers
    ]
    frame = frame.with_columns(pl.DataFrame(products, schema=names, nan_to_null=True))
    kinds |= dict.fromkeys(names, "number")"""


def _product(values: "Matrix", term: Term) -> "Matrix":
    product = values[:, term[0]].copy()
    for place in term[1:]:
        product *= values[:, place]
    return product


def _name(term: Term, names: list[str]) -> str:
    counted = {place: term.count(place) for place in term}
    return " * ".join(f"{names[place]}^{n}" if n > 1 else names[place] for place, n in counted.items())
