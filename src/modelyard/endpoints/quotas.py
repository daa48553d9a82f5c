"""Limits of use, counted in the database: one statement takes from an allowance or is refused, whoever else takes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Any, Literal

from sqlalchemy import case, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from modelyard.endpoints.tables import Allowance
from modelyard.kernel.context import Context
from modelyard.kernel.errors import FieldError, Invalid, TooManyRequests
from modelyard.kernel.yard import Yard

Period = Literal["minute", "day"]
_SECONDS: dict[Period, int] = {"minute": 60, "day": 86_400}


@dataclass(frozen=True)
class Limit:
    """So much in a minute from the first one, or in a day of UTC; `holder` is whose it is."""

    holder: str
    unit: Literal["calls", "rows", "questions"]
    most: int
    period: Period
    of: Literal["", "reader", "address"] = ""
    """Of which it is one of many; empty: there is one such limit."""

    @property
    def id(self) -> str:
        """Return the id of its allowance."""
        return f"{self.holder}:{self.unit}:{self.period}"

    @property
    def told(self) -> str:
        """Return it in words."""
        of = f" for one {self.of}" if self.of else ""
        return f"{self.most:,} {self.unit if self.most != 1 else self.unit[:-1]} a {self.period}{of}"

    @property
    def policy(self) -> str:
        """Return its name in headers."""
        return f"{self.unit}-per-{self.period}" + (f"-of-{self.of}" if self.of else "")

    def ends_after(self, now: datetime) -> datetime:
        """Return when a stretch that begins now ends."""
        if self.period == "minute":
            return now + timedelta(minutes=1)
        return now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)


@dataclass(frozen=True)
class Standing:
    """What was taken of a limit, what of it is left, and when it is whole again."""

    limit: Limit
    n_taken: int
    n_left: int
    ends_at: datetime
    seconds_left: int


class LimitReached(TooManyRequests):
    """A limit of the endpoint is used up; the answer says which and when it ends."""

    def __init__(self, standing: Standing) -> None:
        limit, seconds = standing.limit, standing.seconds_left
        when = f"in {seconds} s" if limit.period == "minute" else f"at {standing.ends_at:%Y-%m-%d %H:%M} UTC"
        left = f" ({standing.n_left:,} left)" if standing.n_left else ""
        super().__init__(
            f"The limit of {limit.told} is reached{left}.",
            hint=f"Try again {when}, or ask the owner of the endpoint for more.",
        )
        self.standing = standing
        self.retry_after_seconds = seconds

    @property
    def headers(self) -> dict[str, str]:
        """Return when to come back and which limit it was."""
        return {**super().headers, **limit_headers([self.standing])}


def take(ctx: Context, wanted: Sequence[tuple[Limit, int]]) -> list[Standing]:
    """Take from each allowance, all or none, in the caller's transaction; raise LimitReached.

    Raises Invalid when more is wanted than the limit ever allows: waiting would not help.
    """
    for limit, n in wanted:
        if n > limit.most:
            message = f"This has {n:,} {limit.unit}; {limit.told} are allowed."
            raise Invalid(message, hint="Send fewer.", fields=[FieldError(("inputs",), message)])
    return [_taken(ctx, limit, n) for limit, n in wanted]


def give_back(ctx: Context, standings: Sequence[Standing]) -> None:
    """Put back what was taken, unless its stretch of time is over."""
    for standing in standings:
        put_back(ctx, standing.limit, standing.n_taken, standing.ends_at)


def put_back(ctx: Context, limit: Limit, n: int, ends_at: datetime) -> None:
    """Put back some of what was taken in the stretch of time that ends then, unless it is over."""
    is_same = (Allowance.id == limit.id) & (Allowance.ends_at == ends_at)
    less = update(Allowance).where(is_same, Allowance.n_used >= n)
    ctx.session.execute(less.values(n_used=Allowance.n_used - n))


def used_now(ctx: Context, limits: Sequence[Limit]) -> dict[Limit, int]:
    """Return how much of each limit is used in the stretch of time that runs now."""
    chosen = select(Allowance.id, Allowance.n_used).where(Allowance.id.in_([limit.id for limit in limits]))
    found = {row.id: row.n_used for row in ctx.session.execute(chosen.where(Allowance.ends_at > ctx.clock()))}
    return {limit: found.get(limit.id, 0) for limit in limits}


def limit_headers(standings: Sequence[Standing]) -> dict[str, str]:
    """Return the headers of the IETF draft (RateLimit, RateLimit-Policy), and those of its earlier versions.

    The earlier three hold one limit: that of which the smallest share is left.
    """
    if not standings:
        return {}
    tightest = min(standings, key=lambda standing: standing.n_left / standing.limit.most)
    policies = [f'"{item.limit.policy}";q={item.limit.most};w={_SECONDS[item.limit.period]}' for item in standings]
    return {
        "RateLimit-Policy": ", ".join(policies),
        "RateLimit": ", ".join(f'"{item.limit.policy}";r={item.n_left};t={item.seconds_left}' for item in standings),
        "RateLimit-Limit": str(tightest.limit.most),
        "RateLimit-Remaining": str(tightest.n_left),
        "RateLimit-Reset": str(tightest.seconds_left),
    }


def _taken(ctx: Context, limit: Limit, n: int) -> Standing:
    now = ctx.clock()
    found = ctx.session.execute(_taking(ctx, limit, n, now)).one_or_none()
    if found is not None:
        n_used, ends_at = found
        return _standing(limit, n, n_used, ends_at, now)
    n_used, ends_at = ctx.session.execute(
        select(Allowance.n_used, Allowance.ends_at).where(Allowance.id == limit.id)
    ).one()
    raise LimitReached(_standing(limit, 0, n_used, ends_at, now))


def _taking(ctx: Context, limit: Limit, n: int, now: datetime) -> Any:
    """Return the one statement that takes `n` when there is room, beginning anew when the last stretch is over."""
    dialect = postgresql if ctx.session.get_bind().dialect.name == "postgresql" else sqlite
    is_over, ends_at = Allowance.ends_at <= now, limit.ends_after(now)
    fresh = dialect.insert(Allowance).values(id=limit.id, ends_at=ends_at, n_used=n)
    return fresh.on_conflict_do_update(
        index_elements=[Allowance.id],
        set_={
            "n_used": case((is_over, n), else_=Allowance.n_used + n),
            "ends_at": case((is_over, ends_at), else_=Allowance.ends_at),
        },
        where=is_over | (Allowance.n_used + n <= limit.most),
    ).returning(Allowance.n_used, Allowance.ends_at)


def _standing(limit: Limit, n_taken: int, n_used: int, ends_at: datetime, now: datetime) -> Standing:
    seconds = max(1, ceil((ends_at - now).total_seconds()))
    return Standing(limit, n_taken, max(0, limit.most - n_used), ends_at, seconds)


def forget_old_allowances(yard: Yard) -> None:
    """Remove counts whose stretch of time is long over: most are of visitors who do not come back."""
    with yard.sessions.begin() as session:
        session.execute(delete(Allowance).where(Allowance.ends_at < yard.clock() - timedelta(days=1)))
