"""Telling how an attempt stands: to the run's page, to the attempt's row, and back whether to stop."""

import asyncio
import time
from dataclasses import asdict
from typing import Any

from modelyard.experiments.amount import Amount
from modelyard.experiments.counting import LOST
from modelyard.experiments.running.lines import Lines
from modelyard.experiments.running.live import Live
from modelyard.experiments.running.runner import Runner
from modelyard.experiments.running.scoring import Scoring
from modelyard.experiments.running.writing import Writer
from modelyard.experiments.tables import Attempt
from modelyard.runs.job import JobContext

LOOK_SECONDS = 0.5
NOTE_SECONDS = 2.0
ASKING = "asking"
"""The run's step that has a trial for each configuration."""
SHARE_OF_TIME = 0.005
"""Trials are events that are kept: the longer a run takes, the more seldom they are told (200 times an hour)."""


class Following:
    """Tells how an attempt stands, until its task is cancelled."""

    def __init__(
        self,
        ctx: JobContext,
        attempt: Attempt,
        runner: Runner,
        *,
        live: Live,
        writer: Writer,
        scoring: Scoring,
        lines: Lines,
    ) -> None:
        """Go on from what the attempt has, as it was counted when this run began."""
        self._ctx = ctx
        self._runner = runner
        self._live = live
        self._writer = writer
        self._scoring = scoring
        self._lines = lines
        self._scored_before = (attempt.n_scoring_tokens, attempt.scoring_usd)
        self._paid_before = Amount(attempt.n_input_tokens, attempt.n_output_tokens, attempt.spent_usd)
        self._begun = self._trials_at = self._noted_at = time.monotonic()
        self._told: dict[int, int] = {}

    async def watch(self) -> None:
        """Tell what changed, twice a second at the most, and look whether somebody asked to stop."""
        self._ctx.node(ASKING, title="Asking", state="running")
        self._tell_trials()
        self.note()
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            now = time.monotonic()
            self._tell_progress()
            if now - self._trials_at >= max(LOOK_SECONDS, SHARE_OF_TIME * (now - self._begun)):
                self._trials_at = now
                self._tell_trials()
            if now - self._noted_at >= NOTE_SECONDS:
                self._noted_at = now
                self.note()
            if self._runner.stopped is None and await asyncio.to_thread(self._ctx.is_finishing):
                self._runner.stop(f"Somebody stopped it early, with {self._live.n_done:,} answers.")

    def end(self) -> None:
        """Tell and note how it stands now, for the last time."""
        self._tell_trials(state="succeeded")
        self._ctx.node(ASKING, state="succeeded", seconds=time.monotonic() - self._begun)
        self.note()

    def note(self) -> None:
        """Have the attempt's row say how it stands."""
        standings, scoring = self._live.standings, self._scoring.tally.amount
        n_tokens_before, usd_before = self._scored_before
        purse = self._lines.purse
        # All that was paid for answers, and of it what no answer has to show for.
        paid = self._paid_before + purse.spent - purse.before - scoring
        running = self._live.document(sum(line.n_requests for line in self._lines.all), self._pauses())
        self._writer.note(
            {
                "running": {**running, LOST: asdict(paid - self._live.paid)},
                "n_done": self._live.n_done,
                "n_failed": sum(each.n_failed for each in standings),
                "n_reused": sum(each.n_reused for each in standings),
                "n_input_tokens": paid.n_input_tokens,
                "n_output_tokens": paid.n_output_tokens,
                "spent_usd": paid.usd,
                "n_unknown_cost": sum(each.n_unknown_cost for each in standings),
                "n_scoring_tokens": n_tokens_before + scoring.n_tokens,
                "scoring_usd": usd_before + scoring.usd,
            }
        )

    def _tell_progress(self) -> None:
        n_done, n_planned = self._live.n_done, self._live.n_planned
        pauses = self._pauses()
        told = f"{n_done:,} of {n_planned:,} answers"
        if pauses:
            told += f"; {pauses[0]['llm']} is left alone for {pauses[0]['seconds_left']:.0f} s: {pauses[0]['why']}"
        self._ctx.step(told, 0.02 + 0.96 * n_done / max(1, n_planned))

    def _tell_trials(self, state: str = "running") -> None:
        for place, standing in enumerate(self._live.standings):
            if self._told.get(place) == standing.n_done and state == "running":
                continue
            self._told[place] = standing.n_done
            row = self._live.row(place)
            is_over = state == "succeeded" or standing.n_done >= standing.n_planned
            said: dict[str, Any] = {
                "id": str(place),
                "label": standing.name,
                "state": "succeeded" if is_over else "running",
                "metric": row["scorer"],
                "higher_is_better": True,
            }
            self._ctx.trial(ASKING, {**row, **said})

    def _pauses(self) -> list[dict[str, Any]]:
        return [
            {"llm": line.llm.name, "seconds_left": line.gate.seconds_left, "why": line.gate.why}
            for line in self._lines.all
            if line.gate.seconds_left > 0
        ]
