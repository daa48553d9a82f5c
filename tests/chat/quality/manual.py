"""A manual of three pages, what is known of its answers, and what is asked of it over HTTP."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fastapi.testclient import TestClient

from modelyard.chat.verbs import change_collection
from modelyard.kernel.context import Actor
from modelyard.kernel.yard import Yard
from modelyard.llm.verbs import create_llm
from modelyard.runs.drive import drive
from modelyard.runs.tables import Run
from tests.chat.shelf import Shelf

PAGES = {
    "server": """# The server

## Ports

The server listens on port 8080 for browsers and on port 9090 for programs. Another port is chosen with the option
`--port`, and a firewall must let both through.

## Memory

A server with one thousand documents needs 250 megabytes of memory. Every further thousand documents adds 40
megabytes, because vectors are held in memory while questions are answered.
""",
    "calls": """# Calls

## How to delete calls

Open the history of an endpoint, select the calls and press Delete. Deleted calls cannot be restored, and the figures
of their days stay as they were counted.

## Retention

Calls are kept for 90 days. An owner sets another time for an endpoint, from one day to ten years, and older calls are
removed every night by the worker.
""",
    "workers": """# Workers

## What they do

A worker is a process that executes runs in the order in which they were submitted. Several workers share the runs of
one yard, and a run whose worker dies is taken over by another one within a minute.

## Schedules

A schedule is a rule that starts a workflow at a time. It is written in five fields like those of cron, and it is kept
in the time zone of its owner.
""",
}
KNOWN = [
    ("Which port does the server listen on for browsers?", "8080", "server.md", "listens on port 8080 for browsers"),
    ("How much memory does a server with one thousand documents need?", "250 megabytes", "server.md",
     "needs 250 megabytes of memory"),
    ("How long are calls kept?", "90 days", "calls.md", "Calls are kept for 90 days"),
    ("How do I delete calls of an endpoint?", None, "calls.md", "select the calls and press Delete"),
    ("What is a worker?", None, "workers.md", "A worker is a process that executes runs"),
    ("What is a schedule?", None, None, "A schedule is a rule that starts a workflow"),
]  # fmt: skip
UNKNOWN = ["Who painted the ceiling of the Sistine Chapel?", "Which vitamin is in carrots?"]


@dataclass
class Manual:
    """The manual in a yard."""

    yard: Yard
    owner: Actor
    client: TestClient
    shelf: Shelf

    @classmethod
    def made(cls, yard: Yard, owner: Actor, client: TestClient, place: Path) -> "Manual":
        """Make it and sync it."""
        shelf = Shelf.make(yard, owner, place / "shelf", size=256)
        shelf.write(**PAGES)
        shelf.synced()
        return cls(yard, owner, client, shelf)

    @property
    def address(self) -> str:
        """Of the collection."""
        return f"/api/v1/collections/{self.shelf.id}"

    def ask_known(self) -> None:
        """Add the test questions."""
        for question, answer, key, quote in KNOWN:
            self.add(question=question, answer=answer, document_key=key, quote=quote)
        for question in UNKNOWN:
            self.add(question=question, is_answerable=False)

    def add(self, **question: Any) -> dict[str, Any]:
        """Add a test question."""
        answer = self.client.post(f"{self.address}/questions", json=question)
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    def answered_by(self, **provider: Any) -> str:
        """Have an LLM answer; return its id."""
        with self.yard.context(self.owner) as ctx:
            llm = create_llm(ctx, "Test LLM", {"kind": "scripted", **provider})
            change_collection(ctx, self.shelf.id, llm_id=llm.id)
        return llm.id

    def run(self, run_id: str) -> Run:
        """Execute a run, which must succeed."""
        run = drive(self.yard, run_id)
        assert run.state == "succeeded", run.error
        return run

    def measured(self) -> dict[str, Any]:
        """Measure, and return the newest measurement."""
        asked = self.client.post(f"{self.address}/quality")
        assert asked.status_code == 202, asked.text
        self.run(asked.json()["id"])
        return dict(self.client.get(f"{self.address}/quality").json()["items"][0])

    def results(self, quality_id: str, only: str = "all") -> dict[str, dict[str, Any]]:
        """Return what came of each question, by the question."""
        page = self.client.get(
            f"{self.address}/quality/{quality_id}/results", params={"only": only, "limit": 200}
        ).json()
        return {each["question"]: each for each in page["items"]}
