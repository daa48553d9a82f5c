"""AutoML as one function: a table and a budget in, the best model that was found out."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from modelyard.data.frames import Table
from modelyard.kernel.errors import Invalid
from modelyard.kernel.kinds import family
from modelyard.models.automl.distil import distil
from modelyard.models.automl.finish import Settled, choose, settle, told
from modelyard.models.automl.options import Host, Options
from modelyard.models.automl.pool import ranked
from modelyard.models.automl.race import Race
from modelyard.models.automl.task import Task, task_of
from modelyard.models.engine import Engine, Fitted
from modelyard.models.engines.ensemble import assemble
from modelyard.models.libraries import load_learning
from modelyard.models.members import Part


@dataclass(frozen=True)
class Winner:
    """The best model: an ensemble, or one engine when it needs no preparation and nothing beside it."""

    engine: Engine
    fitted: Fitted
    trials: Sequence[dict[str, Any]]
    notes: tuple[str, ...]


def search(prepared: Table, raw: Table, options: Options, host: Host, folder: Path) -> Winner:
    """Return the best model for the training rows within the budget; `folder` is an empty one for files.

    `prepared` and `raw` hold the same training rows, as they reach the engine and as they left the dataset.
    """
    load_learning()
    task = task_of(prepared, raw, folder, n_folds=options.n_folds, seed=options.seed)
    race = Race(task, options, host)
    first = folder / "first"
    first.mkdir()
    race.begin()
    race.fit_first(first)
    race.explore()
    choice = choose(race)
    entries = race.pool.entries.values()
    rows = [race.pool.prior(), *(race.pool.row(entry) for entry in entries)]
    if choice is None:
        raise _nothing(rows)
    rows.append(told(race, choice))
    host.trial(rows[-1])
    partial = [entry.candidate.id for entry in entries if entry.missing(choice.folds)]
    members = settle(race, choice)
    notes = (_note(race, len(choice.folds)), *task.notes)
    if options.is_distilled:
        student, row = distil(race, choice, members, race.clock.left - race.clock.last_seconds)
        host.trial(row)
        return _distilled(task, student, ranked([*rows, row], last=partial), notes)
    return _winner(task, members, ranked(rows, last=partial), notes)


def _winner(task: Task, members: Sequence[Settled], rows: Sequence[dict[str, Any]], notes: tuple[str, ...]) -> Winner:
    only = members[0]
    if len(members) == 1 and len(only.parts) == 1 and _is_plain(only.parts[0], task):
        part = only.parts[0]
        return Winner(part.engine, replace(part.fitted, notes=notes), rows, notes)
    parts = [replace(part, weight=member.weight / len(member.parts)) for member in members for part in member.parts]
    engine = family("engine").parse({"kind": "ensemble", "members": [member.document() for member in members]})
    return Winner(engine, assemble(parts, task.rows, task.classes, notes=notes), rows, notes)


def _distilled(task: Task, student: Part, rows: Sequence[dict[str, Any]], notes: tuple[str, ...]) -> Winner:
    said = (*notes, "One LightGBM learned what the ensemble predicts, and takes its place.")
    if _is_plain(student, task):
        return Winner(student.engine, replace(student.fitted, notes=said), rows, said)
    document = {"engine": student.engine.model_dump(mode="json"), "nodes": [dict(node) for node, _ in student.nodes]}
    engine = family("engine").parse({"kind": "ensemble", "members": [document]})
    return Winner(engine, assemble([student], task.rows, task.classes, notes=said), rows, said)


def _is_plain(part: Part, task: Task) -> bool:
    """Say whether the engine can stand alone: it takes the rows as they are and knows every class."""
    return not part.nodes and part.fitted.classes == task.classes


def _note(race: Race, n_folds: int) -> str:
    n_tried = sum(bool(entry.folds) for entry in race.pool.entries.values())
    held = f"{n_folds} folds" if n_folds > 1 else "one part held out"
    compared = "1 candidate" if n_tried == 1 else f"{n_tried} candidates"
    return f"{compared} compared on {held} in {race.clock.spent:.0f} s of {race.clock.seconds:g} s."


def _nothing(rows: Sequence[dict[str, Any]]) -> Invalid:
    """Say why there is no model: what the candidates failed of."""
    why = next((str(row["message"]) for row in rows if row["state"] == "failed"), "the time was too short.")
    return Invalid(f"No candidate could be fitted: {why}", hint="Give it more time or memory, or allow other engines.")
