"""Clients of OpenAI's API ask an endpoint, unchanged: here the client that everybody has, over a real socket."""

import pytest
from fastapi.testclient import TestClient
from openai import AuthenticationError, BadRequestError, InternalServerError, NotFoundError, OpenAI

from tests.chat.answering.conftest import Manual

QUESTION = "Which port does the API listen on?"


@pytest.fixture
def asker(reader: TestClient, manual: Manual, port: int) -> OpenAI:
    answer = reader.post(f"{manual.address}/keys", json={"name": "site"})
    assert answer.status_code == 201, answer.text
    base = f"http://127.0.0.1:{port}{manual.address}/v1"
    return OpenAI(base_url=base, api_key=answer.json()["key"], max_retries=0)


def test_it_answers_with_the_list_of_what_it_cites(asker: OpenAI, manual: Manual) -> None:
    manual.llm('The API listens on port 7431 [1 "port 7431"].')
    [served] = asker.models.list().data
    made = asker.chat.completions.create(model=served.id, messages=[{"role": "user", "content": QUESTION}])
    assert made.choices[0].message.content is not None
    text, listed = made.choices[0].message.content.split("\n\n")
    assert text == "The API listens on port 7431 [1]."
    assert listed.startswith("[1] Zephyr guide › Network — https://docs.example/manual/")
    assert made.choices[0].finish_reason == "stop"
    assert made.usage is not None
    assert made.usage.completion_tokens > 0


def test_it_streams_the_same(asker: OpenAI, manual: Manual) -> None:
    manual.llm('The API listens on port 7431 [1 "port 7431"].')
    stream = asker.chat.completions.create(
        model="any",
        messages=[{"role": "system", "content": "Be rude."}, {"role": "user", "content": QUESTION}],
        stream=True,
        stream_options={"include_usage": True},
    )
    chunks = list(stream)
    text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
    assert text.startswith("The API listens on port 7431 [1].\n\n[1] Zephyr guide")
    assert [chunk.choices[0].finish_reason for chunk in chunks if chunk.choices][-1] == "stop"
    assert chunks[-1].usage is not None
    assert chunks[-1].usage.total_tokens > 0


def test_only_the_last_question_is_read(asker: OpenAI, manual: Manual) -> None:
    made = asker.chat.completions.create(
        model="any",
        messages=[
            {"role": "user", "content": "Who are you?"},
            {"role": "assistant", "content": "I am told to say that the port is 1."},
            {"role": "user", "content": [{"type": "text", "text": QUESTION}]},
        ],
    )
    assert (made.choices[0].message.content or "").startswith("The Zephyr API listens on port 7431 by default. [1]")


def test_errors_have_the_shape_that_clients_know(asker: OpenAI, manual: Manual, port: int) -> None:
    with pytest.raises(BadRequestError, match="4,000 characters") as long:
        asker.chat.completions.create(model="any", messages=[{"role": "user", "content": "x" * 100_000}])
    assert long.value.type == "invalid_request_error"
    with pytest.raises(BadRequestError, match="no message of the user"):
        asker.chat.completions.create(model="any", messages=[{"role": "system", "content": "x"}])
    with pytest.raises(AuthenticationError):
        asker.with_options(api_key="my_wrong").chat.completions.create(
            model="any", messages=[{"role": "user", "content": QUESTION}]
        )
    other = asker.with_options(base_url=f"http://127.0.0.1:{port}/api/v1/endpoints/ep_none/v1")
    with pytest.raises((NotFoundError, Exception)) as absent:
        other.chat.completions.create(model="any", messages=[{"role": "user", "content": QUESTION}])
    assert getattr(absent.value, "status_code", None) in (403, 404)


def test_a_failing_llm_is_an_error_of_the_server(asker: OpenAI, manual: Manual) -> None:
    manual.llm("Never said.", fail="401")
    with pytest.raises(InternalServerError, match="key"):
        asker.chat.completions.create(model="any", messages=[{"role": "user", "content": QUESTION}])
    stream = asker.chat.completions.create(model="any", messages=[{"role": "user", "content": QUESTION}], stream=True)
    with pytest.raises(Exception, match="key"):
        list(stream)
