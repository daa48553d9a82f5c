"""Passages to answer from, made without a collection."""

from modelyard.chat.answering.citations import Ground
from modelyard.chat.answering.composing import Composer
from modelyard.chat.passages import Passage

PORT = (
    "The Zephyr API listens on port 7431 by default. It can be changed with the option --port. "
    "Logs go to /var/log/zephyr."
)
INSTALL = "To install Zephyr, run this command.\n\npip install zephyr\n\nAfterwards start the service with systemctl."
PHO = "Phở bò là món ăn truyền thống. Nước dùng được ninh từ xương bò trong 12 giờ."


def ground(number: int, text: str, *, url: str | None = None, start: int = 100) -> Ground:
    """Return a passage that begins somewhere within its document."""
    passage = Passage(
        (number,), f"dc_{number}", "h" * 64, "Zephyr", ("Guide",), url, None, start, start + len(text), text, 0.9, 1, 1
    )
    return Ground(number, passage)


GROUNDS = (ground(1, PORT, url="https://docs.example/zephyr#port"), ground(2, INSTALL), ground(3, PHO))


def composer(language: str = "en") -> Composer:
    """Return a composer over the three passages."""
    return Composer(GROUNDS, question="Which port?", language=language, supported_from=0.6, secret="=5ec4e7=")


def composed(*pieces: str, language: str = "en") -> tuple[str, list[str], Composer]:
    """Return the text that goes out of an answer in these pieces, the quotes that it cites, and the composer."""
    made = composer(language)
    outs = [out for piece in pieces for out in made.feed(piece)] + list(made.end())
    text = "".join(out for out in outs if isinstance(out, str))
    return text, [out.quote for out in outs if not isinstance(out, str)], made
