"""Variants in the database: one maker at a time, its blocks kept as they come, and another goes on where it stopped."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import CursorResult, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from modelyard.chat.tables import PageVariant
from modelyard.chat.variants.blocks import MadeBlock
from modelyard.kernel.context import Context
from modelyard.llm.provider import Usage

LEASE = timedelta(seconds=60)
"""A maker that is silent for so long is gone; it renews every third of it."""


@dataclass(frozen=True)
class VariantKey:
    """What a variant is kept under: equal keys give equal variants."""

    text_hash: str
    wish: str
    llm: str
    """The row of the LLM and what it is set to: another owner's scripted one must never answer here."""


@dataclass(frozen=True)
class Kept:
    """What there is of a variant now."""

    blocks: tuple[MadeBlock, ...] = ()
    is_whole: bool = False
    is_mine: bool = False
    """Whether the one who looked may make the rest."""
    usage: Usage = field(default_factory=Usage)


def look(ctx: Context, key: VariantKey) -> Kept | None:
    """Return what another has made so far; None when nobody makes it now, so that it may be taken."""
    ctx.require("collections:read")
    row = ctx.session.scalars(_named(key)).first()
    if row is None:
        return None
    is_alive = row.maker is not None and row.lease_expires_at is not None and row.lease_expires_at >= ctx.clock()
    return _kept(row) if row.is_whole or is_alive else None


def take(ctx: Context, key: VariantKey, maker: str, *, collection_id: str, document_id: str) -> Kept:
    """Return what there is, and become its maker when it is not whole and nobody else makes it."""
    ctx.require("collections:read")
    session, now = ctx.session, ctx.clock()
    fresh = {"collection_id": collection_id, "document_id": document_id, "blocks": [], "usage": {}, "created_at": now}
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    session.execute(dialect.insert(PageVariant).values(**vars(key), is_whole=False, **fresh).on_conflict_do_nothing())
    is_free = or_(PageVariant.maker.is_(None), PageVariant.maker == maker, PageVariant.lease_expires_at < now)
    changes = {"maker": maker, "lease_expires_at": now + LEASE}
    is_mine = _changed(session, key, changes, PageVariant.is_whole.is_(False), is_free)
    row = session.scalars(_named(key).execution_options(populate_existing=True)).one()
    return _kept(row, is_mine=is_mine)


def save(
    ctx: Context, key: VariantKey, maker: str, blocks: Sequence[MadeBlock], usage: Usage, *, is_whole: bool
) -> bool:
    """Keep what there is and renew the lease; False when another has taken over."""
    ctx.require("collections:read")
    changes = {
        "blocks": [block.model_dump(mode="json") for block in blocks],
        "usage": vars(usage),
        "is_whole": is_whole,
        "lease_expires_at": ctx.clock() + LEASE,
    }
    return _changed(ctx.session, key, changes, PageVariant.maker == maker)


def renew(ctx: Context, key: VariantKey, maker: str) -> bool:
    """Say that the maker still lives; False when another has taken over."""
    ctx.require("collections:read")
    return _changed(ctx.session, key, {"lease_expires_at": ctx.clock() + LEASE}, PageVariant.maker == maker)


def release(ctx: Context, key: VariantKey, maker: str) -> None:
    """Let another go on at once."""
    ctx.require("collections:read")
    _changed(ctx.session, key, {"maker": None, "lease_expires_at": None}, PageVariant.maker == maker)


def _kept(row: PageVariant, *, is_mine: bool = False) -> Kept:
    blocks = tuple(MadeBlock.model_validate(block) for block in row.blocks)
    return Kept(blocks, row.is_whole, is_mine, Usage(**row.usage))


def _named(key: VariantKey) -> Any:
    return select(PageVariant).where(*_is(key))


def _is(key: VariantKey) -> tuple[Any, ...]:
    return (
        PageVariant.text_hash == key.text_hash,
        PageVariant.wish == key.wish,
        PageVariant.llm == key.llm,
    )


def _changed(session: Session, key: VariantKey, changes: dict[str, Any], *conditions: Any) -> bool:
    statement = update(PageVariant).where(*_is(key), *conditions).values(**changes)
    done = session.execute(statement.execution_options(synchronize_session=False))
    return isinstance(done, CursorResult) and done.rowcount == 1
