"""Files of questions: as people and other programs write them, and what is wrong with them."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from modelyard.chat.quality.importing import ReadQuestions, read_questions
from modelyard.chat.quality.questions import MAX_QUESTIONS, Asked, KnownQuestion, as_lines, from_lines
from modelyard.data.errors import UnreadableFile
from modelyard.kernel.errors import TooLarge
from modelyard.kernel.settings import Settings

Read = Callable[[str | bytes], ReadQuestions]


@pytest.fixture
def read(tmp_path: Path, settings: Settings) -> Read:
    def reading(content: str | bytes) -> ReadQuestions:
        path = tmp_path / "questions"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return read_questions(path, settings, tmp_path)

    return reading


def test_csv_as_spreadsheets_write_it(read: Read) -> None:
    header = "Question;Answer;Document;Is_answerable"
    text = f'{header}\n"Wie lange?; so";"90 Tage\nund mehr";a.md;ja\nWann?;;;nein\nWo ist es?;;;false\n'
    found = read(text.encode("utf-8-sig"))
    assert [each.question for each in found.questions] == ["Wo ist es?"]
    assert [(problem.row, problem.message[:4]) for problem in found.problems] == [(1, "'ja'"), (2, "'nei")]
    found = read(text.replace("ja", "yes").replace("nein", "0").encode("utf-16"))
    assert found.questions[0] == KnownQuestion(
        question="Wie lange?; so", answer="90 Tage\nund mehr", document_key="a.md"
    )
    assert [each.is_answerable for each in found.questions] == [True, False, False]


def test_json_lines_and_lists_of_other_tools(read: Read) -> None:
    rows = [
        {"user_input": "What is a run?", "reference": "An execution."},
        {"query": "Why?", "ground_truth": ["A", "B"]},
    ]
    for content in ("\n".join(map(json.dumps, rows)), json.dumps(rows)):
        found = read(content)
        assert [(each.question, each.answer) for each in found.questions] == [
            ("What is a run?", "An execution."),
            ("Why?", "A"),
        ]


def test_rows_that_are_no_questions_are_told(read: Read) -> None:
    rows = [
        {"question": ""},
        {"question": "x" * 5000},
        {"question": "Half \ud800?"},
        {"question": "Answered?", "is_answerable": False, "answer": "yes"},
        {"question": "Good one?", "unknown": 1},
    ]
    found = read("\n".join(map(json.dumps, rows)))
    assert [each.question for each in found.questions] == ["Good one?"]
    assert [problem.row for problem in found.problems] == [1, 2, 3, 4]
    assert "halves of characters" in found.problems[2].message


@pytest.mark.parametrize(
    "content",
    [
        "",
        "name,age\nAda,36\n",
        '{"question": "x"',
        '["just text", "and more"]',
        '{"a": 1}\n[1,2]\n',
        b"PK\x03\x04 a spreadsheet",
    ],
)
def test_what_is_no_table_of_questions_is_refused(read: Read, content: str | bytes) -> None:
    with pytest.raises(UnreadableFile) as refused:
        read(content)
    assert refused.value.hint


def test_too_many(read: Read) -> None:
    with pytest.raises(TooLarge):
        read("question\n" + "".join(f"Question {n}?\n" for n in range(MAX_QUESTIONS + 1)))


def test_a_set_survives_its_file() -> None:
    asked = [Asked(id="qn_1", origin="written", question="Wo\u2028ist es?", answer="dort\nhier")]
    assert from_lines(as_lines(asked)) == asked
    assert as_lines(asked) == as_lines(list(asked))
