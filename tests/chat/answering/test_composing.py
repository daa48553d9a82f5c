"""Marks of citation: checked against the passages, numbered as they appear, never half, however the text is cut."""

import re
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.chat.answering.passages import INSTALL, PHO, PORT, composed, composer

WRITTEN = st.lists(
    st.sampled_from(
        [
            *(
                "The API listens on port 7431",
                " [1]",
                ' [1 "listens on port 7431"]',
                " [2]",
                " [9]",
                "[1, 3]",
                " [1-2]",
            ),
            *('[2 "not there"]', '[1 "unfinished', "【1】", "[12th]", "[2024]", "[link](https://evil.example/x)"),
            *(
                "![image](https://evil.example/i.png)",
                "https://evil.example",
                "<img src=x>",
                "Vec<T>",
                "`list[0]`",
                "```\n",
            ),
            *(
                "x[1]\n",
                ".",
                ". ",
                "\n\n",
                "- ",
                "Logs go to /var/log/zephyr",
                "The moon is cheese",
                "=5ec4e7= end",
                "=",
            ),
            *("[a](", "](b)", "!", "h", "http", "\\[1\\]", "[", "]", "(", "**bold** ", "phở bò", '"', "<!-- c -->"),
        ]
    ),
    max_size=14,
).map("".join)


@settings(max_examples=250, deadline=None)
@given(WRITTEN, st.lists(st.integers(0, 400), max_size=6))
def test_pieces_make_no_difference(written: str, cuts: list[int]) -> None:
    places = sorted({0, len(written), *(cut for cut in cuts if cut < len(written))})
    pieces = [written[start:end] for start, end in pairwise(places)]
    whole = composed(written)
    for other in (composed(*pieces), composed(*written)):
        assert other[:2] == whole[:2]
        assert other[2].composed.unsupported == whole[2].composed.unsupported


def without_code(text: str) -> str:
    """Return Markdown without its code: fences stand at the beginning of a line, other code ends with its paragraph."""
    text = re.sub(r"^ *(`{3,})[^`].*?(?:^ *\1`* *$|\Z)", "", text, flags=re.DOTALL | re.MULTILINE)
    paragraphs = re.split(r"\n\n", text)
    return "\n\n".join(
        re.sub(r"(?<!`)(`+)(?!`).*?(?:(?<!`)\1(?!`)|\Z)", "", part, flags=re.DOTALL) for part in paragraphs
    )


@example(" [1]```\nport 7431```\n[link](https://evil.example/x)")
@example("port 7431```\n```\n```\n[link](https://evil.example/x)")
@example("[https://evil.example[link](https://evil.example/x)")
@settings(max_examples=250, deadline=None)
@given(WRITTEN)
def test_numbers_in_the_text_are_those_of_the_list(written: str) -> None:
    text, quotes, made = composed(written)
    assert text == made.composed.text
    prose = without_code(text)
    numbers = [int(n) for n in re.findall(r"\[(\d{1,3})\]", prose)]
    assert set(numbers) <= set(range(1, len(quotes) + 1))
    first_seen = list(dict.fromkeys(int(n) for n in re.findall(r"\[(\d{1,3})\]", text) if int(n) <= len(quotes)))
    assert set(first_seen) >= set(range(1, len(quotes) + 1)), "every citation has its mark"
    assert "evil.example" not in prose
    assert "5ec4e7" not in prose


def test_a_quote_is_found_and_numbers_follow_their_appearance() -> None:
    text, quotes, made = composed('Install it [2 "pip install zephyr"]. It listens on port 7431 [1 "port 7431"].')
    assert text == "Install it [1]. It listens on port 7431 [2]."
    assert quotes == ["pip install zephyr", "port 7431"]
    citation = made.composed.citations[0]
    assert (citation.document_id, citation.start) == ("dc_2", 100 + INSTALL.index("pip install"))
    assert INSTALL[citation.start - 100 : citation.end - 100] == citation.quote


def test_a_wrong_number_is_dropped_and_its_sentence_told() -> None:
    text, quotes, made = composed("Zephyr was founded by Bob Miller in 2017 [9]. It is nice.")
    assert text == "Zephyr was founded by Bob Miller in 2017. It is nice."
    assert quotes == []
    assert made.composed.unsupported == ["Zephyr was founded by Bob Miller in 2017."]
    assert made.composed.is_unbacked


def test_a_mark_on_a_passage_that_says_nothing_of_it_is_dropped() -> None:
    text, quotes, _ = composed("The moon is made of green cheese [1].")
    assert (text, quotes) == ("The moon is made of green cheese.", [])


def test_a_wrong_number_gets_the_passage_that_backs_the_sentence() -> None:
    text, quotes, _ = composed("The API listens on port 7431 by default [2]. Next.")
    assert text == "The API listens on port 7431 by default. [1] Next."
    assert quotes == ["The Zephyr API listens on port 7431 by default."]


def test_a_quote_that_is_not_there_becomes_the_best_sentence_of_the_passage() -> None:
    text, quotes, _ = composed('Logs are in /var/log/zephyr [1 "written to the log folder"].')
    assert text == "Logs are in /var/log/zephyr [1]."
    assert quotes == ["Logs go to /var/log/zephyr."]


@pytest.mark.parametrize("quote", ["“ninh từ xương bò”", "NINH TU XUONG BO", "ninh  từ\nxương bò", "ninh … xương bò"])
def test_quotes_are_found_as_a_person_reads_them(quote: str) -> None:
    _, quotes, _ = composed(f'Nước dùng ninh lâu [3 "{quote.strip("“”")}"].', language="vi")
    assert quotes == ["ninh từ xương bò"]


def test_a_quote_across_the_end_of_a_passage_is_not_found_there() -> None:
    _, quotes, _ = composed('Logs go to /var/log/zephyr [1 "Logs go to /var/log/zephyr. To install Zephyr"].')
    assert quotes == ["Logs go to /var/log/zephyr."], "the words of this passage alone"


def test_a_sentence_without_a_mark_is_looked_up_where_it_ends() -> None:
    text, quotes, _ = composed("Zephyr listens on port 7431. Nobody said that. The port is changed with an option.")
    assert text == "Zephyr listens on port 7431. [1] Nobody said that. The port is changed with an option. [2]"
    assert quotes == [PORT[:47], "It can be changed with the option --port."]


def test_another_number_is_not_backed() -> None:
    _, quotes, made = composed("The Zephyr API listens on port 9999 by default.")
    assert quotes == ["The Zephyr API listens on port 7431 by default."] or made.composed.unsupported
    assert composed("It uses port 9999.")[2].composed.unsupported == ["It uses port 9999."]


def test_the_same_place_has_one_number() -> None:
    text, quotes, _ = composed('Port 7431 [1 "port 7431"]. Again port 7431 [1 "on port 7431 by default"].')
    assert text == "Port 7431 [1]. Again port 7431 [1]."
    assert quotes == ["port 7431"]


def test_code_is_left_as_it_is_and_commands_are_cited_only_when_they_are_there() -> None:
    text, _, made = composed("```\npip install zephyr\n```\n\nThen\n\n```\npip install zephyr-server\n```\n")
    assert text == "```\npip install zephyr\n```\n[1]\n\nThen\n\n```\npip install zephyr-server\n```"
    assert len(made.composed.unsupported) == 1


def test_an_llm_that_goes_round_in_circles_is_noticed() -> None:
    made = composer()
    said = ["The moon is made of green cheese.\n"] * 3
    assert not any(made.is_looping for text in said[:2] for _ in [list(made.feed(text))])
    list(made.feed(said[2] + "x"))
    assert made.is_looping


def test_words_of_another_language_are_taken_as_the_llm_says_but_not_their_numbers() -> None:
    _, quotes, _ = composed("Nước dùng phải ninh trong 12 giờ [3].", "The broth simmers for 12 hours [3].")
    assert quotes[-1] in (PHO, "Nước dùng được ninh từ xương bò trong 12 giờ.")
    assert composed("The broth simmers for 48 hours [3].")[1] == []


def test_the_answer_is_whole_when_its_last_mark_is_not() -> None:
    text, quotes, _ = composed('It listens on port 7431 [2 "listens on')
    assert (text, quotes) == ("It listens on port 7431 [1]", [PORT[:47]])
