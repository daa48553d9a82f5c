"""Keys of providers: stored sealed with the yard's secret key, or given by the settings; never shown again."""

from sqlalchemy.orm import Session

from modelyard.access.tables import User
from modelyard.kernel.errors import FieldError, Invalid
from modelyard.kernel.sealing import seal, secret_key_of, unseal
from modelyard.kernel.settings import Settings
from modelyard.llm.provider import Provider
from modelyard.llm.tables import Llm

_N_SHOWN = 4
_SHORTEST_SHOWN = 12
"""Of a shorter key, its end would be too much of it."""


def sealed(settings: Settings, llm_id: str, secret: str) -> tuple[str, str | None]:
    """Return a key sealed for one LLM's row, and its last characters; raise Invalid for what is no key."""
    cleaned = secret.strip()
    if not cleaned or not cleaned.isascii() or not cleaned.isprintable() or " " in cleaned:
        message = "A key is one word of ASCII characters."
        raise Invalid(
            message, hint="Copy it again from the provider's page.", fields=[FieldError(("secret",), message)]
        )
    ends = cleaned[-_N_SHOWN:] if len(cleaned) >= _SHORTEST_SHOWN else None
    return seal(secret_key_of(settings), cleaned, purpose=_purpose(llm_id)), ends


def secret_of(session: Session, settings: Settings, row: Llm, provider: Provider) -> str | None:
    """Return the key of an LLM: its own, else the one of the settings where its owner may use it, else None.

    Raises SealBroken when its own cannot be opened any more.
    """
    if row.secret is not None:
        return unseal(secret_key_of(settings), row.secret, purpose=_purpose(row.id))
    return key_of_settings(session, settings, row.owner_id, provider)


def key_of_settings(session: Session, settings: Settings, owner_id: str, provider: Provider) -> str | None:
    """Return the key that the settings give to this owner for the provider, None when there is none."""
    if provider.key_setting is None:
        return None
    given: str = getattr(settings, provider.key_setting).get_secret_value()
    if not given or not provider.takes_key_of_settings:
        return None
    if settings.llm_keys_for == "everybody":
        return given
    owner = session.get(User, owner_id)
    return given if owner is not None and owner.is_owner else None


def _purpose(llm_id: str) -> str:
    return f"llm key of {llm_id}"
