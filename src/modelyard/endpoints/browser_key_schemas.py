"""Shapes of browser keys in requests and answers."""

from datetime import datetime
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from modelyard.endpoints.browser_keys import MAX_ORIGINS, BrowserVisit, KeyInUse
from modelyard.kernel.origins import LONGEST_ORIGIN

MAX_QUESTIONS = 10**6

OriginText = Annotated[str, Field(min_length=1, max_length=LONGEST_ORIGIN)]


class BrowserKeyIn(BaseModel):
    """A browser key to make."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"name": "Docs", "origins": ["https://docs.example.org", "https://book-*.vercel.app"]}]
        },
    )

    name: str = Field(min_length=1, max_length=200, description="Which site uses it.")
    origins: list[OriginText] = Field(
        min_length=1,
        max_length=MAX_ORIGINS,
        description="Origins whose pages may use it, such as `https://docs.example.org`; `*` inside the first part "
        "of the host stands for the previews of one project, as in `https://book-*.vercel.app`.",
    )
    questions_per_reader_per_day: int = Field(50, ge=1, le=MAX_QUESTIONS, description="A day begins at 00:00 UTC.")
    questions_per_day: int = Field(500, ge=1, le=MAX_QUESTIONS, description="Of all readers together.")
    expires_at: AwareDatetime | None = None


class BrowserKeyOut(BaseModel):
    """A browser key with what is used of its day; `key` is no secret, it stands in the site's pages."""

    id: str
    key: str
    name: str
    origins: list[str]
    questions_per_reader_per_day: int
    questions_per_day: int
    n_questions_today: int
    created_at: datetime
    expires_at: datetime | None

    @classmethod
    def of(cls, found: KeyInUse) -> "BrowserKeyOut":
        """Return the answer for a key."""
        names = set(cls.model_fields) - {"key", "n_questions_today"}
        stated = {name: getattr(found.key, name) for name in names}
        return cls(**stated, key=found.key.id, n_questions_today=found.n_questions_today)


class WidgetOut(BaseModel):
    """What a widget needs to know before it is opened."""

    endpoint_id: str
    name: str

    @classmethod
    def of(cls, visit: BrowserVisit) -> "WidgetOut":
        """Return the answer for a page that may ask."""
        return cls(endpoint_id=visit.key.endpoint_id, name=visit.endpoint_name)
