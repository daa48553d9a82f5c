"""A sample: one question, and what is known of its answer."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Sample:
    """One question, and what is known of its answer."""

    id: str
    question: str
    answer: str | None = None
    """None: nobody stated one, so that what compares with it cannot score."""
    aliases: tuple[str, ...] = ()
    """Other ways to say the answer, each as good."""
    context: str | None = None
    """Text that comes with the question."""
    choices: tuple[str, ...] = ()
    """What may be chosen among, in order: A, B, C …"""
    group: str | None = None
    """What several questions have in common (a task, a passage): intervals and breakdowns go by it."""
    truth: str | None = None
    """The passage that holds the answer."""
    is_answerable: bool = True
    """Whether it should be answered; else a refusal is right."""

    @property
    def answers(self) -> tuple[str, ...]:
        """Return every accepted answer; empty where nobody stated one."""
        return () if self.answer is None else (self.answer, *self.aliases)
