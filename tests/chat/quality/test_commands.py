"""Measuring from the terminal, as a build would."""

import json
from pathlib import Path

from tests.chat.quality.manual import KNOWN, UNKNOWN, Manual
from tests.terminal import Command


def test_a_file_of_questions_is_measured(own_manual: Manual, modelyard: Command, tmp_path: Path) -> None:
    none = modelyard("collection", "measure", "Manual")
    assert (none.returncode, "has no test questions" in none.stderr) == (1, True)
    rows = [{"question": question, "document_key": key, "quote": quote} for question, _, key, quote in KNOWN]
    rows += [{"question": question, "is_answerable": False} for question in UNKNOWN]
    path = tmp_path / "questions.jsonl"
    path.write_text("\n".join(map(json.dumps, [*rows, {"question": ""}])))
    shown = modelyard("collection", "measure", "Manual", "--questions", str(path))
    assert shown.returncode == 0, shown.stderr
    assert "8 questions imported, 1 left out." in shown.stderr
    assert "row 9: question:" in shown.stderr
    assert "hit_at_10" in shown.stdout
    assert "judged" not in shown.stdout, "what could not be scored is no line of a table"
    found = json.loads(modelyard("collection", "measure", "Manual", "--questions", str(path), "--json").stdout)
    assert (found["n_questions"], found["figures"]["hit_at_10"]["value"]) == (8, 1)
    assert found["compared_with"] is not None
