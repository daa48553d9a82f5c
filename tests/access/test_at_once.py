"""What two at once, or one in the way of others, must not break."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from modelyard.access import verbs
from modelyard.access.attempts import MAX_FAILURES_PER_ADDRESS, MAX_FAILURES_PER_EMAIL, TooManyAttempts
from modelyard.access.tables import User
from modelyard.kernel.context import ANONYMOUS, Actor
from modelyard.kernel.errors import Conflict, ModelyardError, Unauthenticated
from modelyard.kernel.yard import Yard
from tests.access.conftest import EMAIL, PASSWORD

pytestmark = pytest.mark.postgres

N_AT_ONCE = 4


def test_an_e_mail_has_one_account_however_many_ask_at_once(yard: Yard) -> None:
    def register(_n: int) -> str:
        try:
            with yard.context(ANONYMOUS) as ctx:
                verbs.register(ctx, email=EMAIL, password=PASSWORD, name="")
        except Conflict:
            return "taken"
        return "made"

    with ThreadPoolExecutor(N_AT_ONCE) as pool:
        assert sorted(pool.map(register, range(N_AT_ONCE))) == ["made", "taken", "taken", "taken"]


def test_many_guesses_at_once_count_each_other(yard: Yard, ada: User) -> None:
    def guess(_n: int) -> type[ModelyardError]:
        with pytest.raises(ModelyardError) as refused:
            verbs.sign_in(yard, email=EMAIL, password="wrong", address="192.0.2.1")
        return type(refused.value)

    with ThreadPoolExecutor(N_AT_ONCE) as pool:
        answers = list(pool.map(guess, range(12)))
    n_looked_at = answers.count(Unauthenticated)
    assert answers.count(TooManyAttempts) == 12 - n_looked_at
    # PostgreSQL's writers do not wait for each other: at most one guess of each comes on top.
    most = MAX_FAILURES_PER_EMAIL + (0 if yard.settings.is_sqlite else N_AT_ONCE - 1)
    assert MAX_FAILURES_PER_EMAIL <= n_looked_at <= most


def test_wrong_links_from_one_address_lock_nobody_else_out(yard: Yard, owner: Actor) -> None:
    for _ in range(MAX_FAILURES_PER_ADDRESS):
        with pytest.raises(Unauthenticated):
            verbs.sign_in_by_link(yard, token="guess", address="192.0.2.1")
    with yard.context(owner) as ctx:
        token = verbs.create_link(ctx)
    assert verbs.sign_in_by_link(yard, token=token, address="198.51.100.1").user.id == owner.id
