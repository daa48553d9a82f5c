"""What a reader may wish of a page: explained for a level, or translated."""

from collections.abc import Mapping
from typing import Annotated, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, field_validator

Level = Literal["beginner", "intermediate", "advanced"]
LEVELS: tuple[Level, ...] = get_args(Level)
READERS: Mapping[Level, str] = {
    "beginner": "somebody new to the subject: short sentences, every technical term explained when it first comes, a "
    "small everyday comparison where it helps",
    "intermediate": "somebody who knows the basics: say why things are as they are, and what to watch out for",
    "advanced": "an expert: tight, exact, without what an expert knows anyway, with the fine points spelled out",
}
LANGUAGES: Mapping[str, str] = {
    "ar": "Arabic", "bg": "Bulgarian", "bn": "Bengali", "ca": "Catalan", "cs": "Czech", "da": "Danish",
    "de": "German", "el": "Greek", "en": "English", "es": "Spanish", "et": "Estonian", "fa": "Persian",
    "fi": "Finnish", "fil": "Filipino", "fr": "French", "gu": "Gujarati", "he": "Hebrew", "hi": "Hindi",
    "hr": "Croatian", "hu": "Hungarian", "id": "Indonesian", "it": "Italian", "ja": "Japanese", "km": "Khmer",
    "kn": "Kannada", "ko": "Korean", "lo": "Lao", "lt": "Lithuanian", "lv": "Latvian", "ml": "Malayalam",
    "mr": "Marathi", "ms": "Malay", "my": "Burmese", "ne": "Nepali", "nl": "Dutch", "no": "Norwegian",
    "pa": "Punjabi", "pl": "Polish", "pt": "Portuguese", "ro": "Romanian", "ru": "Russian", "si": "Sinhala",
    "sk": "Slovak", "sl": "Slovenian", "sr": "Serbian", "sv": "Swedish", "sw": "Swahili", "ta": "Tamil",
    "te": "Telugu", "th": "Thai", "tr": "Turkish", "uk": "Ukrainian", "ur": "Urdu", "vi": "Vietnamese",
    "zh": "Chinese (simplified)", "zh-TW": "Chinese (traditional)",
}  # fmt: skip
"""Languages that a page can be translated to; how well depends on the LLM."""


class Explain(BaseModel):
    """The page in other words, for a level, in its own language; headings, tables and code stay."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    wish: Literal["explain"]
    level: Level

    @property
    def key(self) -> str:
        """What it is kept under."""
        return f"explain:{self.level}"


class Translate(BaseModel):
    """The page in another language; code stays."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    wish: Literal["translate"]
    language: Annotated[str, Field(max_length=8)]

    @field_validator("language")
    @classmethod
    def _is_known(cls, value: str) -> str:
        if value not in LANGUAGES:
            raise ValueError(f"{value!r} is no language that pages are translated to: {', '.join(LANGUAGES)}.")
        return value

    @property
    def key(self) -> str:
        """What it is kept under."""
        return f"translate:{self.language}"


PageWish = Annotated[Explain | Translate, Field(discriminator="wish")]
