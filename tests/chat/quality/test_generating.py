"""Questions made by rules from chunks: honest ones, each with the words that answer it."""

import pytest

from modelyard.chat.quality.elsewhere import GENERAL, unanswerable
from modelyard.chat.quality.generating import SourceChunk, by_rules, definition_of, in_turn, subject_of, task_of


def chunk(
    text: str, *headings: str, key: str = "a.md", language: str | None = "en", begins: bool = True
) -> SourceChunk:
    return SourceChunk(key, "Manual", headings, text, language, begins)


@pytest.mark.parametrize(
    ("sentence", "asked"),
    [
        ("A dataset is an immutable table of rows.", "What is a dataset?"),
        ("The worker is a process that executes runs.", "What is the worker?"),
        ("SQLite is a database in one file.", "What is SQLite?"),
        ("Docker is a program that runs containers.", "What is Docker?"),
        ("This is a test.", None),
        ("If it is a file, the server reads it.", None),
        ("The result of this is a mess.", None),
        ("A minute is a start; ten are better.", None),
        ("A workflow is fast.", None),
    ],
)
def test_sentences_that_define(sentence: str, asked: str | None) -> None:
    made = list(definition_of(chunk(sentence)))
    assert [each.question for each in made] == ([asked] if asked else [])
    assert all(each.quote in sentence and each.is_answerable for each in made if each.quote)


def test_a_subject_begins_small_where_it_does_so_elsewhere() -> None:
    made = list(definition_of(chunk("Runs are the executions of jobs. Of runs, all are kept.")))
    assert made[0].question == "What are runs?"


def test_vietnamese_sentences_that_define() -> None:
    text = "Bộ dữ liệu là một bảng không đổi. Đây là một ví dụ."
    assert [each.question for each in definition_of(chunk(text, language="vi"))] == ["Bộ dữ liệu là gì?"]


@pytest.mark.parametrize(
    ("heading", "asked"),
    [
        ("How to install Docker", "How do I install Docker?"),
        ("Running the server", "How do I run the server?"),
        ("2.1 Create a key", "How do I create a key?"),
        ("Why are rows left out?", "Why are rows left out?"),
        ("Does it change this?", None),
        ("How to add one", None),
        ("Overview", None),
    ],
)
def test_headings_that_tell_how(heading: str, asked: str | None) -> None:
    made = list(task_of(chunk("Words of the section.", "Manual", heading)))
    assert [each.question for each in made] == ([asked] if asked else [])
    assert not list(task_of(chunk("Words.", "Manual", heading, begins=False))), "only where the section begins"


def test_of_each_chunk_one_question_and_none_twice() -> None:
    chunks = [
        chunk("A dataset is an immutable table of rows.", "Manual", "Datasets"),
        chunk("A dataset is an immutable table of rows.", "Manual", "Deleting a dataset", key="b.md"),
        chunk("Quotas count rows.", "Manual", "Quotas", key="c.md"),
    ]
    made = by_rules(chunks, 10)
    assert [each.question for each in made] == [
        "What is a dataset?",
        "How do I delete a dataset?",
        "What does “Manual” say about “Quotas”?",
    ]
    assert [each.document_key for each in made] == ["a.md", "b.md", "c.md"]
    left = ("Datasets", "Deleting a dataset")
    again = by_rules(chunks, 10, known=[each.question.upper() for each in made])
    assert [each.question for each in again] == [f"What does “Manual” say about “{name}”?" for name in left]
    assert len(by_rules(chunks, 1)) == 1
    assert not list(subject_of(chunk("Words.", "Manual"))), "the title of the page is no section"


def test_every_document_has_its_turn_and_short_chunks_none() -> None:
    long = "Words of a section that says enough to be asked about. " * 4
    chunks = [
        *(chunk(f"{long}{n}", key="a.md") for n in range(9)),
        chunk(long, key="b.md"),
        chunk("Short.", key="c.md"),
    ]
    chosen = in_turn(chunks)
    assert {each.document_key for each in chosen[:2]} == {"a.md", "b.md"}
    assert len(chosen) == 10
    assert in_turn(chunks) == chosen != in_turn(chunks, seed=1)


def test_what_is_asked_elsewhere_comes_first() -> None:
    made = unanswerable(["How do I bake bread?"], 3, language="vi", known=[GENERAL["vi"][0]])
    assert [each.question for each in made] == ["How do I bake bread?", *GENERAL["vi"][1:3]]
    assert not any(each.is_answerable for each in made)
