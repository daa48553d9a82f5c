"""AutoML as one function: a table and a budget in, the best model that was found out."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from modelyard.data.frames import Table
from modelyard.kernel.kinds import family
from modelyard.models.automl.candidate import Candidate
from modelyard.models.automl.finish import Settled, choose, settle, told
from modelyard.models.automl.options import Host, Options
from modelyard.models.automl.pool import ranked
from modelyard.models.automl.portfolio import portfolio
from modelyard.models.automl.race import Race
from modelyard.models.automl.task import Task, task_of
from modelyard.models.engine import Engine, FitOptions, Fitted
from modelyard.models.engines.ensemble import assemble
from modelyard.models.members import Learned, fit_part

LAST_RESORT_ROWS = 20_000


@dataclass(frozen=True)
class Winner:
    """The best model: an ensemble, or one engine behind the nodes that prepare its rows."""

    nodes: tuple[Learned, ...]
    engine: Engine
    fitted: Fitted
    trials: Sequence[dict[str, Any]]
    notes: tuple[str, ...]


def search(prepared: Table, raw: Table, options: Options, host: Host, folder: Path) -> Winner:
    """Return the best model for the training rows within the budget; `folder` is an empty one for files.

    `prepared` and `raw` hold the same training rows, as they reach the engine and as they left the dataset.
    """
    task = task_of(prepared, raw, folder, n_folds=options.n_folds, seed=options.seed)
    race = Race(task, options, host)
    race.explore()
    choice = choose(race)
    rows = [race.pool.row(entry) for entry in race.pool.entries.values()]
    if choice is None:
        return _last_resort(race, rows)
    rows.append(told(race, choice))
    host.trial(rows[-1])
    members = settle(race, choice)
    notes = (_note(race, len(choice.folds)), *task.notes)
    return _winner(task, members, ranked(rows), notes)


def _winner(task: Task, members: Sequence[Settled], rows: Sequence[dict[str, Any]], notes: tuple[str, ...]) -> Winner:
    only = members[0]
    if len(members) == 1 and len(only.parts) == 1 and only.parts[0].fitted.classes == task.classes:
        part = only.parts[0]
        return Winner(part.nodes, part.engine, replace(part.fitted, notes=notes), rows, notes)
    parts = [replace(part, weight=member.weight / len(member.parts)) for member in members for part in member.parts]
    engine = family("engine").parse({"kind": "ensemble", "members": [member.document() for member in members]})
    return Winner((), engine, assemble(parts, task.rows, task.classes, notes=notes), rows, notes)


def _note(race: Race, n_folds: int) -> str:
    n_tried = sum(bool(entry.folds) for entry in race.pool.entries.values())
    held = f"{n_folds} folds" if n_folds > 1 else "one part held out"
    return f"{n_tried} candidates compared on {held} in {race.clock.spent:.0f} s of {race.clock.seconds:g} s."


def _last_resort(race: Race, rows: list[dict[str, Any]]) -> Winner:
    """Fit the cheapest candidate here and now: the budget was too short for any to finish."""
    task, options = race.task, race.options
    candidate = _cheapest(race)
    engine = family("engine").parse(candidate.engine)
    if engine.steps_field:
        engine = engine.model_copy(update={engine.steps_field: 20})
    some = Table(task.rows.frame.head(LAST_RESORT_ROWS), task.rows.schema)
    part = fit_part(engine, candidate.nodes, some, FitOptions(seed=options.seed, budget_seconds=0.5))
    why = next((row["message"] for row in rows if row["state"] == "failed"), None)
    note = (
        f"No candidate was finished within {options.budget_seconds:g} s: this is {candidate.label} with few trees. "
        + (f"The first failure: {why}" if why else "Give it more time.")
    )
    return Winner(part.nodes, part.engine, part.fitted, ranked(rows), (note, *task.notes))


def _cheapest(race: Race) -> Candidate:
    first = portfolio(
        race.task.rows.schema, race.task.facts, memory_bytes=race.options.memory_bytes, engines=race.options.engines
    )
    return first[0]
