"""Errors: each class has a status, a stable name, and says what to do where it can."""

from collections.abc import Iterator

import pytest

from modelyard.kernel import errors
from modelyard.kernel.errors import FieldError, ModelyardError, NotFound, StorageFull, TooManyRequests


def subclasses(base: type[ModelyardError]) -> Iterator[type[ModelyardError]]:
    for found in base.__subclasses__():
        yield found
        yield from subclasses(found)


def test_codes_are_class_names_in_snake_case() -> None:
    assert TooManyRequests("Wait.").code == "too_many_requests"
    assert NotFound("Gone.").code == "not_found"


def test_a_hint_given_stands_before_the_default_one() -> None:
    assert StorageFull("Full.").hint == StorageFull.default_hint
    assert StorageFull("Full.", hint="Buy a disk.").hint == "Buy a disk."


def test_fields_keep_their_paths() -> None:
    field = FieldError(("inputs", 0, "age"), "Not a number.")
    assert ModelyardError("Wrong.", fields=[field]).fields == (field,)


@pytest.mark.parametrize("kind", [ModelyardError, *subclasses(ModelyardError)], ids=lambda kind: kind.__name__)
def test_every_error_has_a_status_of_its_own_kind(kind: type[ModelyardError]) -> None:
    assert 400 <= kind.status < 600
    assert kind.__doc__


def test_the_tree_at_the_top_of_the_file_is_complete() -> None:
    for found in ModelyardError.__subclasses__():
        if found.__module__ == errors.__name__:
            assert f"{found.__name__:<18}{found.status}" in (errors.__doc__ or "").replace("─", "")
