"""Whether a collection got worse: figures that fell for sure between two measurements and have not risen since."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from pydantic import BaseModel
from sqlalchemy import func, select

from modelyard.chat.ownership import visible_collections
from modelyard.chat.quality.figures import FigureChange
from modelyard.chat.quality.scores import ScoreName
from modelyard.chat.tables import Collection, QualityRun
from modelyard.kernel.context import Context

WATCHED: tuple[ScoreName, ...] = (
    "hit_at_5",
    "answered",
    "abstention_recall",
    "cited_truth",
    "quotes_verified",
    "faithfulness",
    "answer_f1",
    "judged",
)
"""Shares of which more is better, one for each thing that can go wrong: the others move with them."""
LOOKED_BACK = 10
"""Measurements: a fall that is older is how the collection is."""


class FigureFell(BaseModel):
    """A figure that is lower than in the measurement before; the 95 % interval of the difference leaves 0 out."""

    figure: str
    difference: float
    low: float
    high: float
    n: int
    """Test questions that both measurements scored."""
    quality_id: str
    """The measurement that showed it."""
    collection_version: int
    at: datetime


def fallen(measurements: Sequence[QualityRun]) -> list[FigureFell]:
    """Return which figures fell in these measurements, the newest first, and have not risen again for sure."""
    standing: dict[str, FigureFell] = {}
    for row in reversed(measurements):
        known = row.scores.get("changes", {})  # as Scores has them; the rest is not read: lists show many collections
        for name, change in ((name, FigureChange.model_validate(known[name])) for name in WATCHED if name in known):
            if not change.is_sure or change.difference is None:
                continue
            standing.pop(name, None)
            if change.difference < 0:
                standing[name] = _fell(name, change, row)
    return list(standing.values())


def fallen_by_collection(ctx: Context, collections: Sequence[Collection]) -> dict[str, list[FigureFell]]:
    """Return by id what fell in the latest measurements of those collections where something did."""
    ctx.require("collections:read")
    mine = visible_collections(ctx).where(Collection.id.in_([each.id for each in collections]))
    newest = func.row_number().over(partition_by=QualityRun.collection_id, order_by=QualityRun.id.desc())
    turns = select(QualityRun.id, newest.label("turn")).where(
        QualityRun.collection_id.in_(mine.with_only_columns(Collection.id))
    )
    latest = turns.subquery()
    rows = select(QualityRun).join(latest, latest.c.id == QualityRun.id).where(latest.c.turn <= LOOKED_BACK)
    by_collection: dict[str, list[QualityRun]] = defaultdict(list)
    for row in ctx.session.scalars(rows.order_by(QualityRun.id.desc())):
        by_collection[row.collection_id].append(row)
    found = {collection_id: fallen(measurements) for collection_id, measurements in by_collection.items()}
    return {collection_id: fell for collection_id, fell in found.items() if fell}


def _fell(name: str, change: FigureChange, row: QualityRun) -> FigureFell:
    return FigureFell(
        figure=name,
        difference=change.difference or 0.0,
        low=change.low or 0.0,
        high=change.high or 0.0,
        n=change.n,
        quality_id=row.id,
        collection_version=row.collection_version,
        at=row.created_at,
    )
