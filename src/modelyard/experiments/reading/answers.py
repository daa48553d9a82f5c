"""The answer in what an LLM said."""

import re

from modelyard.data.words.sentences import sentences

LONGEST = 10_000
"""Characters of an answer; more is nothing that can be compared."""
LOOKED_AT = 20_000
"""Characters of the end of a chain of thought that the answer is looked for in."""
LONGEST_UNMARKED = 300
"""Characters of a last line that counts as an answer though nothing says that it is one."""
MOST_TRIED = 20
"""Places that look like the beginning of an answer."""
_PREFIX = re.compile(r"^[\s*_#>-]*(?:final\s+)?answer[\s*_]*[:：][\s*_]*", re.IGNORECASE)
_CITATIONS = re.compile(r" ?\[\d+(?:, ?\d+)*\]")
_MARKER = re.compile(
    r"""
    (?: \#{4}                                                                              # GSM8K
      | \b(?:answer|option|choice)\s{1,3}(?:is|are|would\s{1,3}be|should\s{1,3}be|must\s{1,3}be|will\s{1,3}be)\b
      | \banswer[*_]{0,3}\s{0,3}(?=[:：=])
      | \b(?:đáp\s{1,3}án|câu\s{1,3}trả\s{1,3}lời)(?:\s{1,3}(?:cuối\s{1,3}cùng|đúng))?\s{0,3}(?:là\b|(?=[:：]))
      | \bantwort\s{1,3}(?:ist|lautet)\b | \bantwort\s{0,3}(?=[:：])
      | \bréponse(?:\s{1,3}finale)?\s{1,3}est\b | \bréponse(?:\s{1,3}finale)?\s{0,3}(?=[:：])
      | \brespuesta(?:\s{1,3}(?:correcta|final))?\s{1,3}es\b | \brespuesta(?:\s{1,3}final)?\s{0,3}(?=[:：])
      | (?:答案|回答)(?:是|为|為|は|(?=[:：]))
    )
    [\s*_]*[:：=]?[\s*_]*(?:(?:the\s)?(?:option|choice)\s(?=\(?[A-Z]\b))?
    """,
    re.IGNORECASE | re.VERBOSE,
)
_NUMBER_ALONE = re.compile(r"[-+−]?[$€£]?\d[\d.,/]*(?=\.\s)")
"""At the beginning of a text a number with a full stop looks like that of a list; in an answer it ends a sentence."""
_BOXED = re.compile(r"\\(?:boxed|fbox)\s?\{")
_LATEX_TEXT = re.compile(r"\\(?:text|mathrm|mathbf|textbf)\s?\{([^{}]*)\}")
_NEXT_QUESTION = re.compile(r"\n[ \t*#]{0,6}question[ \t*\d]{0,4}:", re.IGNORECASE)
_EDGES = ' \t\r\n*_`"“”„«»'
_THINKING = re.compile(r"<think(?:ing)?>.*?(?:</think(?:ing)?>|\Z)", re.DOTALL | re.IGNORECASE)


def first_line(text: str) -> str:
    """Return the first line that says something, without `Answer:` before it; empty when there is none.

    What stands between <think> tags is left out, here and in `final_answer`.
    """
    for line in _THINKING.sub("", text).splitlines():
        said = _PREFIX.sub("", line).strip(_EDGES)
        if said:
            return said[:LONGEST]
    return ""


def final_answer(text: str, *, is_cut: bool = False) -> str:
    r"""Return the answer at the end of a chain of thought; empty when there is none.

    It is what follows the last *the answer is*, *Answer:* or `####`, up to the end of that sentence, or what stands in
    the last `\boxed{}`, whichever comes last. Without any of them it is the last line, if it is short and the text was
    not cut off. A further question that the LLM asks itself (`Question:`) is left out with what follows it.
    """
    said = _without_more(_THINKING.sub("", text))[-LOOKED_AT:]
    marked = [(each.start(), each.end(), _sentence_from) for each in _MARKER.finditer(said)]
    boxed = [(each.start(), each.end(), _in_braces) for each in _BOXED.finditer(said)]
    for _, end, read in sorted(marked + boxed, key=lambda place: -place[0])[:MOST_TRIED]:
        answer = read(said, end)
        if answer:
            return answer[:LONGEST]
    lines = [line.strip(_EDGES) for line in said.splitlines() if line.strip(_EDGES)]
    return _without_stop(lines[-1]) if lines and not is_cut and len(lines[-1]) <= LONGEST_UNMARKED else ""


def without_citations(text: str) -> str:
    """Return the text without `[1]` and the like."""
    return _CITATIONS.sub("", text).strip()


def _sentence_from(text: str, start: int) -> str:
    r"""Return the sentence that begins here, or what stands in its `\boxed{}`."""
    line = text[start:].lstrip(_EDGES + ":：=").split("\n", 1)[0]
    boxed, number = _BOXED.search(line), _NUMBER_ALONE.match(line)
    if boxed and (inner := _in_braces(line, boxed.end())):
        return inner
    if number:
        return number.group()
    spans = sentences(line[:LONGEST])
    return _without_stop(line[spans[0].start : spans[0].end]) if spans else ""


def _without_more(text: str) -> str:
    """Return the text up to a further question that the LLM asked itself."""
    asked = _NEXT_QUESTION.search(text)
    return text[: asked.start()] if asked and text[: asked.start()].strip() else text


def _without_stop(said: str) -> str:
    plain = said.strip(_EDGES)
    if plain.endswith((".", "。", "．")) and not plain.endswith(".."):
        plain = plain[:-1].strip(_EDGES)
    return plain[1:-1].strip() if len(plain) > 1 and plain[0] == plain[-1] == "$" else plain


def _in_braces(text: str, start: int) -> str:
    """Return what stands up to the brace that closes the one before `start`; nothing when none does."""
    depth = 1
    for place in range(start, len(text)):
        depth += {"{": 1, "}": -1}.get(text[place], 0)
        if depth == 0:
            return _LATEX_TEXT.sub(r"\1", text[start:place]).strip()
    return ""
