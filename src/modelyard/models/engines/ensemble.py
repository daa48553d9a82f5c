"""The engine that is a weighted mean of other engines, each with the preparation it needs."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from modelyard.data.columns import Schema, Task, polars_type
from modelyard.data.frames import Table
from modelyard.kernel.errors import Invalid
from modelyard.kernel.kinds import Parameter, family
from modelyard.models.engine import Engine, FitOptions, Fitted, Prediction
from modelyard.models.ensemble_code import ensemble_code
from modelyard.models.estimators import from_probabilities, read_facts, write_facts
from modelyard.models.members import Members, Part, fit_part, load_part, ordered_folds, save_part
from modelyard.models.preparation import standard_members, usable
from modelyard.models.target import target_problems, training_target

if TYPE_CHECKING:
    import numpy as np
    import polars as pl

LEAST_EXPLAINED = 0.5
"""Contributions are given when the members that can tell theirs have at least this share of the weight."""

STANDARD_CODE = """raise SystemExit(
    "The ensemble's standard members depend on the rows: run the workflow, and export it afterwards."
)"""


class Member(BaseModel):
    """One member: an engine's document, the documents of the nodes before it, and its weight in the mean."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    engine: dict[str, Any] = Field(description="The engine and its parameters.")
    nodes: tuple[dict[str, Any], ...] = Field((), description="The preparing nodes before it.", max_length=20)
    weight: float = Field(1.0, description="Its share of the mean, before all are made to sum to 1.", gt=0, le=1e6)
    n_folds: int = Field(
        1,
        description="1: fitted once on all rows; more: the mean of fits that each lack one of so many parts.",
        ge=1,
        le=20,
    )
    n_fits: int | None = Field(None, description="How many of the folds are fitted; empty: all.", ge=1, le=20)
    n_steps: tuple[int, ...] = Field(
        (), description="Steps of each fit; empty: the fold's other rows choose them.", max_length=20
    )


class Ensemble(Engine):
    """A weighted mean of several engines, each with its own preparation: what AutoML makes, and usable by itself.

    Takes a table as it is: numbers, categories, dates, text and missing values. Every member brings the nodes it needs
    (filling, encoding, scaling), which learn from the training rows only. Without members of its own it takes three
    that complement each other (LightGBM, random trees, a linear engine) with equal weights. Different engines err on
    different rows, so that the mean is usually better than its best member; it is also larger and slower.

    Class probabilities are averaged, numbers too. The importance of a column is the weighted mean of the members'
    importances, each led back to the columns that the ensemble takes. Contributions are the weighted mean of the raw
    scores' contributions of the members that know them (boosters and linear engines).
    """

    title: ClassVar[str] = "Ensemble"
    group: ClassVar[str] = "train"
    icon: ClassVar[str] = "layers"
    tasks: ClassVar[tuple[Task, ...]] = ("classification", "regression")
    takes_missing: ClassVar[bool] = True
    takes_categories: ClassVar[bool] = True
    takes_budget: ClassVar[bool] = True

    kind: Literal["ensemble"] = "ensemble"
    members: tuple[Member, ...] = Parameter(
        (), description="The members; empty means the standard three.", max_length=50, advanced=True
    )

    @model_validator(mode="after")
    def _members_are_known(self) -> Self:
        for place, member in enumerate(self.members):
            if member.engine.get("kind") == self.kind:
                raise ValueError(f"member {place + 1} is an ensemble itself: name its members instead")
            try:
                family("engine").parse(member.engine)
                for node in member.nodes:
                    family("node").parse(node)
            except Invalid as error:
                raise ValueError(f"member {place + 1}: {error.message}") from error
        return self

    def code(self) -> str:
        """Return the members one after the other; what the standard three are depends on the rows, so they are not."""
        return ensemble_code(self.members) if self.members else STANDARD_CODE

    def problems(self, schema: Schema) -> list[str]:
        """There must be a target, and a column that is neither an identifier nor constant."""
        found = target_problems(schema)
        if not usable(schema).features:
            found.append(f"No features reach {self.title}: every column is an identifier, constant or the target.")
        return found

    def fit(self, table: Table, options: FitOptions) -> Fitted:
        """Fit every member; one that cannot be fitted is left out and noted, unless none is left."""
        target = training_target(table)
        rows = _only(target.table, usable(target.table.schema))
        if not rows.schema.features:
            raise Invalid(f"No features reach {self.title}.", hint="Keep a column that is no identifier.")
        members = self.members or tuple(Member(**document) for document in standard_members(rows.schema))
        parts: list[Part] = []
        notes = list(target.notes)
        for place, member in enumerate(members):
            options.report(place / len(members), f"Member {place + 1} of {len(members)}")
            share = options.budget_seconds / len(members) if options.budget_seconds is not None else None
            try:
                parts += _fitted(member, rows, target.table, replace(options, budget_seconds=share))
            except Invalid as error:
                notes.append(f"{member.engine['kind']} left out: {error.message}")
        if not parts:
            raise Invalid(f"No member could be fitted: {notes[-1]}")
        return assemble(parts, rows, target.classes, notes=tuple(notes))

    def predict(self, fitted: Fitted, features: "pl.DataFrame") -> Prediction:
        """Predict rows whose columns include `fitted.features`."""
        mean = _members(fitted).predict(features)
        return Prediction(mean) if fitted.classes is None else from_probabilities(mean, fitted.classes)

    def importance(self, fitted: Fitted) -> dict[str, float] | None:
        """Return the weighted mean of the members' importances; those without one are left out."""
        total = dict.fromkeys(fitted.features, 0.0)
        for part, made_of in _members(fitted).sources(_empty(fitted)):
            for name, value in (part.engine.importance(part.fitted) or {}).items():
                for source, share in _shares(name, made_of[name]).items():
                    total[source] += part.weight * share * value
        whole = sum(total.values())
        return {name: value / whole for name, value in total.items()} if whole > 0 else None

    def contributions(self, fitted: Fitted, frame: "pl.DataFrame") -> "np.ndarray[Any, Any] | None":
        """Return the weighted mean of the members' contributions to their raw scores, by the ensemble's columns."""
        members = _members(fitted)
        sources = {id(part): made_of for part, made_of in members.sources(frame)}
        total: Any = 0.0
        weight = 0.0
        for part, rows in members.prepared(frame):
            found = part.engine.contributions(part.fitted, rows)
            if found is None or part.fitted.classes != fitted.classes:
                continue
            total = total + part.weight * _led_back(found, part, sources[id(part)], fitted.features)
            weight += part.weight
        if weight < LEAST_EXPLAINED * sum(part.weight for part in members.parts):
            return None
        mean: np.ndarray[Any, Any] = total / weight
        return mean

    def tells_wholly(self, fitted: Fitted, frame: "pl.DataFrame") -> bool:
        """Say whether every member can tell, of the same classes."""
        return all(
            part.fitted.classes == fitted.classes and part.engine.contributions(part.fitted, rows) is not None
            for part, rows in _members(fitted).prepared(frame.head(1))
        )

    def save(self, fitted: Fitted, folder: Path) -> None:
        """Write every member's own files, with the member's number before each name."""
        stated = {key: value for key, value in fitted.state.items() if key not in ("members", "parts")}
        write_facts(replace(fitted, state={**stated, "categories": {}}), folder)
        for place, part in enumerate(fitted.state["parts"]):
            save_part(part, folder, f"m{place}_")

    def load(self, folder: Path) -> Fitted:
        """Read what `save` wrote."""
        facts = read_facts(folder, {})
        files = {path.name: path for path in folder.iterdir()}
        parts = [load_part(files, f"m{place}_") for place in range(facts.state["n_parts"])]
        schema = Schema.model_validate(facts.state["schema"])
        return replace(facts, state={**facts.state, "parts": parts, "members": Members(parts, schema, facts.classes)})


def assemble(parts: list[Part], rows: Table, classes: tuple[str, ...] | None, *, notes: tuple[str, ...] = ()) -> Fitted:
    """Return fitted parts as a fitted ensemble; `rows` are the training rows with the columns that members take."""
    total = sum(part.weight for part in parts)
    parts = [replace(part, weight=part.weight / total) for part in parts]
    schema = rows.schema.without([rows.schema.target or ""]).model_copy(
        update={"has_split": False, "splitting": None, "task": rows.schema.task}
    )
    state = {
        "parts": parts,
        "members": Members(parts, schema, classes),
        "n_parts": len(parts),
        "schema": schema.model_dump(mode="json"),
    }
    task: Task = "regression" if classes is None else "classification"
    said = tuple(dict.fromkeys((*notes, *(note for part in parts for note in part.fitted.notes))))
    return Fitted(task, schema.names, classes, state, rows.n_rows, said)


def _fitted(member: Member, rows: Table, source: Table, options: FitOptions) -> Iterator[Part]:
    engine: Engine = family("engine").parse(member.engine)
    if member.n_folds == 1:
        yield replace(fit_part(engine, member.nodes, rows, options), weight=member.weight)
        return
    found = ordered_folds(source, source, n_folds=member.n_folds, seed=options.seed)[: member.n_fits]
    for place, fold in enumerate(found):
        validation: Table | None = taken(rows, fold.valid)
        if place < len(member.n_steps) and engine.steps_field:
            engine = engine.model_copy(update={engine.steps_field: member.n_steps[place]})
            validation = None
        part = fit_part(engine, member.nodes, taken(rows, fold.train), options, validation=validation)
        yield replace(part, weight=member.weight / len(found))


def taken(rows: Table, places: "np.ndarray[Any, Any]") -> Table:
    """Return the rows at these places."""
    return Table(rows.frame[places], rows.schema)


def _only(table: Table, schema: Schema) -> Table:
    return Table(table.frame.select(schema.names), schema)


def _members(fitted: Fitted) -> Members:
    members: Members = fitted.state["members"]
    return members


def _empty(fitted: Fitted) -> "pl.DataFrame":
    import polars as pl

    schema = _members(fitted).schema
    return pl.DataFrame({column.name: [None] for column in schema.columns}).cast(
        {column.name: polars_type(column.dtype) for column in schema.columns}
    )


def _shares(name: str, sources: set[str]) -> dict[str, float]:
    """Return which columns a prepared column stands for: the one whose name it begins with, else all in equal parts."""
    near = max((source for source in sources if name.startswith(source)), key=len, default=None)
    return {near: 1.0} if near is not None else {source: 1 / len(sources) for source in sources}


def _led_back(
    found: "np.ndarray[Any, Any]", part: Part, made_of: Mapping[str, set[str]], features: tuple[str, ...]
) -> "np.ndarray[Any, Any]":
    """Return contributions of prepared columns, (…, n_prepared + 1), as those of `features`, (…, n_features + 1)."""
    import numpy as np

    shares = np.zeros((len(part.fitted.features) + 1, len(features) + 1))
    shares[-1, -1] = 1.0
    places = {name: place for place, name in enumerate(features)}
    for row, name in enumerate(part.fitted.features):
        for source, share in _shares(name, made_of[name]).items():
            shares[row, places[source]] = share
    return found @ shares
