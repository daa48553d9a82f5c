"""People for the tests of access."""

from datetime import datetime, timedelta

from modelyard.access import verbs
from modelyard.access.actors import actor_of
from modelyard.access.verbs import ensure_local_owner
from modelyard.kernel.clock import utc_now
from modelyard.kernel.context import ANONYMOUS, Actor
from modelyard.kernel.yard import Yard

ANNA = "anna@example.org"
PASSWORD = "kelp otter sunday lamp"
OTHER_PASSWORD = "violet harbour tin whistle"


def add_person(yard: Yard, email: str = ANNA, password: str = PASSWORD) -> Actor:
    """Add somebody who can sign in."""
    with yard.context(ANONYMOUS) as ctx:
        owner = ensure_local_owner(ctx)
    with yard.context(owner) as ctx:
        return actor_of(verbs.create_user(ctx, email=email, password=password, name=""))


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = utc_now()

    def __call__(self) -> datetime:
        return self.now

    def move(self, time: timedelta) -> None:
        self.now += time
