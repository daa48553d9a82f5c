"""Word clouds: no word over another, the same words give the same picture, text stays text."""

import subprocess
import sys
import xml.etree.ElementTree as ET
from itertools import combinations, pairwise

import pytest

from modelyard.data.words.clouds import MAX_WORDS, Cloud, CloudWord, Placed, cloud_png, cloud_svg, lay_out

WORDS = [CloudWord(f"word{at}", 1000 // (at + 1), "good" if at % 3 else None) for at in range(120)]
VIETNAMESE = [CloudWord("sản phẩm", 90, "tốt"), CloudWord("chất lượng", 70), CloudWord("giao hàng nhanh", 50)]
COLORS: dict[str | None, str] = {"good": "#0072b2", "tốt": "#009e73", None: "#5f5a53"}
SVG = "{http://www.w3.org/2000/svg}"


def box(placed: Placed) -> tuple[float, float, float, float]:
    at, edges = placed.x, []
    for letter in placed.letters:
        if bounds := placed.face.box(letter):
            left, bottom, right, top = (edge * placed.size for edge in bounds)
            edges.append((at + left, placed.y - top, at + right, placed.y - bottom))
        at += placed.face.advance(letter) * placed.size
    lefts, tops, rights, bottoms = zip(*edges, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


@pytest.mark.parametrize("words", [WORDS, VIETNAMESE, [CloudWord("❤", 3), CloudWord("x" * 40, 9)]])
def test_words_do_not_overlap_and_stay_inside(words: list[CloudWord]) -> None:
    cloud = lay_out(words)
    boxes = [box(each) for each in cloud.placed]
    for a, b in combinations(boxes, 2):
        assert a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]
    assert all(x0 >= 0 and y0 >= 0 and x1 <= cloud.width and y1 <= cloud.height for x0, y0, x1, y1 in boxes)
    assert len(cloud.placed) + len(cloud.crowded) == len(words)


def test_the_heavier_is_never_smaller() -> None:
    cloud = lay_out(WORDS[:40])
    heights = {each.word.n: each.size for each in cloud.placed}
    ordered = [heights[n] for n in sorted(heights, reverse=True)]
    assert ordered[0] > 3 * ordered[-1]
    assert sum(a < b for a, b in pairwise(ordered)) <= 2  # one that had to shrink to fit


def test_the_same_words_give_the_same_picture() -> None:
    first, second = (cloud_svg(lay_out(order), COLORS) for order in (WORDS, WORDS[::-1]))
    assert first == second
    assert cloud_png(first) == cloud_png(second)


def test_picture_says_words_numbers_and_classes() -> None:
    root = ET.fromstring(cloud_svg(lay_out(VIETNAMESE), COLORS, background="#ffffff"))
    titles = {group.findtext(f"{SVG}title"): group.get("fill") for group in root.iter(f"{SVG}g")}
    assert titles == {
        "sản phẩm: 90 texts": "#009e73",
        "chất lượng: 70 texts": "#5f5a53",
        "giao hàng nhanh: 50 texts": "#5f5a53",
    }
    outlines = {path.get("id") for path in root.iter(f"{SVG}path")}
    used = {use.get("href", "")[1:] for use in root.iter(f"{SVG}use")}
    assert used == outlines


def test_vietnamese_letters_have_outlines() -> None:
    alphabet = "ăâđêôơư" + "".join(chr(code) for code in range(0x1EA1, 0x1EFA, 2))
    cloud = lay_out([CloudWord(letter * 3, 5) for letter in alphabet])
    assert not cloud.missing
    assert all(each.face.outline(letter) for each in cloud.placed for letter in each.letters)


def test_words_without_a_font_are_named_instead_of_boxes() -> None:
    words = ["中文", "رائع", "हिन्दी", "👩‍👩‍👧‍👦", "🇻🇳", "\u0000", "tốt", "👍🏽", "красота", "ωραίο"]
    cloud = lay_out([CloudWord(word, 5) for word in words])
    assert {each.word for each in cloud.missing} == {"中文", "رائع", "हिन्दी", "👩‍👩‍👧‍👦", "🇻🇳", "\u0000"}
    assert {each.word.word for each in cloud.placed} == {"tốt", "👍🏽", "красота", "ωραίο"}


def test_text_is_never_markup() -> None:
    words = ["<img src=x onerror=alert(1)>", "&amp;", '"quote"', "]]>", "<script>"]
    picture = cloud_svg(lay_out([CloudWord(word, 5) for word in words]), COLORS)
    titles = {title.text for title in ET.fromstring(picture).iter(f"{SVG}title")}
    assert titles == {f"{word}: 5 texts" for word in words}
    assert "<img" not in picture
    assert "<script" not in picture


def test_nothing_to_draw() -> None:
    assert lay_out([]) == lay_out([]) == Cloud(0, 0, (), (), ())
    assert lay_out([CloudWord("中文", 1)]).missing == (CloudWord("中文", 1),)


def test_many_words_are_cut_to_the_most_frequent() -> None:
    cloud = lay_out([CloudWord(f"w{at}", at + 1) for at in range(1000)], width=2000, height=1500)
    assert len(cloud.placed) == MAX_WORDS
    assert {each.word.n for each in cloud.placed} == set(range(1000 - MAX_WORDS + 1, 1001))


def test_matplotlib_is_not_loaded() -> None:
    code = (
        "import sys; from modelyard.data.words.clouds import *; cloud_svg(lay_out([CloudWord('a', 1)]), {None: 'red'});"
        "print([name for name in ('matplotlib', 'wordcloud', 'polars') if name in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
