"""HTTP of links for readers, as their owner sees them."""

from datetime import timedelta

from fastapi import APIRouter

from modelyard.access.http import Ctx
from modelyard.experiments.sharing import verbs
from modelyard.experiments.sharing.schemas import NewShareLink, ShareLink, ShareLinkIn
from modelyard.experiments.verbs import get_experiment

router = APIRouter(prefix="/{experiment_id}/share")


@router.get("")
def get_share(ctx: Ctx, experiment_id: str) -> ShareLink:
    """Say whether there is a link for readers, and what they see."""
    return ShareLink.of(get_experiment(ctx, experiment_id), ctx.clock())


@router.put("")
def share_experiment(ctx: Ctx, experiment_id: str, body: ShareLinkIn) -> NewShareLink:
    """Make a link for readers in place of the one before; its token is said in this answer only."""
    lasts = None if body.days is None else timedelta(days=body.days)
    row, token = verbs.share_experiment(ctx, experiment_id, body.number, is_with_answers=body.with_answers, lasts=lasts)
    return NewShareLink(**ShareLink.of(row, ctx.clock()).model_dump(), token=token)


@router.delete("", status_code=204)
def unshare_experiment(ctx: Ctx, experiment_id: str) -> None:
    """Take the link back."""
    verbs.unshare_experiment(ctx, experiment_id)
