"""Secrets at rest: sealed with a key that is derived from the yard's secret key, and bound to what they are for."""

import base64
import binascii
import os
import secrets
import tempfile
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from modelyard.kernel.errors import ModelyardError
from modelyard.kernel.settings import Settings

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_FORMAT = "v1."
_NONCE_BYTES = 12
"""What AES-GCM is made for; random ones are safe for billions of secrets under one key."""


class SealBroken(ModelyardError):
    """What was sealed cannot be opened: the yard's secret key changed, or the row was tampered with."""

    status = 409
    default_hint = (
        "The yard's secret key (MODELYARD_SECRET_KEY, or secret.key in the data folder) is another one than when this "
        "was stored. Restore it, or enter the secret again."
    )


def secret_key_of(settings: Settings) -> bytes:
    """Return the yard's secret key: from the settings, else made once in the data folder, for its owner only."""
    given = settings.secret_key.get_secret_value()
    if given:
        return given.encode()
    path = settings.data / "secret.key"
    if not path.exists():
        _make_secret(path)
    return path.read_bytes()


def seal(secret_key: bytes, text: str, *, purpose: str) -> str:
    """Return the text encrypted and signed (AES-256-GCM); only the same key and purpose open it again."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    sealed = _cipher(secret_key).encrypt(nonce, text.encode(), purpose.encode())
    return _FORMAT + base64.b64encode(nonce + sealed).decode()


def unseal(secret_key: bytes, sealed: str, *, purpose: str) -> str:
    """Return the text that was sealed; raise SealBroken when the key, the purpose or a bit is another."""
    from cryptography.exceptions import InvalidTag

    if not sealed.startswith(_FORMAT):
        raise SealBroken("This stored secret is not readable.")
    try:
        data = base64.b64decode(sealed.removeprefix(_FORMAT), validate=True)
        opened = _cipher(secret_key).decrypt(data[:_NONCE_BYTES], data[_NONCE_BYTES:], purpose.encode())
    except (InvalidTag, ValueError, binascii.Error) as error:
        raise SealBroken("This stored secret cannot be opened.") from error
    return opened.decode()


@lru_cache(maxsize=4)
def _cipher(secret_key: bytes) -> "AESGCM":
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    # The secret key also signs: a key of its own for sealing keeps the two uses apart.
    return AESGCM(HKDF(hashes.SHA256(), 32, salt=None, info=b"modelyard sealing v1").derive(secret_key))


def _make_secret(path: Path) -> None:
    """Write a key that is whole from the moment it has its name; of two processes at once the first one's stays."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=path.name)  # readable by its owner only
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(48))
        with suppress(FileExistsError):
            os.link(name, path)
    finally:
        Path(name).unlink()
