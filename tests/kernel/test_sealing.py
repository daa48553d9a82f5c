"""Secrets at rest: opened by the same key for the same purpose, and by nothing else."""

import pytest

from modelyard.kernel.sealing import SealBroken, seal, unseal

KEY = b"k" * 32


def test_a_secret_is_opened_again_and_looks_different_each_time() -> None:
    first, second = (seal(KEY, "sk-schlüssel", purpose="a") for _ in range(2))
    assert first != second
    assert "sk-" not in first
    assert unseal(KEY, first, purpose="a") == unseal(KEY, second, purpose="a") == "sk-schlüssel"


def test_anything_else_breaks_the_seal() -> None:
    sealed = seal(KEY, "secret", purpose="a")
    middle = len(sealed) // 2
    tampered = sealed[:middle] + ("A" if sealed[middle] != "A" else "B") + sealed[middle + 1 :]
    for key, text, purpose in (
        (b"other" * 8, sealed, "a"),
        (KEY, sealed, "b"),
        (KEY, tampered, "a"),
        (KEY, sealed[:12], "a"),
        (KEY, sealed.removeprefix("v1."), "a"),
        (KEY, "v1.no base64!", "a"),
        (KEY, "", "a"),
    ):
        with pytest.raises(SealBroken):
            unseal(key, text, purpose=purpose)
