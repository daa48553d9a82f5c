"""The link that a start prints: always on a laptop, in production only until the owner has a password."""

from dataclasses import replace

from pydantic import SecretStr

from modelyard.access.verbs import change_me, owner_sign_in_path, sign_in_by_link
from modelyard.kernel.context import Actor
from modelyard.kernel.yard import Yard

PASSWORD = "orchard lantern velvet tram"


def in_production(yard: Yard) -> Yard:
    changed = {"environment": "production", "secret_key": SecretStr("k" * 32)}
    return replace(yard, settings=yard.settings.model_copy(update=changed))


def test_a_start_in_production_prints_a_link_until_there_is_a_password(yard: Yard, owner: Actor) -> None:
    production = in_production(yard)
    path = owner_sign_in_path(production)
    assert path is not None
    opened = sign_in_by_link(production, token=path.partition("token=")[2], address="127.0.0.1")
    assert opened.user.id == owner.id
    with yard.context(owner) as ctx:
        change_me(ctx, email="owner@example.org", password=PASSWORD)
    assert owner_sign_in_path(production) is None
    assert owner_sign_in_path(yard) is not None
