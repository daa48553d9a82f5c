"""`modelyard ask`."""

import json

from tests.chat.answering.conftest import Manual
from tests.terminal import Command


def test_ask_on_the_terminal(modelyard: Command, manual: Manual) -> None:
    where = {"MODELYARD_DATA": str(manual.yard.settings.data)}
    plain = modelyard("ask", "Manual", "Which port does the API listen on?", **where)
    assert plain.returncode == 0, plain.stderr
    assert plain.stdout.startswith("The Zephyr API listens on port 7431 by default. [1]\n\n[1] Zephyr guide › Network")

    whole = modelyard("ask", "Manual", "Which port does the API listen on?", "--json", **where)
    document = json.loads(whole.stdout)
    assert document["outputs"][0]["citations"][0]["quote"] == "The Zephyr API listens on port 7431 by default."

    session = document["session"]
    streamed = modelyard("ask", "Manual", "And how is it changed?", "--stream", "--json", "--session", session, **where)
    events = [json.loads(line) for line in streamed.stdout.splitlines()]
    assert [events[i]["event"] for i in (0, 1, 2, -1)] == ["meta", "citation", "delta", "done"]
    assert events[-1]["answer"].startswith("The port can be changed with the option --port. [1]")


def test_an_honest_no_ends_with_0(modelyard: Command, manual: Manual) -> None:
    where = {"MODELYARD_DATA": str(manual.yard.settings.data)}
    answer = modelyard("ask", "Manual", "Who was the first president of France?", "--json", **where)
    assert answer.returncode == 0
    assert json.loads(answer.stdout)["outputs"][0]["abstained"] is True


def test_what_cannot_be_asked_ends_with_1(modelyard: Command, manual: Manual) -> None:
    where = {"MODELYARD_DATA": str(manual.yard.settings.data)}
    for arguments, words in (
        (("Nowhere", "x"), "There is no collection"),
        (("Manual", "  "), "question is empty"),
        (("Manual", "x", "--session", "cs_nothing"), "no such conversation"),
    ):
        answer = modelyard("ask", *arguments, **where)
        assert answer.returncode == 1
        assert words in answer.stderr
    manual.llm("Never said.", fail="401")
    assert "key" in modelyard("ask", "Manual", "Which port does the API listen on?", **where).stderr
