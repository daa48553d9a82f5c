"""How long keys may live."""

from datetime import datetime, timedelta

from modelyard.kernel.context import Context
from modelyard.kernel.errors import FieldError, Invalid

MAX_KEY_LIFETIME = timedelta(days=3650)


def require_sensible_end(ctx: Context, expires_at: datetime) -> None:
    """Raise Invalid for a time that is over, or so far off that it was not meant."""
    if not ctx.clock() < expires_at < ctx.clock() + MAX_KEY_LIFETIME:
        wrong = "Choose a time from now on and within ten years, or none."
        raise Invalid(wrong, fields=[FieldError(("expires_at",), wrong)])
