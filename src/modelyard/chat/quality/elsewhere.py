"""Questions that a collection does not answer: of the owner's other collections, and of general knowledge."""

from collections.abc import Iterable, Sequence

from modelyard.chat.quality.questions import KnownQuestion

GENERAL: dict[str, tuple[str, ...]] = {
    "en": (
        "Who painted the ceiling of the Sistine Chapel?",
        "How many players are on a cricket team?",
        "What is the boiling point of ethanol?",
        "Which river flows through Baghdad?",
        "How long should I boil an egg until it is soft?",
        "Who wrote the novel Middlemarch?",
        "What is the capital of Mongolia?",
        "When did the Berlin Wall fall?",
        "Which planet has the most moons?",
        "How do I get a visa for Brazil?",
        "What was the weather in Oslo yesterday?",
        "Which vitamin is in carrots?",
        "Who won the football world cup in 1998?",
        "How far is the Moon from the Earth?",
        "What should I give my cat to eat?",
    ),
    "vi": (
        "Ai đã vẽ trần nhà nguyện Sistine?",
        "Thủ đô của Mông Cổ là gì?",
        "Luộc trứng lòng đào mất bao lâu?",
        "Bức tường Berlin sụp đổ khi nào?",
        "Hành tinh nào có nhiều mặt trăng nhất?",
        "Đội nào vô địch bóng đá thế giới năm 1998?",
        "Làm sao xin thị thực đi Brazil?",
        "Cà rốt có vitamin gì?",
        "Sông nào chảy qua Baghdad?",
        "Ai viết tiểu thuyết Middlemarch?",
    ),
}
"""Asked of nobody's documentation; a collection about one of these is why a person looks at what was generated."""


def unanswerable(
    others: Sequence[str], n: int, *, language: str | None, known: Iterable[str] = ()
) -> list[KnownQuestion]:
    """Return up to `n` questions that should not be answered: `others` first, then general ones in the language."""
    asked = {question.casefold() for question in known}
    found: list[KnownQuestion] = []
    for question in (*others, *GENERAL.get(language or "en", GENERAL["en"])):
        if len(found) < n and question.casefold() not in asked:
            asked.add(question.casefold())
            found.append(KnownQuestion(question=question, is_answerable=False))
    return found
