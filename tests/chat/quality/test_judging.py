"""Who judges: the LLM that answers, or another one that the settings name."""

from modelyard.chat.tables import Collection
from modelyard.llm.verbs import create_llm
from tests.chat.quality.manual import KNOWN, Manual
from tests.chat.quality.test_measuring import ANSWER

RIGHT = '{"verdict": "right", "why": "same"}'
WRONG = '{"verdict": "wrong", "why": "another port"}'


def judged_by(manual: Manual, judge_id: str | None) -> None:
    """Name the judge in the settings."""
    change = manual.client.patch(manual.address, json={"answering": {"judge_id": judge_id}})
    assert change.status_code == 200, change.text


def test_another_llm_judges_where_one_is_named(own_manual: Manual) -> None:
    manual = own_manual
    question, answer, key, quote = KNOWN[0]
    manual.add(question=question, answer=answer, document_key=key, quote=quote)
    own = {"when": "known to be right", "say": RIGHT}
    manual.answered_by(lines=[own, ANSWER], otherwise="NOT_FOUND")
    itself = manual.measured()
    assert (itself["llm"], itself["judge"], itself["figures"]["judged"]["value"]) == (
        *("scripted: scripted", "scripted: scripted"),
        1,
    )
    with manual.yard.context(manual.owner) as ctx:
        judge = create_llm(ctx, "Judge", {"kind": "scripted", "otherwise": WRONG})
    judged_by(manual, judge.id)
    found = manual.measured()
    assert (found["llm"], found["judge"], found["figures"]["judged"]["value"]) == (
        *("scripted: scripted", "scripted: scripted"),
        0,
    )
    with manual.yard.context(manual.owner) as ctx:
        row = ctx.session.get_one(Collection, manual.shelf.id)
        row.answering = {**row.answering, "judge_id": "lm_gone"}
    gone = manual.measured()
    assert (gone["judge"], gone["figures"]["judged"]["value"]) == (None, None), "nobody judges in its place"
    assert gone["figures"]["answered"]["value"] == 1
