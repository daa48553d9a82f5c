"""Collections of a page or two answer what they say, and leave what they do not say."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from modelyard.access.verbs import ensure_local_owner
from modelyard.chat.adding import add_origin
from modelyard.chat.answering.answer import Answer
from modelyard.chat.answering.whole import answer_question
from modelyard.chat.tables import Collection
from modelyard.chat.verbs import create_collection, get_collection, sync_collection
from modelyard.kernel.context import ANONYMOUS, Actor
from modelyard.kernel.settings import Settings
from modelyard.kernel.yard import Yard
from modelyard.runs.drive import drive

STATION = {
    "intro": """# What Kestrel is

Kestrel is a small weather station for gardens. It measures temperature, humidity, wind and rain every ten minutes and
keeps two years of readings on a card of its own, so nothing is lost when the network is down.

## What is in the box

- the station with its wind vane
- a mounting pole of 1.2 metres in three parts
- a card with the serial number, which the app asks for
- a compass
- four rechargeable batteries

## Who reads the values

Everybody in the house can see the current values on the display. Readings are never sold.
""",
    "install": """# Putting it up

Choose an open place, at least three metres from walls and trees.

## Mounting the pole

1. Push the three parts of the pole together until they click.
2. Drive the spike 40 centimetres into the ground.
3. Put the station on the pole and turn it until the red mark points north.
""",
    "batteries": """# Batteries

The four batteries last about eighteen months. In winters below −15 °C they last a year.

## When the light is red

A red light means that less than ten percent is left.
""",
    "alarms": """# Alarms

An alarm is sent when a value stays beyond its limit for twenty minutes.

## Storm alarm

The storm alarm rings when gusts exceed 75 kilometres per hour three times within an hour.
""",
}
BAKERY = "The bakery on Mill Street opens at six in the morning and closes at noon. On Mondays it stays closed."


class Shop:
    """Two small collections, embedded by what comes with the package."""

    def __init__(self, yard: Yard, owner: Actor, place: Path) -> None:
        self._yard, self._owner = yard, owner
        self._place = place
        self._made: dict[str, Collection] = {}

    def make(self, name: str, **pages: str) -> None:
        """Make a synced collection of Markdown pages."""
        folder = self._place / name
        folder.mkdir()
        for page, text in pages.items():
            (folder / f"{page}.md").write_text(text)
        with self._yard.context(self._owner) as ctx:
            made = create_collection(ctx, name)
            add_origin(ctx, made.id, {"kind": "folder", "path": str(folder)})
            run_id = sync_collection(ctx, made.id).id
        assert drive(self._yard, run_id).state == "succeeded"
        with self._yard.context(self._owner, writes=False) as ctx:
            self._made[name] = get_collection(ctx, made.id)

    def ask(self, name: str, question: str) -> Answer:
        """Return what the collection answers without an LLM."""
        return answer_question(self._yard, self._made[name], question=question, actor=self._owner)


@pytest.fixture(scope="module")
def shop(migrated_sqlite: bytes, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    settings = Settings(data=tmp_path_factory.mktemp("small"), allow_folders=True)
    (settings.data / "modelyard.sqlite").write_bytes(migrated_sqlite)
    yard = Yard.open(settings)
    with yard.context(ANONYMOUS) as ctx:
        owner = ensure_local_owner(ctx)
    made = Shop(yard, owner, tmp_path_factory.mktemp("pages"))
    made.make("station", **STATION)
    made.make("bakery", hours=BAKERY)
    yield made
    yard.close()


@pytest.mark.parametrize(
    ("name", "question", "words"),
    [
        ("station", "How many batteries are in the box?", "four rechargeable batteries"),
        ("station", "How deep must the spike go into the ground?", "40 centimetres"),
        ("station", "How many years of readings does the card keep?", "two years of readings"),
        ("station", "What does a red light mean?", "less than ten percent"),
        ("bakery", "When does the bakery on Mill Street close?", "closes at noon"),
        ("bakery", "At what time of the day does the bakery open in the morning?", "opens at six"),
    ],
)
def test_a_small_collection_answers_what_it_says(shop: Shop, name: str, question: str, words: str) -> None:
    answer = shop.ask(name, question)
    assert not answer.abstained
    assert words in answer.text


@pytest.mark.parametrize(
    ("name", "question"),
    [
        ("station", "Who won the football cup?"),
        ("station", "Does it measure air pressure?"),
        ("station", "What colour is the box?"),
        ("station", "What is the warranty period of the station?"),
        ("bakery", "Who owns the bakery?"),
        ("bakery", "What does a croissant cost?"),
    ],
)
def test_a_small_collection_leaves_what_it_does_not_say(shop: Shop, name: str, question: str) -> None:
    assert shop.ask(name, question).abstained


@pytest.mark.parametrize(
    ("name", "question", "is_off_subject"),
    [
        ("station", "Who won the football cup?", True),
        ("station", "What is the capital of France?", True),
        ("bakery", "Who won the football cup?", True),
        ("station", "What colour is the box?", False),
        ("station", "Does it measure air pressure?", False),
        ("bakery", "Who owns the bakery?", False),
    ],
)
def test_what_is_off_the_subject_is_told_from_what_is_missing(
    shop: Shop, name: str, question: str, is_off_subject: bool
) -> None:
    answer = shop.ask(name, question)
    assert answer.abstained
    assert answer.is_off_subject is is_off_subject
