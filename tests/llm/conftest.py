"""Fixtures of the tests of LLMs: a stub server, clients of it, and a ledger that is read when it is written."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from modelyard.kernel.kinds import family
from modelyard.kernel.settings import Settings
from modelyard.llm import attempts
from modelyard.llm.client import Client
from modelyard.llm.provider import Access
from tests.llm.stub import Stub, serving

SECRET = "sk-this-is-the-secret-of-a-test-4711"

MakeClient = Callable[..., Client]


@pytest.fixture(scope="module")
def _server() -> Iterator[Stub]:
    with serving() as stub:
        yield stub


@pytest.fixture
def stub(_server: Stub, monkeypatch: pytest.MonkeyPatch) -> Stub:
    """The server, as new; whoever tries again does not wait."""
    monkeypatch.setattr(attempts, "FIRST_WAIT_SECONDS", 0.01)
    fresh = Stub(url=_server.url)
    for name, value in vars(fresh).items():
        setattr(_server, name, value)
    return _server


def quick(**changes: Any) -> Settings:
    return Settings(**{"llm_first_piece_timeout": timedelta(seconds=1), "llm_max_attempts": 2, **changes})


def address_of(kind: str, stub: Stub) -> str:
    return stub.url + ("/v1" if kind in ("openai", "hf_api") else "")


@pytest.fixture
def make(stub: Stub) -> MakeClient:
    """A function that makes a client of the stub."""

    def client(kind: str = "openai", *, settings: Settings | None = None, **parameters: Any) -> Client:
        document = {"kind": kind, "model": "gpt-4o-mini", "base_url": address_of(kind, stub), **parameters}
        provider = family("provider").parse(document)
        return Client(provider, Access(SECRET, settings or quick()), llm_id=None, owner_id=None, ledger=None)

    return client
