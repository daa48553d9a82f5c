"""An answer is used again only while the code that asked for it says the same."""

from pathlib import Path

import pytest

from modelyard.experiments.running.code import code_digest, sources_of
from modelyard.kernel.kinds import family

AGENT = "modelyard.experiments.strategies.react"


def test_the_code_of_an_agent_is_its_file_and_what_writes_and_reads_for_it() -> None:
    ours = {name.removeprefix("modelyard.experiments.") for name in sources_of(AGENT)}
    assert {"strategies.react", "tools.calculator", "reading.steps", "reading.passages", "strategy"} <= ours
    assert not {name for name in ours if name.startswith(("running", "strategies.rag", "tables"))}
    kinds = family("strategy").kinds.values()
    assert len({code_digest(kind.__module__) for kind in kinds}) == len(kinds)


def test_words_that_a_plug_in_changes_make_other_questions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "own_strategies"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "words.py").write_text('ASKING = "Answer:"')
    (package / "short.py").write_text(
        "import json\nfrom . import words\nfrom modelyard.experiments.over_collection import OverCollection\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    found = sources_of("own_strategies.short")
    assert {"own_strategies.short", "own_strategies.words", "modelyard.experiments.over_collection"} <= set(found)
    assert "json" not in found
    before = code_digest("own_strategies.short")
    (package / "words.py").write_text('ASKING = "Answer briefly:"')
    code_digest.cache_clear()
    assert code_digest("own_strategies.short") != before
