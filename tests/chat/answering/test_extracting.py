"""Excerpts: what bears on the question is quoted, and nothing that only stands near it."""

from modelyard.chat.answering.citations import Ground
from modelyard.chat.answering.extracting import extracts
from modelyard.chat.loaders.markdown import MarkdownLoader
from modelyard.chat.passages import Passage
from tests.chat.loaders.reading import read

PAGE = """# Kestrel

Kestrel measures the wind every ten minutes and keeps the readings of two years.

## What is in the box

- the station with its wind vane
- four batteries

## Connecting to the network

Hold the blue button for six seconds until the light blinks. Then choose it in the app.
A station that cannot reach the network tries again every fifteen minutes.

```bash
kestrel join --network garden
```

## Power

The batteries last about eighteen months. In winter they last a year. A red light means that they are nearly empty.
"""


def quoted(question: str, page: str = PAGE) -> list[str]:
    """Return what is quoted of a page as an answer."""
    document = read(MarkdownLoader, page)
    text = document.text
    passage = Passage((1,), "dc_1", "h" * 64, document.title, (), None, None, 0, len(text), text, 1.0, 1, 1)
    outs = extracts(question, question, [Ground(1, passage, document=document)], "en")
    return [out.quote for out in outs if not isinstance(out, str)]


def test_a_further_excerpt_bears_on_the_question_too() -> None:
    assert quoted("How long do the batteries last?") == ["The batteries last about eighteen months."]
    assert quoted("What does a red light mean?") == ["A red light means that they are nearly empty."]


def test_a_heading_that_asks_the_question_gives_its_section() -> None:
    [steps] = quoted("How do I connect to the network?")
    assert steps.startswith("Hold the blue button")
    assert steps.endswith("kestrel join --network garden")
    assert quoted("What is in the box?") == ["- the station with its wind vane\n- four batteries"]


def test_how_often_asks_for_no_steps() -> None:
    assert quoted("How often does it measure the wind?") == [
        "Kestrel measures the wind every ten minutes and keeps the readings of two years."
    ]


def test_of_sentences_that_say_as_much_the_first_that_defines_is_quoted() -> None:
    page = """# Terms

Every lantern needs care. RAID-5

RAID-5 spreads parity over all disks. Some people say that RAID-5 is slow. Others keep RAID-5 for archives. RAID-5 is
a way to survive the loss of one disk. Many use RAID-5.
"""
    assert quoted("What is RAID-5?", page) == ["RAID-5 is a way to survive the loss of one disk."]
    assert quoted("Is RAID-5 used?", page) == ["Many use RAID-5."]
