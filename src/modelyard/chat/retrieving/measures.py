"""What a question says about the kind of its answer, and no answer says."""

import re

_MEASURES = re.compile(
    r"\bhow (?:long|many|much|often|far|old|big|large|fast|deep|high|tall|wide|heavy|soon|late)\b"
    r"|\b(?:at|in|on) (?:what|which) (?:time|day|date|year)(?: of (?:the )?(?:day|week|month|year))?\b"
    r"|\bbao (?:nhiêu|lâu|giờ|xa)\b",
    re.IGNORECASE,
)
"""They ask for a number or a date."""


def without_measures(question: str) -> str:
    """Return the question without them: `how many`, `at what time`; as it is where nothing else is asked."""
    rest = _MEASURES.sub(" ", question)
    return rest if any(letter.isalnum() for letter in rest) else question
