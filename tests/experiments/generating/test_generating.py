"""An LLM asks about a collection: its questions are a dataset whose samples have their passages as truth."""

import json
from pathlib import Path

import pytest

from modelyard.chat.verbs import create_collection
from modelyard.data.verbs import get_dataset
from modelyard.experiments.document import SampleChoice
from modelyard.experiments.generating.verbs import generate_samples
from modelyard.experiments.sampling.choosing import samples_of
from modelyard.kernel.context import Actor
from modelyard.kernel.errors import Invalid, NotFound
from modelyard.kernel.yard import Yard
from modelyard.llm.verbs import create_llm
from modelyard.runs.drive import drive
from tests.chat.quality.manual import PAGES
from tests.chat.shelf import Shelf
from tests.terminal import Command

PORT = {"question": "Which port is for browsers?", "answer": "8080", "quote": "listens on port 8080 for browsers"}
DELETED = {"question": "Can deleted calls be restored?", "answer": "No", "quote": "Deleted calls cannot be restored"}
INVENTED = {"question": "Who wrote this manual?", "answer": "Ann", "quote": "written by Ann"}
LINES = [
    {"when": "port 8080", "say": json.dumps(PORT)},
    {"when": "Deleted calls", "say": json.dumps(DELETED)},
    {"when": "90 days", "say": json.dumps(INVENTED)},
]


@pytest.fixture
def shelf(yard: Yard, owner: Actor, tmp_path: Path) -> Shelf:
    """The manual of three pages, synced."""
    shelf = Shelf.make(yard, owner, tmp_path / "shelf", size=256)
    shelf.write(**PAGES)
    shelf.synced()
    return shelf


def asker(yard: Yard, owner: Actor) -> str:
    with yard.context(owner) as ctx:
        return create_llm(ctx, "Asker", {"kind": "scripted", "lines": LINES, "otherwise": "no JSON at all"}).id


@pytest.mark.postgres
def test_questions_are_kept_as_samples_with_their_passages(yard: Yard, owner: Actor, shelf: Shelf) -> None:
    llm = asker(yard, owner)
    with yard.context(owner) as ctx:
        run_id = generate_samples(ctx, shelf.id, llm, n=5, name="Asked of the manual").id
    run = drive(yard, run_id)
    assert run.state == "succeeded", run.error
    assert run.result is not None
    assert (run.result["n_questions"], run.result["n_left_out"], run.result["usd"]) == (2, 1, 0.0)
    assert run.result["n_tokens"] > 3 * 100, "those that cannot be used were paid for too"
    with yard.context(owner) as ctx:
        intake = get_dataset(ctx, run.result["dataset_id"]).run_id
    assert drive(yard, intake or "").state == "succeeded"
    with yard.context(owner) as ctx:
        found = samples_of(ctx, SampleChoice(dataset="Asked of the manual"))
    by_question = {each.question: each for each in found.samples}
    assert set(by_question) == {PORT["question"], DELETED["question"]}
    port = by_question[PORT["question"]]
    assert (port.answer, port.group, port.context) == ("8080", "The server", None)
    assert PORT["quote"] in (port.truth or "")
    assert "A worker is" not in (port.truth or "")


def test_what_cannot_be_asked_is_refused_or_says_why(
    yard: Yard, owner: Actor, shelf: Shelf, modelyard: Command
) -> None:
    llm = asker(yard, owner)
    with yard.context(owner) as ctx:
        useless = create_llm(ctx, "Useless", {"kind": "scripted", "otherwise": "no JSON at all"}).id
        empty = create_collection(ctx, "Empty").id
        with pytest.raises(NotFound, match="no collection"):
            generate_samples(ctx, "cn_none", llm)
        with pytest.raises(NotFound, match="no LLM"):
            generate_samples(ctx, shelf.id, "nobody")
        with pytest.raises(Invalid, match="asks nothing"):
            generate_samples(ctx, shelf.id, shelf.embedder_id)
        runs = [generate_samples(ctx, *each).id for each in ((empty, llm), (shelf.id, useless))]
    messages = [(drive(yard, run_id).error or {})["message"] for run_id in runs]
    assert "no text to ask about" in messages[0]
    assert "wrote about 3 passages" in messages[1]
    said = modelyard("experiment", "questions", shelf.id, "--llm", "Asker", "--n", "1", "--json")
    assert said.returncode == 0, said.stderr
    assert json.loads(said.stdout.splitlines()[-1])["n_questions"] == 1
