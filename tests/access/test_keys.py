"""API keys: hashed, shown once, never more than their maker, ended for good."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from modelyard.access import verbs
from modelyard.access.actors import actor_of_key, full_scopes
from modelyard.access.credentials import token_hash
from modelyard.access.sessions import find_key, touch_key
from modelyard.access.tables import ApiKey, User
from modelyard.kernel.context import ANONYMOUS, Actor, Scope
from modelyard.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from modelyard.kernel.yard import Yard
from tests.access.people import OTHER_PASSWORD, PASSWORD, Clock, add_person

pytestmark = pytest.mark.postgres


def make_key(yard: Yard, actor: Actor, *scopes: Scope, expires_at: datetime | None = None) -> tuple[str, str]:
    with yard.context(actor) as ctx:
        key, secret = verbs.create_key(ctx, name="notebook", scopes=scopes or ["data:read"], expires_at=expires_at)
        return key.id, secret


def actor_with(yard: Yard, secret: str) -> Actor | None:
    with yard.context(ANONYMOUS) as ctx:
        found = find_key(ctx, secret)
    return actor_of_key(*found) if found else None


def test_only_the_hash_of_a_key_is_kept(yard: Yard, owner: Actor) -> None:
    key_id, secret = make_key(yard, owner)
    with yard.context(owner) as ctx:
        kept = ctx.session.get_one(ApiKey, key_id)
        assert kept.hash == token_hash(secret)
        assert secret.startswith(kept.prefix)
        assert len(kept.prefix) < len(secret) / 3
        assert secret not in str(vars(kept).values())


def test_a_key_acts_for_its_maker_with_its_scopes_only(yard: Yard) -> None:
    anna = add_person(yard)
    _, secret = make_key(yard, anna, "data:read", "runs:read")
    acting = actor_with(yard, secret)
    assert acting is not None
    assert acting.id == anna.id
    assert acting.scopes == {"data:read", "runs:read"}
    assert actor_with(yard, secret + "x") is None
    with pytest.raises(Forbidden), yard.context(acting) as ctx:
        verbs.list_keys(ctx)


def test_a_key_cannot_make_a_stronger_key(yard: Yard) -> None:
    anna = add_person(yard)
    _, secret = make_key(yard, anna, "account:write", "data:read")
    acting = actor_with(yard, secret)
    assert acting is not None
    with pytest.raises(Forbidden, match="data:write"):
        make_key(yard, acting, "data:read", "data:write")
    _, weaker = make_key(yard, acting, "data:read")
    assert actor_with(yard, weaker) is not None


def test_a_key_cannot_make_itself_a_way_to_sign_in(yard: Yard, owner: Actor) -> None:
    """Whoever signs in has every scope: a key with some of them must get neither a password nor a link."""
    _, secret = make_key(yard, owner, "account:read", "account:write")
    acting = actor_with(yard, secret)
    assert acting is not None
    for change in ({"password": PASSWORD}, {"email": "olga@example.org"}):
        with pytest.raises(Forbidden), yard.context(acting) as ctx:
            verbs.change_me(ctx, **change)
    with pytest.raises(Forbidden), yard.context(acting) as ctx:
        verbs.create_link(ctx)
    with yard.context(acting) as ctx:
        assert verbs.change_me(ctx, name="Olga").name == "Olga"


def test_a_scope_that_is_gone_gives_nothing(yard: Yard, owner: Actor) -> None:
    key_id, secret = make_key(yard, owner)
    with yard.context(owner) as ctx:
        ctx.session.get_one(ApiKey, key_id).scopes = ["data:read", "moon:write"]
    acting = actor_with(yard, secret)
    assert acting is not None
    assert acting.scopes == {"data:read"}


def test_a_key_expires(yard: Yard, owner: Actor) -> None:
    clock = Clock()
    _, secret = make_key(yard.at(clock), owner, expires_at=clock.now + timedelta(hours=1))
    assert actor_with(yard.at(clock), secret)
    clock.move(timedelta(hours=1))
    assert actor_with(yard.at(clock), secret) is None


@pytest.mark.parametrize(
    "end", [datetime(2020, 1, 1, tzinfo=UTC), datetime.max.replace(tzinfo=UTC), datetime.min.replace(tzinfo=UTC)]
)
def test_a_key_ends_in_the_future_but_not_in_another_age(yard: Yard, owner: Actor, end: datetime) -> None:
    with pytest.raises(Invalid) as refused:
        make_key(yard, owner, expires_at=end)
    assert refused.value.fields[0].path == ("expires_at",)


def test_a_revoked_key_is_gone_for_good(yard: Yard, owner: Actor) -> None:
    key_id, secret = make_key(yard, owner)
    with yard.context(owner) as ctx:
        verbs.revoke_key(ctx, key_id)
    assert actor_with(yard, secret) is None
    with yard.context(owner) as ctx:
        assert verbs.list_keys(ctx) == []
        with pytest.raises(NotFound):
            verbs.revoke_key(ctx, key_id)


def test_strangers_do_not_see_each_others_keys(yard: Yard, owner: Actor) -> None:
    anna = add_person(yard)
    key_id, secret = make_key(yard, anna)
    with yard.context(owner) as ctx:
        assert verbs.list_keys(ctx) == []
        with pytest.raises(NotFound):
            verbs.revoke_key(ctx, key_id)
    assert actor_with(yard, secret) is not None


def test_a_key_remembers_when_it_was_used(yard: Yard, owner: Actor) -> None:
    clock = Clock()
    key_id, _ = make_key(yard, owner)

    def used_at() -> datetime | None:
        with yard.context(owner) as ctx:
            return ctx.session.get_one(ApiKey, key_id).used_at

    def use() -> None:
        with yard.context(owner) as ctx:
            key = ctx.session.get_one(ApiKey, key_id)
        touch_key(yard.at(clock), key)

    assert used_at() is None
    use()
    first = used_at()
    assert first == clock.now
    clock.move(timedelta(seconds=30))
    use()
    assert used_at() == first, "not each use is a write"
    clock.move(timedelta(minutes=1))
    use()
    assert used_at() == clock.now


def test_keys_need_a_scope_and_are_not_endless(yard: Yard, owner: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Invalid), yard.context(owner) as ctx:
        verbs.create_key(ctx, name="empty", scopes=[])
    monkeypatch.setattr(verbs, "MAX_KEYS", 2)
    make_key(yard, owner)
    make_key(yard, owner)
    with pytest.raises(Conflict):
        make_key(yard, owner)


def test_keys_go_with_their_owner(yard: Yard) -> None:
    anna = add_person(yard)
    _, secret = make_key(yard, anna)
    with yard.context(ANONYMOUS) as ctx:
        ctx.session.delete(ctx.session.scalars(select(User).where(User.id == anna.id)).one())
    assert actor_with(yard, secret) is None


def test_keys_outlive_a_new_password(yard: Yard) -> None:
    anna = add_person(yard)
    _, secret = make_key(yard, anna, *full_scopes())
    with yard.context(anna) as ctx:
        verbs.change_me(ctx, password=OTHER_PASSWORD, current_password=PASSWORD)
    assert actor_with(yard, secret) is not None
