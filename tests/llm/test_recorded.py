"""The recorded provider: what was said elsewhere is said again, word for word."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modelyard.kernel.errors import Invalid
from modelyard.kernel.kinds import family
from modelyard.kernel.settings import Settings
from modelyard.llm.checking import try_llm
from modelyard.llm.client import Client
from modelyard.llm.errors import LlmRefusedRequest
from modelyard.llm.provider import Access, Message, Provider
from modelyard.llm.recorded_answers import FOLDER, Recording, bundled
from tests.examples import examples

ROWS = [
    {"canary": "not for training"},
    {
        "question": "Capital of France?",
        "completions": {"naive": "Paris", "cot": "Easy.\nSo the answer is Paris."},
    },
    {"question": "Capital of France? In one letter.", "completions": {"naive": "P", "cot": "P."}},
    {"question": "Capital of Peru?", "completions": {"naive": "Lima", "cot": "Lima."}},
]


def access(**changes: Any) -> Access:
    return Access(None, Settings(**changes))


def recorded(path: Path, **parameters: Any) -> Provider:
    stated = {"kind": "recorded", "recording": "file", "file": str(path), **parameters}
    made: Provider = family("provider").parse(stated)
    return made


def say(provider: Provider, *asked: str) -> str:
    client = Client(provider, access(llm_max_attempts=1), llm_id=None, owner_id=None, ledger=None)
    return client.complete_text([Message("user", text) for text in asked]).text


@pytest.fixture(params=["jsonl", "jsonl.gz"])
def path(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    text = "\n".join(map(json.dumps, ROWS)).encode()
    made = tmp_path / f"recording.{request.param}"
    made.write_bytes(gzip.compress(text) if made.suffix == ".gz" else b"\xef\xbb\xbf" + text)
    return made


def test_the_question_that_stands_last_is_answered_and_the_longest_of_those(path: Path) -> None:
    provider = recorded(path)
    provider.check(access())
    assert say(provider, "Question: Capital of Peru?\nAnswer: Lima\n\nQuestion: Capital of France?\nAnswer:") == "Paris"
    assert say(provider, "Capital of Peru? Capital of France? In one letter.") == "P"
    assert say(provider, "Capital of France? Think STEP BY STEP.") == "Easy.\nSo the answer is Paris."
    assert say(provider, "Capital of Peru?", "And now?") == "Lima"
    with pytest.raises(LlmRefusedRequest, match="no question that was recorded"):
        say(provider, "Capital of Spain?")


def test_it_can_be_tried(path: Path) -> None:
    client = Client(recorded(path), access(), llm_id=None, owner_id=None, ledger=None)
    found = try_llm(client)
    assert (found.is_ok, found.text) == (True, "Paris")


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "no questions"),
        (b'{"canary": "x"}', "no questions"),
        (b"{", "line 1: this is no JSON"),
        (b'{"question": "?", "completions": {}}', "line 1: a question and its completions"),
        (b'{"question": "?", "completions": {"naive": 1}}', "line 1: a question and its completions"),
        (b"[1]", "line 1: a question and its completions"),
        (b"\xff\xfe", "line 1: this is no JSON"),
        (b"[" * 100_000, "line 1: this is no JSON"),
    ],
)
def test_what_is_no_recording_is_refused(content: bytes, why: str, tmp_path: Path) -> None:
    path = tmp_path / "recording.jsonl"
    path.write_bytes(content)
    with pytest.raises(Invalid, match=why) as refused:
        recorded(path).check(access())
    assert refused.value.fields[0].path == ("provider", "file")


def test_files_and_names_that_are_not_there_are_refused(path: Path, tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="cannot be read"):
        recorded(tmp_path / "none.jsonl").check(access())
    broken = tmp_path / "broken.jsonl.gz"
    broken.write_bytes(gzip.compress(b"x" * 1000)[:20] + b"garbage")
    with pytest.raises(Invalid, match="cannot be read"):
        recorded(broken).check(access())
    with pytest.raises(Invalid, match=r"no completions called 'react'; it has: naive, cot"):
        recorded(path, choose={"react": "tool"}).check(access())
    with pytest.raises(Invalid, match="file just when"):
        family("provider").parse({"kind": "recorded", "file": str(path)})


def test_a_server_whose_folders_are_not_read_reads_no_recording(path: Path) -> None:
    closed = access(allow_folders=False)
    with pytest.raises(Invalid, match="not read from files"):
        recorded(path).check(closed)
    family("provider").parse({"kind": "recorded"}).check(closed)


def test_the_bundled_recording_says_its_completions_and_keeps_its_canary() -> None:
    recording = bundled("bbh")
    provider = family("provider").parse({"kind": "recorded"})
    assert len(recording.completions) == 1250
    for question, said in list(recording.completions.items())[::125]:
        assert say(provider, f"Answer the question.\nQuestion: {question}\nAnswer:") == said["naive"]
        assert say(provider, f"Question: {question}\nAnswer: Let's think step by step.") == said["cot"]
    with gzip.open(FOLDER / "bbh.jsonl.gz", "rt") as file:
        assert "canary GUID" in json.loads(file.readline())["canary"]
    assert "MIT License" in (FOLDER / "bbh.txt").read_text()


WORDS = st.text("ab?", min_size=1, max_size=6)


@settings(max_examples=examples(300), deadline=None)
@given(st.sets(WORDS, min_size=1, max_size=12), st.text("ab? ", max_size=30))
def test_questions_are_found_as_by_looking_for_each(questions: set[str], text: str) -> None:
    recording = Recording({question: {"naive": question} for question in questions})
    ends = [(text.rindex(each) + len(each), len(each), each) for each in questions if each in text]
    assert recording.question_in(text) == (max(ends)[2] if ends else None)
