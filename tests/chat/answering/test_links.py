"""The addresses that open a page at a quote."""

from urllib.parse import unquote

from modelyard.chat.answering.links import link_to
from modelyard.data.words.matching import Span


def link(text: str, quote: str, url: str = "https://a.example/p#s") -> str:
    start = text.index(quote)
    return str(link_to(url, text, Span(start, start + len(quote))))


def test_a_fragment_holds_the_words_encoded() -> None:
    text = "Use the A-B test, with R&D (100%) of it. More words follow here."
    address = link(text, "Use the A-B test, with R&D (100%) of it.")
    assert address == (
        "https://a.example/p#s:~:text=Use%20the%20A%2DB%20test%2C%20with%20R%26D%20%28100%25%29%20of%20it."
    )


def test_a_long_quote_or_one_of_several_blocks_is_its_first_and_last_words() -> None:
    text = "One two three four five six seven eight.\n\n" + " ".join(f"word{i}" for i in range(30))
    directive = link(text, text).split(":~:text=")[1]
    assert [unquote(part) for part in directive.split(",")] == [
        "One two three four five",
        "word25 word26 word27 word28 word29",
    ]


def test_a_short_or_repeated_quote_has_the_words_around_it() -> None:
    text = "first line\nOpen the menu Save as now please.\nOpen the file Save as later."
    start = text.rindex("Save as")
    directive = str(link_to("https://a.example/p", text, Span(start, start + 7))).split("#:~:text=")[1]
    assert [unquote(part) for part in directive.split(",")] == ["Open the file-", "Save as", "-later."]


def test_marks_of_lists_and_tables_are_not_looked_for_on_the_page() -> None:
    listed = link(
        "- Ask for a lease every fifteen seconds.\n- Then renew it.", "- Ask for a lease every fifteen seconds."
    )
    assert unquote(listed).endswith("text=Ask for a lease every fifteen seconds.")
    row = "lease_seconds | how long a worker may be silent"
    assert unquote(link(f"Name | Meaning\n{row}", row)).endswith("text=lease_seconds,a worker may be silent")


def test_without_an_address_there_is_none() -> None:
    assert link_to(None, "Any text.", Span(0, 5)) is None
