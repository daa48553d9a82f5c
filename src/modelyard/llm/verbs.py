"""What can be done with LLMs: add, list, change, remove, and say what may be spent."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypedDict, Unpack

from modelyard.kernel.context import Context
from modelyard.kernel.errors import FieldError, Invalid, NotFound
from modelyard.kernel.ids import new_id
from modelyard.kernel.kinds import family
from modelyard.llm.keys import key_of_settings, sealed
from modelyard.llm.ledger import month_of
from modelyard.llm.ownership import visible_llms, visible_spending
from modelyard.llm.provider import Access, Provider
from modelyard.llm.tables import Llm, LlmBudget, LlmSpending

MAX_USD = 1e6


class LlmChanges(TypedDict, total=False):
    """What can be changed about an LLM; a `secret` of None removes the stored key."""

    name: str
    provider: Mapping[str, Any]
    secret: str | None


@dataclass(frozen=True)
class Budget:
    """What an owner allows and has spent in a month (UTC); the requests of unknown cost are not in `spent_usd`."""

    month: str
    usd_per_month: float | None
    spent_usd: float
    n_unknown_cost: int
    by_llm: list[LlmSpending]


def create_llm(ctx: Context, name: str, provider: Mapping[str, Any], *, secret: str | None = None) -> Llm:
    """Add an LLM or embedder; raise Invalid for parameters that cannot work here, or a key that is missing."""
    owner_id = ctx.require("llms:write")
    parsed = _parsed(ctx, provider)  # looks names up on the network, so before the transaction begins
    row = Llm(
        id=new_id("lm"),
        owner_id=owner_id,
        name=_named(name),
        provider=parsed.model_dump(mode="json"),
        provider_kind=parsed.kind_name(),
        created_at=ctx.clock(),
    )
    _store_key(ctx, row, secret)
    _require_key(ctx, row, parsed)
    ctx.session.add(row)
    ctx.session.flush()
    return row


def list_llms(ctx: Context, *, limit: int = 50, cursor: str | None = None) -> list[Llm]:
    """Return LLMs, newest first; `cursor` is the id of the last one already seen."""
    ctx.require("llms:read")
    query = visible_llms(ctx)
    if cursor:
        query = query.where(Llm.id < cursor)
    return list(ctx.session.scalars(query.order_by(Llm.id.desc()).limit(limit)))


def get_llm(ctx: Context, llm_id: str) -> Llm:
    """Return one LLM; raise NotFound."""
    ctx.require("llms:read")
    return _find(ctx, llm_id)


def find_llm(ctx: Context, named: str) -> Llm:
    """Return the LLM with this id, or the newest one of this name; raise NotFound."""
    ctx.require("llms:read")
    chosen = visible_llms(ctx).where((Llm.id == named) | (Llm.name == named))
    row: Llm | None = ctx.session.scalar(chosen.order_by(Llm.id.desc()).limit(1))
    if row is None:
        raise _absent(named)
    return row


def change_llm(ctx: Context, llm_id: str, **changes: Unpack[LlmChanges]) -> Llm:
    """Change what is given; a stored key is not sent to another address than it was entered for: it is asked for."""
    ctx.require("llms:write")
    parsed = _parsed(ctx, changes["provider"]) if "provider" in changes else None
    row = _find(ctx, llm_id)
    before = provider_of(row)
    if "name" in changes:
        row.name = _named(changes["name"])
    if parsed is not None:
        row.provider, row.provider_kind = parsed.model_dump(mode="json"), parsed.kind_name()
    now = parsed or before
    if "secret" in changes:
        _store_key(ctx, row, changes["secret"])
    elif row.secret is not None and parsed is not None and not _is_same_place(before, parsed):
        raise _wrong_secret("Enter the key again: requests go to another address now.")
    if now is not None and (parsed is not None or "secret" in changes):
        _require_key(ctx, row, now)
        row.check, row.checked_at = None, None
    return row


def delete_llm(ctx: Context, llm_id: str) -> None:
    """Remove an LLM and its key; collections that used it go on without one, and what it cost stays written down."""
    ctx.require("llms:write")
    ctx.session.delete(_find(ctx, llm_id))
    ctx.session.flush()


def get_budget(ctx: Context, month: str | None = None) -> Budget:
    """Return what may be spent in a month such as 2026-11 (default: this one), and what is."""
    owner_id = ctx.require("llms:read")
    month = month or month_of(ctx.clock())
    spent = visible_spending(owner_id, month).order_by(LlmSpending.cost_usd.desc(), LlmSpending.llm_name)
    by_llm = list(ctx.session.scalars(spent))
    budget = ctx.session.get(LlmBudget, owner_id)
    return Budget(
        month=month,
        usd_per_month=budget.usd_per_month if budget else None,
        spent_usd=sum(row.cost_usd for row in by_llm),
        n_unknown_cost=sum(row.n_unknown_cost for row in by_llm),
        by_llm=by_llm,
    )


def set_budget(ctx: Context, usd_per_month: float | None) -> Budget:
    """Allow so many USD in each calendar month (UTC) from now on; None: no limit."""
    owner_id = ctx.require("llms:write")
    if usd_per_month is not None and not 0 <= usd_per_month <= MAX_USD:
        message = f"A budget is from $0 to ${MAX_USD:,.0f} a month."
        raise Invalid(message, fields=[FieldError(("usd_per_month",), message)])
    ctx.session.merge(LlmBudget(owner_id=owner_id, usd_per_month=usd_per_month))
    ctx.session.flush()
    return get_budget(ctx)


def provider_of(row: Llm) -> Provider | None:
    """Return an LLM's provider; None when its kind, or a parameter, is of another version or a missing plug-in."""
    try:
        found: Provider = family("provider").parse(row.provider)
    except Invalid:
        return None
    return found


def _is_same_place(before: Provider | None, now: Provider) -> bool:
    return before is not None and (now.kind_name(), now.address) == (before.kind_name(), before.address)


def _parsed(ctx: Context, document: Mapping[str, Any]) -> Provider:
    provider: Provider = family("provider").parse(document, path=("provider",))
    if reason := provider.unavailable_reason():
        message = f"{provider.title} is {reason}"
        raise Invalid(message, fields=[FieldError(("provider", "kind"), message)])
    provider.check(Access(None, ctx.settings, ctx.clock))
    return provider


def _store_key(ctx: Context, row: Llm, secret: str | None) -> None:
    row.secret, row.secret_ends = (None, None) if not secret else sealed(ctx.settings, row.id, secret)


def _require_key(ctx: Context, row: Llm, provider: Provider) -> None:
    """Raise Invalid when requests would be refused for want of a key."""
    if not provider.needs_key or row.secret is not None:
        return
    if key_of_settings(ctx.session, ctx.settings, row.owner_id, provider) is None:
        raise _wrong_secret(f"{provider.title} needs a key.")


def _wrong_secret(message: str) -> Invalid:
    return Invalid(message, hint="You get one on the provider's page.", fields=[FieldError(("secret",), message)])


def _named(name: str) -> str:
    cleaned = " ".join(name.split())
    if not 1 <= len(cleaned) <= 200:
        message = "An LLM needs a name of at most 200 characters."
        raise Invalid(message, fields=[FieldError(("name",), message)])
    return cleaned


def _find(ctx: Context, llm_id: str) -> Llm:
    row: Llm | None = ctx.session.scalar(visible_llms(ctx).where(Llm.id == llm_id))
    if row is None:
        raise _absent(llm_id)
    return row


def _absent(named: str) -> NotFound:
    return NotFound(f"There is no LLM {named!r}.", hint="`modelyard llm list` shows those there are.")
