"""Fixtures of the access tests: a clock that a test moves, people, and browsers."""

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from typing import Protocol

import pytest
from fastapi.testclient import TestClient

from modelyard.access import verbs
from modelyard.access.tables import User
from modelyard.kernel.context import ANONYMOUS
from modelyard.kernel.yard import Yard
from tests.conftest import application_over

EMAIL = "ada@example.org"
PASSWORD = "violet-Kettle 29 harbour"  # long and not in any list


class MovingClock:
    """A clock that stands until a test moves it."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 21, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def move(self, by: timedelta) -> None:
        self.now += by


class Browsers(Protocol):
    def __call__(self, base_url: str = "http://testserver") -> TestClient: ...


@pytest.fixture
def clock() -> MovingClock:
    return MovingClock()


@pytest.fixture
def timed_yard(yard: Yard, clock: MovingClock) -> Yard:
    return yard.at(clock)


@pytest.fixture
def ada(timed_yard: Yard) -> User:
    """A person who registered."""
    with timed_yard.context(ANONYMOUS) as ctx:
        return verbs.register(ctx, email=EMAIL, password=PASSWORD, name="Ada")


@pytest.fixture
def browsers(timed_yard: Yard) -> Iterator[Browsers]:
    """Open browsers with nothing in their cookie jars."""
    with ExitStack() as stack:
        app = application_over(timed_yard)
        yield lambda base_url="http://testserver": stack.enter_context(TestClient(app, base_url=base_url))


@pytest.fixture
def stranger(browsers: Browsers) -> TestClient:
    """A browser that is not signed in."""
    return browsers()


@pytest.fixture
def browser(browsers: Browsers, ada: User) -> TestClient:
    """Ada's browser, signed in."""
    return sign_in(browsers())


def sign_in(client: TestClient, password: str = PASSWORD) -> TestClient:
    """Sign Ada in; later requests carry the CSRF header."""
    answer = client.post("/api/v1/auth/sign-in", json={"email": EMAIL, "password": password})
    assert answer.status_code == 200, answer.text
    client.headers["X-CSRF-Token"] = answer.json()["csrf_token"]
    return client
