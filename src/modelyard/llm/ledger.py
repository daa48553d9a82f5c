"""What LLMs cost: written down per owner, month and LLM, and held against what the owner allows.

A stream holds no database session, and whoever asks may be writing something else: so amounts are owed in memory for
the moment that a thread of this module needs to write them. What requests that run now may cost at most is reserved, so
that of many at once none begins beyond the budget: it is passed by one request of each process at most.
"""

import os
import threading
import time
from collections import Counter
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

import structlog
from sqlalchemy import Engine, func
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.orm import Session

from modelyard.kernel.db import make_sessions, translated_database_errors
from modelyard.kernel.errors import ModelyardError
from modelyard.llm.errors import BudgetReached
from modelyard.llm.ownership import visible_spending
from modelyard.llm.prices import told_usd
from modelyard.llm.provider import Usage
from modelyard.llm.tables import LlmBudget, LlmSpending

log = structlog.get_logger()
GATHER_SECONDS = 0.05
_COUNTS = ("n_requests", "n_input_tokens", "n_output_tokens", "cost_usd", "n_unknown_cost")


@dataclass(frozen=True)
class Account:
    """Whose money it is, and for which LLM."""

    owner_id: str
    provider_kind: str
    llm_name: str


Key = tuple[str, str, str, str]
"""Owner, month, provider, LLM."""


class Ledger:
    """The spending of one database's owners, as this process sees it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._writing = threading.Lock()
        self._reserved: Counter[str] = Counter()
        self._owed: dict[Key, Counter[str]] = {}
        self._soon: Future[None] | None = None
        """The next write that was not begun."""

    def write_with(self, engine: Engine) -> "Ledger":
        """Use this engine's connections from now on; return the ledger."""
        self._sessions = make_sessions(engine)
        self._readers = make_sessions(engine, writes=False)
        return self

    def reserve(self, account: Account, most_usd: float | None, at: datetime) -> float:
        """Set aside what a request may cost at most and return it; raise BudgetReached when nothing is left.

        Blocking. A request of unknown price (None) reserves nothing, and may begin while the rest is within the budget.
        """
        wanted = most_usd or 0.0
        if most_usd == 0.0:
            return 0.0
        month = month_of(at)
        with translated_database_errors(), self._readers() as session:
            budget = session.get(LlmBudget, account.owner_id)
            allowed = None if budget is None else budget.usd_per_month
            spent = 0.0 if allowed is None else spent_usd(session, account.owner_id, month)
        with self._lock:
            running = self._reserved[account.owner_id] + self._owed_usd(account.owner_id, month)
            if allowed is not None and spent + running >= allowed:
                raise _reached(allowed, spent, running, month)
            self._reserved[account.owner_id] += wanted  # type: ignore[assignment]  # Counter holds floats as well
        return wanted

    def settle(self, account: Account, reserved: float, usage: Usage | None, at: datetime) -> "Future[None]":
        """Give back what was reserved and write down what was used, soon; `usage` None: the request came to nothing."""
        with self._lock:
            self._reserved[account.owner_id] -= reserved  # type: ignore[assignment]
            if usage is not None:
                key = (account.owner_id, month_of(at), account.provider_kind, account.llm_name)
                self._owed.setdefault(key, Counter()).update(_counts(usage))
            if self._soon is None:
                self._soon = _writer(os.getpid()).submit(self._write_together)
            return self._soon

    def _write_together(self) -> None:
        """Write what is owed, and what comes to be owed meanwhile: many answers are not as many transactions."""
        time.sleep(GATHER_SECONDS)
        with self._lock:
            self._soon = None
        self.write_down()

    def write_down(self) -> None:
        """Write what is owed; what the database refuses now stays owed until the next time."""
        with self._writing:
            with self._lock:
                owed = {key: Counter(counts) for key, counts in self._owed.items()}
            for key, counts in owed.items():
                if self._write(key, counts):
                    self._forget(key, counts)

    def _write(self, key: Key, counts: Counter[str]) -> bool:
        try:
            with translated_database_errors(), self._sessions.begin() as session:
                _add(session, key, counts)
        except IntegrityError:
            log.info("an LLM answered for somebody who is gone", owner=key[0])
        except (ModelyardError, SQLAlchemyError) as error:
            log.error("what an LLM cost is not written yet", reason=str(error)[:200], n_requests=counts["n_requests"])
            return False
        return True

    def _forget(self, key: Key, counts: Counter[str]) -> None:
        with self._lock:
            self._owed[key].subtract(counts)
            if not self._owed[key]["n_requests"]:
                del self._owed[key]

    def _owed_usd(self, owner_id: str, month: str) -> float:
        return sum(counts["cost_usd"] for key, counts in self._owed.items() if key[:2] == (owner_id, month))


def month_of(at: datetime) -> str:
    """Return the month of an instant (UTC), such as 2026-11."""
    return at.astimezone(UTC).strftime("%Y-%m")


def spent_usd(session: Session, owner_id: str, month: str) -> float:
    """Return what is written down of the owner's month, in USD; requests of unknown price are not in it."""
    total = func.coalesce(func.sum(LlmSpending.cost_usd), 0.0)
    return float(session.scalar(visible_spending(owner_id, month).with_only_columns(total)) or 0.0)


def _counts(usage: Usage) -> dict[str, Any]:
    return {
        "n_requests": 1,
        "n_input_tokens": usage.n_input_tokens,
        "n_output_tokens": usage.n_output_tokens,
        "cost_usd": usage.cost_usd or 0.0,
        "n_unknown_cost": int(usage.cost_usd is None),
    }


def _add(session: Session, key: Key, counts: Counter[str]) -> None:
    """Add counts to a row, or make it, in one statement: two processes lose nothing of each other's."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    names = ("owner_id", "month", "provider_kind", "llm_name")
    row = {**dict(zip(names, key, strict=True)), **{name: counts[name] for name in _COUNTS}}
    made = insert(LlmSpending).values(row)
    grown = {name: getattr(LlmSpending, name) + getattr(made.excluded, name) for name in _COUNTS}
    session.execute(made.on_conflict_do_update(index_elements=names, set_=grown))


def _reached(allowed: float, spent: float, running: float, month: str) -> BudgetReached:
    more = f", and requests that run now may take {told_usd(running)}" if running >= 0.00005 else ""
    used = f"The budget of {told_usd(allowed)} for LLMs in {month} is used up"
    return BudgetReached(f"{used}: {told_usd(spent)} is spent{more}.")


@cache
def _writer(_process: int) -> ThreadPoolExecutor:
    # A forked process inherits the object and not its thread: each has its own.
    return ThreadPoolExecutor(1, thread_name_prefix="llm-ledger")


_ledgers: dict[tuple[int, str], Ledger] = {}
_ledgers_lock = threading.Lock()


def ledger_of(session: Session) -> Ledger:
    """Return this process's ledger of the database that a session is at."""
    engine = session.get_bind().engine
    key = (os.getpid(), engine.url.render_as_string(hide_password=False))
    with _ledgers_lock:
        return _ledgers.setdefault(key, Ledger()).write_with(engine)
