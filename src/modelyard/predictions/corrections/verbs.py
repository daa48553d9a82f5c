"""What can be done with corrections: say what is right, take it back, list, look up."""

import unicodedata
from collections.abc import Iterable
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite

from modelyard.endpoints.verbs import get_endpoint
from modelyard.kernel.context import Context
from modelyard.kernel.errors import FieldError, Invalid
from modelyard.kernel.ids import new_id
from modelyard.predictions.batches.ownership import find_batch, to_look
from modelyard.predictions.corrections.ownership import find_correction, visible_corrections
from modelyard.predictions.corrections.subjects import Subject, row_of_batch, row_of_call
from modelyard.predictions.corrections.tables import Correction

MAX_NEW_CLASS = 200
_SHOWN_CLASSES = 20


def correct_call(
    ctx: Context, call_id: str, row: int, correct: str | float, *, is_new_class: bool = False
) -> Correction:
    """Say what a row of a call, counted from 0, should have been; what was said of it before is replaced.

    A class that the model does not know is refused unless `is_new_class`; raise NotFound, Invalid or Conflict.
    """
    ctx.require("endpoints:call")
    return _keep(ctx, row_of_call(ctx, call_id, row), correct, is_new_class=is_new_class)


def correct_batch_row(
    ctx: Context, batch_id: str, row: int, correct: str | float, *, is_new_class: bool = False
) -> Correction:
    """Say what a row of a batch, counted from 1, should have been, also one that could not be predicted."""
    ctx.require("endpoints:call")
    ctx.require("endpoints:read")
    return _keep(ctx, row_of_batch(ctx, batch_id, row), correct, is_new_class=is_new_class)


def delete_correction(ctx: Context, correction_id: str) -> None:
    """Take a correction back."""
    ctx.require("endpoints:call")
    ctx.session.delete(find_correction(ctx, correction_id))
    ctx.session.flush()


def list_corrections(
    ctx: Context,
    endpoint_id: str,
    *,
    call_id: str | None = None,
    batch_id: str | None = None,
    row: int | None = None,
    limit: int = 50,
    cursor: str | None = None,
) -> list[Correction]:
    """Return an endpoint's corrections, newest first; `cursor` is the id of the last one already seen."""
    ctx.require("endpoints:read")
    query = visible_corrections(ctx).where(Correction.endpoint_id == get_endpoint(ctx, endpoint_id).id)
    if call_id is not None:
        query = query.where(Correction.call_id == call_id)
    if batch_id is not None:
        query = query.where(Correction.batch_id == batch_id)
    if row is not None:
        query = query.where(Correction.row == row)
    if cursor:
        query = query.where(Correction.id < cursor)
    return list(ctx.session.scalars(query.order_by(Correction.id.desc()).limit(limit)))


def said_of_rows(ctx: Context, batch_id: str, rows: Iterable[int] | None = None) -> dict[int, str | float]:
    """Return what these rows of a batch (all of them when none are named) should have been, by their number."""
    ctx.require(to_look(ctx))
    query = visible_corrections(ctx).where(Correction.batch_id == find_batch(ctx, batch_id).id)
    if rows is not None:
        query = query.where(Correction.row.in_(list(rows)))
    columns = query.with_only_columns(Correction.row, Correction.correct).order_by(Correction.row)
    return {found.row: found.correct for found in ctx.session.execute(columns)}


def _keep(ctx: Context, subject: Subject, correct: str | float, *, is_new_class: bool) -> Correction:
    is_number = subject.classes is None
    right = _right_number(correct) if is_number else _right_class(subject, correct, is_new=is_new_class)
    now, predicted = ctx.clock(), subject.predicted
    is_far = isinstance(right, float) and isinstance(predicted, int | float)
    said: dict[str, Any] = {
        "endpoint_id": subject.endpoint.id,
        "version": subject.version,
        "inputs": subject.inputs,
        "predicted": predicted,
        "correct": right,
        "is_right": None if predicted is None else predicted == right,
        "error": abs(float(predicted or 0) - float(right)) if is_far else None,
        "actor_name": ctx.actor.name[:200],
        "created_at": now,
    }
    place = Correction.call_id if subject.call_id is not None else Correction.batch_id
    dialect = postgresql if ctx.session.get_bind().dialect.name == "postgresql" else sqlite
    named = {"call_id": subject.call_id, "batch_id": subject.batch_id, "row": subject.row}
    statement = dialect.insert(Correction).values(id=new_id("cr", at=now), **named, **said)
    kept = statement.on_conflict_do_update(index_elements=[place, Correction.row], set_=said).returning(Correction.id)
    correction_id = ctx.session.scalar(kept)
    found = visible_corrections(ctx).where(Correction.id == correction_id)
    return ctx.session.scalars(found.execution_options(populate_existing=True)).one()


def _right_number(correct: str | float) -> float:
    if isinstance(correct, str):
        raise _refused(f"This model predicts numbers; {correct[:60]!r} is a text.", hint="Say the right number.")
    return float(correct)


def _right_class(subject: Subject, correct: str | float, *, is_new: bool) -> str:
    classes = subject.classes or ()
    spelled = [correct] if isinstance(correct, str) else _as_class(correct)
    known = next((text for text in spelled if text in classes), None)
    if known is not None:
        return known
    name = spelled[0].strip()
    if not is_new:
        shown = ", ".join(map(repr, classes[:_SHOWN_CLASSES]))
        more = " …" if len(classes) > _SHOWN_CLASSES else ""
        hint = f"Choose one of: {shown}{more}. Say `is_new_class` when it is one that the model does not know yet."
        raise _refused(f"The model knows no class {name[:60]!r}.", hint=hint)
    if not name or len(name) > MAX_NEW_CLASS or any(unicodedata.category(sign) in ("Cc", "Cs") for sign in name):
        hint = f"Write 1 to {MAX_NEW_CLASS} characters in one line."
        raise _refused("This cannot be the name of a class.", hint=hint)
    return name


def _as_class(number: float) -> list[str]:
    """Return how a class may be called that was sent as a number: 5 stars are "5", or "5.0"."""
    return [str(int(number)), str(number)] if number.is_integer() else [str(number)]


def _refused(message: str, *, hint: str) -> Invalid:
    return Invalid(message, hint=hint, fields=[FieldError(("correct",), message)])
