"""`modelyard experiment`: a document of a file is run to its end, and its exit code says whether it was good enough."""

import json
from pathlib import Path

from modelyard.kernel.context import Actor
from modelyard.kernel.yard import Yard
from tests.experiments.running.asking import CAPITALS, Asking
from tests.terminal import Command

DOCUMENT = """
name: Capitals
samples: {dataset: Capitals}
strategies:
  - kind: naive
  - kind: naive
    label: short
    template: "Only the name: {question}"
llms: [{llm: Scripted}]
"""


def test_a_document_is_run_twice_as_two_attempts(yard: Yard, owner: Actor, tmp_path: Path, modelyard: Command) -> None:
    asking = Asking(yard, owner)
    asking.llm()
    asking.dataset(CAPITALS)
    file = tmp_path / "capitals.yaml"
    file.write_text(DOCUMENT)

    said = modelyard("experiment", "run", str(file), "--json", "--fail-under", "exact_match=0.7")
    assert said.returncode == 0, said.stderr
    attempt = json.loads(said.stdout.splitlines()[-1])
    assert (attempt["number"], attempt["state"], attempt["n_done"]) == (1, "succeeded", 8)
    assert [each["score"] for each in attempt["running"]["configurations"]] == [0.75, 0.75]

    failed = modelyard("experiment", "run", str(file), "--limit", "2", "--fail-under", "exact_match=1.01")
    assert (failed.returncode, "Capitals, attempt 2: succeeded" in failed.stdout) == (1, True)
    assert "No configuration reaches exact_match 1.01" in failed.stderr
    assert "4 answers used again" in failed.stdout

    assert "2 of 2" not in modelyard("experiment", "list").stdout
    assert modelyard("experiment", "show", "Capitals", "--document").stdout.startswith("name: Capitals\n")
    nothing = modelyard("experiment", "resume", "Capitals")
    assert (nothing.returncode, "has every answer" in nothing.stderr) == (1, True)
    assert modelyard("experiment", "run", str(file), "--fail-under", "much").returncode == 2


def test_what_is_wrong_is_said_with_its_place(tmp_path: Path, modelyard: Command) -> None:
    file = tmp_path / "wrong.yaml"
    file.write_text(DOCUMENT.replace("kind: naive\n    label", "kind: magic\n    label"))
    said = modelyard("experiment", "run", str(file))
    assert said.returncode == 1
    assert "magic" in said.stderr
    file.write_text("name: [")
    assert "Line 1" in modelyard("experiment", "run", str(file)).stderr
