"""Asking: so many workers for each LLM take what is next, and a worker is free again when its answer is committed."""

import asyncio
import time
import traceback
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from sqlalchemy.orm import Session

from modelyard.experiments.answer_details import answer_of, details_of
from modelyard.experiments.counting import FAILED
from modelyard.experiments.errors import BudgetSpent, NotAsked
from modelyard.experiments.running.desk import AnswerDesk, Drawer
from modelyard.experiments.running.failures import FAULT, kind_of, sentence_of
from modelyard.experiments.running.finding import Finders
from modelyard.experiments.running.line import Line, Tally
from modelyard.experiments.running.live import Live
from modelyard.experiments.running.plan import Plan, Task
from modelyard.experiments.running.scoring import Scoring
from modelyard.experiments.running.writing import Writer
from modelyard.experiments.strategy import Answer
from modelyard.kernel.clock import utc_now

MOST_WAITING = 50_000
"""Tasks that are read and not begun: a quick LLM may be so far ahead of a slow one."""


class Runner:
    """One run of an attempt."""

    def __init__(
        self,
        plan: Plan,
        lines: dict[str, Line],
        *,
        scoring: Scoring,
        finders: Finders,
        draw: Drawer,
        live: Live,
        writer: Writer,
        reading: Callable[[], AbstractContextManager[Session]],
        log: Callable[[str], None],
    ) -> None:
        self._plan = plan
        self._lines = lines
        self._scoring = scoring
        self._finders = finders
        self._draw = draw
        self._live = live
        self._writer = writer
        self._reading = reading
        self._log = log
        asked = dict.fromkeys(each.llm.id for each in plan.configurations)
        self._queues: dict[str, asyncio.Queue[Task | None]] = {llm: asyncio.Queue() for llm in asked}
        self._is_hungry = asyncio.Event()
        self._n_faults = 0
        self.stopped: str | None = None
        """Why nothing more is asked, as a sentence."""

    def stop(self, reason: str) -> None:
        """Ask nothing more; what is being asked comes to its end."""
        self.stopped = self.stopped or reason
        for line in self._lines.values():
            line.gate.end(reason)
        self._is_hungry.set()

    async def run(self) -> None:
        """Ask and keep everything that is missing; raise what the database raises."""
        concurrency = self._plan.document.pace.concurrency
        async with asyncio.TaskGroup() as group:
            for llm in self._queues:
                for _ in range(concurrency):
                    group.create_task(self._work(llm))
            group.create_task(self._feed(concurrency))

    async def _feed(self, concurrency: int) -> None:
        for places in self._plan.blocks():
            if self.stopped:
                break
            for task in await asyncio.to_thread(self._tasks, places):
                self._queues[self._plan.configurations[task.configuration].llm.id].put_nowait(task)
            while not self.stopped and not self._runs_low():
                self._is_hungry.clear()
                await self._is_hungry.wait()
        for waiting in self._queues.values():
            for _ in range(concurrency):
                waiting.put_nowait(None)

    def _tasks(self, places: range) -> list[Task]:
        with self._reading() as session:
            return self._plan.tasks(session, places)

    def _runs_low(self) -> bool:
        waiting = [each.qsize() for each in self._queues.values()]
        return sum(waiting) < MOST_WAITING and min(waiting) < 2 * self._plan.document.pace.concurrency

    async def _work(self, llm: str) -> None:
        waiting, gate = self._queues[llm], self._lines[llm].gate
        while (task := await waiting.get()) is not None:
            if self._runs_low():
                self._is_hungry.set()
            if gate.closed is None and not self.stopped:
                await self._do(task)

    async def _do(self, task: Task) -> None:
        try:
            row, answer = await self._answered(task)
        except NotAsked:
            return
        except BudgetSpent as error:
            self.stop(error.message)
            return
        if answer is not None:
            row["scores"] = await self._scoring.scores(task.sample, answer)
            if self._scoring.spent:
                self.stop(self._scoring.spent)
        is_kept = task.known is not None and task.known.attempt_id == self._plan.attempt_id
        await (self._writer.save_scores(row) if is_kept else self._writer.save(row))
        self._live.add(row, is_new=not is_kept)

    async def _answered(self, task: Task) -> tuple[dict[str, Any], Answer | None]:
        """Return the row and the answer in it, None where there is none."""
        if task.known is not None:
            return self._reused(task), answer_of(task.known)
        plan, configuration = self._plan, self._plan.configurations[task.configuration]
        desk = AnswerDesk(
            configuration,
            self._lines[configuration.llm.id],
            repeat=task.repeat,
            finders=self._finders,
            draw=self._draw,
            is_network_allowed=plan.document.allow_network,
        )
        begun = time.monotonic()
        try:
            answer = await plan.strategies[task.configuration].answer(task.sample, desk)
        except (NotAsked, BudgetSpent):
            raise
        except Exception as error:  # one sample's: it is a row like the others, and the run goes on
            self._note_fault(error)
            return self._failed(task, error, desk.tally), None
        seconds = max(0.0, time.monotonic() - begun - desk.tally.waited_seconds)
        said = {"text": answer.text, "parsed": answer.parsed, "ended": answer.ended, "details": details_of(answer)}
        row = {**self._row(task, desk.tally), **said, "seconds": seconds, "content_digest": task.digest}
        return row, answer

    def _row(self, task: Task, tally: Tally) -> dict[str, Any]:
        return {
            "attempt_id": self._plan.attempt_id,
            "configuration": task.configuration,
            "place": task.place,
            "repeat": task.repeat,
            "owner_id": self._plan.owner_id,
            "content_digest": None,
            "reused_from": None,
            "text": "",
            "parsed": "",
            "error_kind": None,
            "error": None,
            "n_requests": tally.n_requests,
            "n_input_tokens": tally.n_input_tokens,
            "n_output_tokens": tally.n_output_tokens,
            "is_estimated": tally.is_estimated,
            "cost_usd": tally.cost_usd,
            "scores": {},
            "details": {},
            "created_at": utc_now(),
        }

    def _failed(self, task: Task, error: Exception, tally: Tally) -> dict[str, Any]:
        said = {"ended": FAILED, "error_kind": kind_of(error), "error": sentence_of(error)[:2000], "seconds": 0.0}
        return {**self._row(task, tally), **said}

    def _reused(self, task: Task) -> dict[str, Any]:
        known = task.known
        assert known is not None
        same = (
            *("text", "parsed", "ended", "details", "seconds", "n_requests", "n_input_tokens", "n_output_tokens"),
            *("is_estimated", "cost_usd", "content_digest"),
        )
        return {
            **self._row(task, Tally()),
            **{name: getattr(known, name) for name in same},
            "reused_from": known.reused_from or known.attempt_id,
        }

    def _note_fault(self, error: Exception) -> None:
        if kind_of(error) == FAULT and self._n_faults < 20:
            self._n_faults += 1
            self._log("".join(traceback.format_exception(error)))
