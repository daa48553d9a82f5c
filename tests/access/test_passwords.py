"""Passwords: long, not common, not the person's own name or e-mail; stored so that they cannot be read back."""

import pytest

from modelyard.access.credentials import MAX_PASSWORD_LENGTH, hash_password, require_good_password, verify_password
from modelyard.kernel.errors import Invalid


@pytest.mark.parametrize(
    "password",
    [
        "",
        "short",
        "x7#kQ2!mZp9",  # 11 characters
        "password1234",
        "Password123!",
        "123456789012",
        "qwertyuiop12",
        "aaaaaaaaaaaaaaaa",
        "iloveyou1234",
        "letmeinletmein",
        "ada.lovelace@example.org",
        "Ada.Lovelace@Example.Org",
        "adalovelace!",
        "modelyardmodelyard",
        "   password   ",
        "v" * (MAX_PASSWORD_LENGTH + 1),
    ],
)
def test_weak_passwords_are_refused(password: str) -> None:
    with pytest.raises(Invalid) as error:
        require_good_password(password, "ada.lovelace@example.org", "Ada Lovelace")
    assert error.value.fields[0].path == ("password",)
    assert not password.strip() or len(password) < 6 or password not in error.value.message


@pytest.mark.parametrize("password", ["violet-Kettle 29 harbour", "mưa xanh trên núi cao", "x7#kQ2!mZp9&tR4"])
def test_good_passwords_pass(password: str) -> None:
    require_good_password(password, "ada.lovelace@example.org", "Ada Lovelace")


def test_the_hash_is_salted_argon2id() -> None:
    first, second = hash_password("violet-Kettle 29"), hash_password("violet-Kettle 29")
    assert first.startswith("$argon2id$")
    assert first != second
    assert verify_password("violet-Kettle 29", first)
    assert not verify_password("violet-Kettle 30", first)


def test_the_end_of_a_long_password_counts() -> None:
    stored = hash_password("a" * 100 + "right")
    assert not verify_password("a" * 100 + "wrong", stored)


def test_nobodys_password_is_never_right() -> None:
    assert not verify_password("anything at all", None)


def test_ways_to_compose_a_letter_are_one_password() -> None:
    assert verify_password("caf\u00e9 au lait 99", hash_password("cafe\u0301 au lait 99"))
