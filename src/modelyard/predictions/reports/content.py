"""What a report says, as data: both the PDF and the HTML are made of it, and of nothing else."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class Facts:
    """What is known of a batch when its report is asked for; frozen, so that the report can be made again."""

    batch: str
    filename: str
    endpoint: str
    model: str
    version: int | None
    predicted_at: datetime
    made_at: datetime
    n_rows: int
    n_failed: int
    n_unsure: int | None
    not_sure_below: float | None
    target: str
    label: str | None
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Share:
    """A class: rows predicted as it, their share with its 95 % interval, and its colour on every chart."""

    name: str
    color: str
    n: int
    share: float
    low: float
    high: float


@dataclass(frozen=True)
class Picture:
    """A chart or a word cloud; `told` says in words what is to be seen, `width` its share of the page's width."""

    title: str
    svg: str
    told: str
    width: float = 1.0


@dataclass(frozen=True)
class ToldWord:
    """A word that tells a class from the others."""

    word: str
    z: float
    n_inside: int
    n_outside: int


@dataclass(frozen=True)
class ToldClass:
    """The words that tell one class from all others."""

    name: str
    color: str
    words: tuple[ToldWord, ...]


@dataclass(frozen=True)
class Example:
    """A row as it is shown: its number in the file, its text, and what was predicted."""

    row: int
    text: str
    label: str
    prediction: str
    confidence: float | None


@dataclass(frozen=True)
class Examples:
    """Rows of the class that is the title, or without one the rows with the highest and the lowest numbers."""

    title: str
    color: str
    first_title: str
    first: tuple[Example, ...]
    second_title: str
    second: tuple[Example, ...]


@dataclass(frozen=True)
class Report:
    """Everything a report says, in its order."""

    title: str
    facts: Facts
    figures: tuple[tuple[str, str], ...]
    """Large numbers at the top, each with its words."""
    shares: tuple[Share, ...]
    shares_note: str
    charts: tuple[Picture, ...]
    cloud: Picture | None
    cloud_note: str
    telling: tuple[ToldClass, ...]
    examples: tuple[Examples, ...]
    limits: tuple[str, ...]
    rows: tuple[Example, ...] = field(default=())
    rows_note: str = ""
    rows_title: str = "Text"
    """What stands in the column of texts: these, or the inputs by name."""
