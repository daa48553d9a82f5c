"""Keeping answers: one thread commits whatever is ready together."""

import asyncio
import queue
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from sqlalchemy import update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from modelyard.experiments.counting import FAILED
from modelyard.experiments.tables import Attempt, ExperimentAnswer

MOST_AT_ONCE = 200
SHORTEST_SECONDS, LONGEST_SECONDS = 0.005, 0.05
"""How long answers are waited for that can be committed together, twice as long as the commit before took: a commit
takes as much of the processor as some hundred rows."""
_KEY = ("attempt_id", "configuration", "place", "repeat")
_Item = tuple[dict[str, Any], "asyncio.Future[None]"]


class Writer:
    """Writes answers of one attempt; `save` returns when the answer is committed."""

    def __init__(self, session: Callable[[], AbstractContextManager[Session]], attempt_id: str) -> None:
        self._session = session
        self._attempt_id = attempt_id
        self._loop = asyncio.get_running_loop()
        self._items: queue.SimpleQueue[_Item | None] = queue.SimpleQueue()
        self._status: dict[str, Any] | None = None
        self._thread = threading.Thread(target=self._work, name="answers", daemon=True)
        self._thread.start()

    async def save(self, row: dict[str, Any]) -> None:
        """Keep one answer; one that is there stays unless it failed, so that two workers cannot double it."""
        done = self._loop.create_future()
        self._items.put((row, done))
        await done

    async def save_scores(self, row: dict[str, Any]) -> None:
        """Put the scores of an answer that is there in the place of those it has."""
        done = self._loop.create_future()
        self._items.put(({name: row[name] for name in (*_KEY, "scores")}, done))
        await done

    def note(self, status: dict[str, Any]) -> None:
        """Write columns of the attempt, with the answers that are ready."""
        self._status = status
        self._items.put(({}, self._loop.create_future()))

    async def close(self) -> None:
        """Write what is left and end the thread."""
        self._items.put(None)
        await asyncio.to_thread(self._thread.join)

    def _work(self) -> None:
        is_open, took = True, 0.0
        while is_open:
            items = [item] if (item := self._items.get()) is not None else []
            is_open = item is not None
            if is_open and self._items.qsize() < MOST_AT_ONCE:
                time.sleep(min(LONGEST_SECONDS, max(SHORTEST_SECONDS, 2 * took)))
            while is_open and len(items) < MOST_AT_ONCE:
                try:
                    item = self._items.get_nowait()
                except queue.Empty:
                    break
                if item is None:
                    is_open = False
                else:
                    items.append(item)
            begun = time.monotonic()
            error = self._written([row for row, _ in items if row])
            took = time.monotonic() - begun
            self._loop.call_soon_threadsafe(_tell, [done for _, done in items], error)

    def _written(self, rows: list[dict[str, Any]]) -> Exception | None:
        try:
            with self._session() as session:
                if whole := [row for row in rows if "text" in row]:
                    session.execute(_kept(session), whole)
                if scored := [row for row in rows if "text" not in row]:
                    session.execute(update(ExperimentAnswer), scored)  # by the primary key of each
                if (status := self._status) is not None:
                    self._status = None
                    session.execute(update(Attempt).where(Attempt.id == self._attempt_id).values(**status))
        except Exception as error:  # whatever the database says: whoever waits for this answer raises it
            return error
        return None


def _kept(session: Session) -> Any:
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    made = insert(ExperimentAnswer)
    renewed = {column.name: made.excluded[column.name] for column in ExperimentAnswer.__table__.columns}
    for name in _KEY:
        del renewed[name]
    return made.on_conflict_do_update(index_elements=_KEY, set_=renewed, where=ExperimentAnswer.ended == FAILED)


def _tell(waiting: list["asyncio.Future[None]"], error: Exception | None) -> None:
    for done in waiting:
        if done.cancelled():
            continue
        if error is None:
            done.set_result(None)
        else:
            done.set_exception(error)
            done.exception()  # of a note nobody asks
