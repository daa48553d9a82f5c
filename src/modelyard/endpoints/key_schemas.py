"""Shapes of an endpoint's keys in requests and answers."""

from datetime import datetime

from pydantic import AwareDatetime, BaseModel, Field

from modelyard.endpoints.keys import KeyOfEndpoint

MAX_LIMIT = 10**9


class EndpointKeyIn(BaseModel):
    """A key to make; a limit that is null does not limit."""

    name: str = Field(min_length=1, max_length=200, description="Who or what uses it.")
    calls_per_minute: int | None = Field(60, ge=1, le=MAX_LIMIT)
    rows_per_day: int | None = Field(10_000, ge=1, le=MAX_LIMIT, description="A day begins at 00:00 UTC.")
    expires_at: AwareDatetime | None = None


class EndpointKeyOut(BaseModel):
    """A key of an endpoint without its secret, with what is used of its limits now."""

    id: str
    name: str
    prefix: str
    calls_per_minute: int | None
    rows_per_day: int | None
    n_calls_this_minute: int
    n_rows_today: int
    created_at: datetime
    expires_at: datetime | None
    used_at: datetime | None

    @classmethod
    def of(cls, found: KeyOfEndpoint) -> "EndpointKeyOut":
        """Return the answer for a key."""
        key, limits = found.key, found.limits
        return cls(
            id=key.id,
            name=key.name,
            prefix=key.prefix,
            calls_per_minute=limits.calls_per_minute,
            rows_per_day=limits.rows_per_day,
            n_calls_this_minute=found.n_calls_this_minute,
            n_rows_today=found.n_rows_today,
            created_at=key.created_at,
            expires_at=key.expires_at,
            used_at=key.used_at,
        )


class NewEndpointKeyOut(EndpointKeyOut):
    """A key with its secret, shown this once."""

    key: str
