"""Pages explained and translated: structure and code stay, one maker at a time, nothing is paid twice."""

import asyncio
import json
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from modelyard.access.verbs import register
from modelyard.chat.parsed import Block, ParsedDocument
from modelyard.chat.tables import PageVariant
from modelyard.chat.variants.asking import MarkedReader, request_for
from modelyard.chat.variants.blocks import PIECE_TOKENS, Part, parts_of, pieces, source_of
from modelyard.chat.variants.wishes import Explain, Translate
from modelyard.kernel.context import ANONYMOUS, Actor
from modelyard.kernel.yard import Yard
from modelyard.llm.tables import LlmSpending
from tests.chat.variants.pages import ECHO, PAGE, add_page, blocks, making, run, told
from tests.conftest import application_over, sign_in

VIETNAMESE = Translate(wish="translate", language="vi")
BEGINNER = Explain(wish="explain", level="beginner")
CODE = "tar  xf server-2.4.tar.gz   # two  spaces, kept\n\t./server --port 8080 <<EOF\nEOF"


def scripted(*lines: dict[str, Any], **parameters: Any) -> dict[str, Any]:
    return {"kind": "scripted", "lines": list(lines), **parameters}


@pytest.mark.postgres
def test_a_page_is_made_once_and_its_code_is_not_touched(yard: Yard, owner: Actor) -> None:
    document = add_page(yard, owner, ECHO)
    events = run(making(yard, owner, document, VIETNAMESE))
    assert [events[0].name, events[-1].name] == ["meta", "done"]
    assert events[0].data["llm"]["is_scripted"] is True
    found = blocks(events)
    parsed = making(yard, owner, document, VIETNAMESE).plan.parsed
    assert [found[i]["kind"] for i in sorted(found)] == [block.kind for block in parsed.blocks]
    assert [found[i]["text"] for i in sorted(found)] == [source_of(parsed, i) for i in range(len(parsed.blocks))]
    code = next(block for block in found.values() if block["kind"] == "code")
    assert (code["text"], code["state"]) == (CODE, "kept")
    assert {block["state"] for block in found.values() if block["kind"] != "code"} == {"made"}
    assert not any(block["doubts"] for block in found.values())

    again = run(making(yard, owner, document, VIETNAMESE))
    assert [event.name for event in again] == ["meta", *["block"] * len(found), "done"]
    assert again[-1].data["is_cached"] is True
    assert again[-1].data["usage"] == events[-1].data["usage"]
    assert again[-1].data["usage"]["n_output_tokens"] > 0
    with yard.context(owner) as ctx:
        spent = ctx.session.query(LlmSpending).all()
    assert sum(each.n_requests for each in spent) <= 1


def test_only_what_explains_is_explained(yard: Yard, owner: Actor) -> None:
    document = add_page(yard, owner, ECHO)
    found = blocks(run(making(yard, owner, document, BEGINNER)))
    states = {block["kind"]: block["state"] for block in found.values()}
    assert states == {"heading": "kept", "paragraph": "made", "list": "made", "code": "kept", "table": "kept"}


def test_what_was_lost_on_the_way_is_doubted(yard: Yard, owner: Actor) -> None:
    lost = {
        "when": r"<<(\w+) 1>>",
        "say": "\n".join(rf"<<\1 {n}>>" + f"\nPhần {n}" for n in range(1, 6)) + r"<<\1 end>>",
    }
    found = blocks(run(making(yard, owner, add_page(yard, owner, scripted(lost)), VIETNAMESE)))
    doubts = {block["kind"]: list(block["doubts"]) for block in found.values()}
    assert doubts["heading"] == []
    assert doubts["list"] == [
        "It has another number of lines than the source.",
        "Numbers of the source are missing: 1, 2, 2.4.",
    ]


def test_an_llm_that_forgets_marks_is_asked_part_by_part_and_what_fails_shows_the_source(
    yard: Yard, owner: Actor
) -> None:
    forgets = {"when": r"<<\w+ 1>>", "say": "Tôi quên mất các dấu."}
    fails = {"when": "configuration", "say": ""}
    one = {"when": r"<<(\w+)>>\n(.*)\n<<", "say": r"«\2»"}
    document = add_page(yard, owner, scripted(forgets, fails, one, otherwise=""))
    events = run(making(yard, owner, document, VIETNAMESE))
    found = blocks(events)
    assert found[0]["text"] == "«Install the server»"
    assert found[max(found)]["state"] == "failed"
    assert found[max(found)]["text"] in PAGE
    assert events[-1].data["n_failed"] == 1
    with yard.context(owner) as ctx:
        row = ctx.session.query(PageVariant).one()
        assert (row.is_whole, len(row.blocks), row.maker) == (False, len(found) - 1, None), "failures are tried again"


def test_who_comes_while_it_is_made_reads_along(yard: Yard, owner: Actor) -> None:
    document = add_page(yard, owner, {**ECHO, "seconds_per_word": 0.01})

    async def both() -> list[Any]:
        first, second = (making(yard, owner, document, VIETNAMESE) for _ in range(2))
        begun = asyncio.create_task(told(first))
        await asyncio.sleep(0.2)
        return [first, second, await told(second), await begun]

    first, second, along, made = asyncio.run(both())
    assert blocks(along) == blocks(made)
    assert [event.name for event in along].count("delta") == 0, "it asked nobody"
    assert along[-1].name == made[-1].name == "done"
    assert first.usage == second.usage


def test_who_goes_away_leaves_what_is_made_and_another_goes_on(yard: Yard, owner: Actor) -> None:
    text = PAGE + "\n\n".join(f"Paragraph {n} of many says something about the server." for n in range(60))
    document = add_page(yard, owner, ECHO, text=text)
    run(making(yard, owner, document, VIETNAMESE), until_made=True)
    with yard.context(owner) as ctx:
        row = ctx.session.query(PageVariant).one()
        kept, spent = len(row.blocks), row.usage["n_output_tokens"]
        assert (row.is_whole, row.maker) == (False, None)
    assert 0 < kept < 60
    events = run(making(yard, owner, document, VIETNAMESE))
    names = [event.name for event in events]
    assert names[1 : 1 + kept] == ["block"] * kept, "first what is there"
    assert events[-1].data["usage"]["n_output_tokens"] > spent
    assert len(blocks(events)) == len(making(yard, owner, document, VIETNAMESE).plan.parsed.blocks)


@pytest.mark.parametrize(("fail", "code"), [("401", "llm_refused_key"), ("half", "llm_unavailable")])
def test_a_provider_that_fails_is_told_and_another_may_try(yard: Yard, owner: Actor, fail: str, code: str) -> None:
    document = add_page(yard, owner, {**ECHO, "fail": fail})
    events = run(making(yard, owner, document, VIETNAMESE))
    assert (events[-1].name, events[-1].data["error"]) == ("error", code)
    assert events[-1].data["hint"]
    with yard.context(owner) as ctx:
        assert ctx.session.query(PageVariant).one().maker is None


def test_over_http(yard: Yard, owner: Actor, client: TestClient) -> None:
    document = add_page(yard, owner, ECHO)
    address = f"/api/v1/documents/{document.id}/variants"
    offer = client.get(address).json()
    assert (offer["available"], offer["language"], offer["made"]) == (True, "en", [])
    assert "en" not in [each["code"] for each in offer["languages"]]
    answer = client.post(address, json={"wish": "translate", "language": "vi"})
    assert answer.headers["content-type"].startswith("text/event-stream")
    names = [line.removeprefix("event: ") for line in answer.text.splitlines() if line.startswith("event: ")]
    assert [names[0], names[-1]] == ["meta", "done"]
    data = [json.loads(line.removeprefix("data: ")) for line in answer.text.splitlines() if line.startswith("data: ")]
    assert data[-1]["n_made"] == 5
    assert [each["wish"] for each in client.get(address).json()["made"]] == ["translate:vi"]

    own = client.post(address, json={"wish": "translate", "language": "en"})
    assert (own.status_code, own.json()["hint"]) == (422, "Choose another language.")
    assert client.post(address, json={"wish": "translate", "language": "xx"}).status_code == 422
    assert client.post(address, json={"wish": "sing"}).status_code == 422


def test_without_an_llm_and_for_somebody_else(yard: Yard, owner: Actor, client: TestClient) -> None:
    document = add_page(yard, owner)
    address = f"/api/v1/documents/{document.id}/variants"
    offer = client.get(address).json()
    assert (offer["available"], "has no LLM" in offer["why_not"]) == (False, True)
    refused = client.post(address, json={"wish": "explain", "level": "beginner"})
    assert (refused.status_code, refused.json()["hint"]) == (409, "Choose an LLM in the collection's settings.")
    with yard.context(ANONYMOUS) as ctx:
        register(ctx, email="other@example.org", password="a long enough pass phrase 7", name="O")
    with TestClient(application_over(yard)) as stranger:
        sign_in(yard, stranger, "other@example.org")
        assert stranger.get(address).status_code == 404
        assert stranger.post(address, json={"wish": "explain", "level": "beginner"}).status_code == 404


def test_the_same_text_with_another_owners_llm_is_another_variant(yard: Yard, owner: Actor) -> None:
    first, second = add_page(yard, owner, ECHO), add_page(yard, owner, ECHO)
    assert first.text_hash == second.text_hash
    keys = {making(yard, owner, each, VIETNAMESE).plan.key for each in (first, second)}
    assert len(keys) == 2, "rows of LLMs differ, whatever they are set to"


@given(st.lists(st.text(alphabet="ab <>\n1", max_size=30), min_size=1, max_size=5), st.data())
def test_an_answer_is_read_alike_however_it_is_cut(texts: list[str], data: st.DataObject) -> None:
    parts = [Part(i, 0, "x", "") for i in range(len(texts))]
    request = request_for(VIETNAMESE, "T", parts)
    if len(parts) == 1:
        answer = f"<<{request.mark}>>\n{texts[0]}\n<<{request.mark}>>"
    else:
        answer = (
            "".join(f"<<{request.mark} {n}>>\n{text}\n" for n, text in enumerate(texts, 1)) + f"<<{request.mark} end>>"
        )
    cuts = sorted(data.draw(st.lists(st.integers(0, len(answer)), max_size=8)))
    reader, shown = MarkedReader(request), ""
    for start, end in zip([0, *cuts], [*cuts, len(answer)], strict=True):
        shown += "".join(text for _, text in reader.feed(answer[start:end]))
    reader.end(is_cut=False)
    assert [reader.text(n) for n in range(1, len(texts) + 1)] == [text.strip() or None for text in texts]
    assert request.mark not in shown, "never a mark, nor half of one"


@given(st.lists(st.text(alphabet="ab.,1 \n", min_size=1, max_size=4000), min_size=1, max_size=4))
def test_parts_hold_every_word_and_fit_a_request(texts: list[str]) -> None:
    whole, spans = "", []
    for text in texts:
        spans.append((len(whole), len(whole) + len(text)))
        whole += text + "\n\n"
    found = tuple(Block(kind="paragraph", start=start, end=end) for start, end in spans)
    parsed = ParsedDocument(title="T", text=whole, blocks=found, n_words_in_file=0)
    parts = [part for i in range(len(found)) for part in parts_of(parsed, i)]
    for i, text in enumerate(texts):
        joined = "".join(f"{part.joiner}{part.text}" for part in parts if part.block == i)
        assert "".join(joined.split()) == "".join(text.split())
    for piece in pieces(parts):
        assert len(piece) == 1 or sum(part.n_tokens for part in piece) <= PIECE_TOKENS
