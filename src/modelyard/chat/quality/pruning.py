"""Letting go of sets of test questions that nothing refers to any more, with the datasets that they are too."""

from sqlalchemy import String, cast, func, select

from modelyard.chat.ownership import owned_collection
from modelyard.chat.quality.tables import QuestionSet
from modelyard.chat.tables import QualityRun
from modelyard.data.ownership import visible_datasets
from modelyard.data.tables import Dataset
from modelyard.data.verbs import delete_dataset
from modelyard.kernel.context import Context
from modelyard.kernel.holding import forget_after_commit
from modelyard.runs.tables import FINAL_STATES, Run
from modelyard.runs.verbs import visible_runs

OWN_NAME = "Test questions of "
"""Their datasets are named so; who gave one another name wants it."""


def let_go_of_sets(ctx: Context, collection_id: str) -> int:
    """Remove the sets that no measurement refers to, but for the newest and those being asked; return how many.

    The dataset of a set goes too, unless it was given another name or something but its own intake read it.
    """
    ctx.require("collections:write")
    mine = owned_collection(ctx, collection_id).id
    measured = select(QualityRun.question_set_id).where(
        QualityRun.collection_id == mine, QualityRun.question_set_id.is_not(None)
    )
    newest = select(func.max(QuestionSet.id)).where(QuestionSet.collection_id == mine).scalar_subquery()
    sets = select(QuestionSet).where(
        QuestionSet.collection_id == mine, QuestionSet.id.not_in(measured), QuestionSet.id != newest
    )
    asked = _asked_now(ctx, mine)
    outdated = [row for row in ctx.session.scalars(sets) if row.id not in asked]
    for row in outdated:
        ctx.session.delete(row)
    ctx.session.flush()
    for row in outdated:
        _let_go_of_dataset(ctx, row.dataset_id)
    forget_after_commit(ctx, [row.rows_hash for row in outdated])
    return len(outdated)


def _asked_now(ctx: Context, collection_id: str) -> set[str]:
    runs = visible_runs(ctx).where(
        Run.kind == "measure_quality", Run.subject_id == collection_id, Run.state.not_in(FINAL_STATES)
    )
    return {str(run.spec.get("question_set")) for run in ctx.session.scalars(runs)}


def _let_go_of_dataset(ctx: Context, dataset_id: str | None) -> None:
    if dataset_id is None:
        return
    dataset = ctx.session.scalar(visible_datasets(ctx).where(Dataset.id == dataset_id))
    if dataset is None or not dataset.name.startswith(OWN_NAME):
        return
    # Whatever uses a dataset does so in a run: of other rooms nothing else is known here.
    used = visible_runs(ctx).where(
        cast(Run.spec, String).contains(dataset_id), Run.kind != "measure_quality", Run.subject_id != dataset_id
    )
    still = select(QuestionSet.id).where(QuestionSet.dataset_id == dataset_id)
    if ctx.session.scalar(used.limit(1)) is None and ctx.session.scalar(still.limit(1)) is None:
        delete_dataset(ctx, dataset_id)
