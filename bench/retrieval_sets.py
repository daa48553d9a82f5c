"""Questions whose passage is known: XQuAD, and the Debian FAQ, whose headings are questions to their sections."""

import json
import os
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

XQUAD = Path(
    os.environ.get("BENCH_XQUAD", Path(__file__).parents[2] / "shared" / "data" / "xquad-en" / "xquad.en.json")
)
KEPT = Path(tempfile.gettempdir()) / "modelyard-bench"
"""What was fetched or computed for earlier rounds."""
MIN_CHARACTERS = 80
"""A shorter section only points elsewhere."""


@dataclass(frozen=True)
class QuestionSet:
    """Passages, and questions with the place of the passage that answers each."""

    name: str
    language: str
    passages: tuple[str, ...]
    questions: tuple[tuple[str, int], ...]
    asked_in: str = field(default="")
    """The questions' language, where it is another."""


def xquad() -> QuestionSet:
    """Return XQuAD in English: 240 paragraphs of Wikipedia, 1 190 questions written for them."""
    passages, questions = [], []
    for article in json.loads(XQUAD.read_text())["data"]:
        for paragraph in article["paragraphs"]:
            questions += [(each["question"], len(passages)) for each in paragraph["qas"]]
            passages.append(paragraph["context"])
    return QuestionSet("XQuAD-en", "en", tuple(passages), tuple(questions), "en")


def faq(language: str, asked_in: str = "") -> QuestionSet:
    """Return the Debian FAQ: sections without their headings, and the headings, in another language if wanted.

    Sections are told apart by their anchors, which all translations share.
    """
    answers, headings = _sections(language), _sections(asked_in or language)
    anchors = [anchor for anchor, (_, text) in answers.items() if len(text) >= MIN_CHARACTERS and anchor in headings]
    questions = tuple((headings[anchor][0], place) for place, anchor in enumerate(anchors))
    name = f"Debian FAQ, {language}" + (f" asked in {asked_in}" if asked_in else "")
    return QuestionSet(name, language, tuple(answers[anchor][1] for anchor in anchors), questions, asked_in or language)


def _sections(language: str) -> dict[str, tuple[str, str]]:
    """Return by anchor the heading, without its number, and the text of each section without sections of its own."""
    from selectolax.lexbor import LexborHTMLParser

    found: dict[str, tuple[str, str]] = {}
    for path in sorted(_folder(language).glob(f"*.{language}.html")):
        for section in LexborHTMLParser(path.read_text()).css("div.section"):
            title, anchor = section.css_first("h2.title, h3.title"), section.css_first("a[id]")
            if title is None or anchor is None or len(section.css("div.section")) > 1:
                continue
            heading = " ".join(title.text().split()).partition(" ")[2]
            section.css_first("div.titlepage").decompose()
            found[str(anchor.attributes["id"])] = (
                heading,
                "\n\n".join(text for node in section.css("p, pre, dt") if (text := node.text().strip())),
            )
    return found


def _folder(language: str) -> Path:
    package = "debian-faq" if language == "en" else f"debian-faq-{language}"
    within = unpacked(package) / "usr" / "share" / "doc" / "debian" / "FAQ"
    return within if language == "en" else within / language


def unpacked(package: str) -> Path:
    """Return the folder of what a Debian package holds, fetched with apt the first time and installed nowhere."""
    folder = KEPT / package
    if not folder.is_dir():
        folder.mkdir(parents=True)
        with tempfile.TemporaryDirectory() as scratch:
            subprocess.run(["apt-get", "download", package], cwd=scratch, check=True, capture_output=True)
            (archive,) = Path(scratch).glob("*.deb")
            subprocess.run(["dpkg", "-x", archive, folder], check=True, capture_output=True)
    return folder
