"""What an owner should know before a configuration is put to use: what it does not take along, and who reads what."""

from modelyard.experiments.over_collection import OverCollection
from modelyard.experiments.strategy import Strategy

_RULES = "The chat keeps its own rules for citing and for saying that it does not know: measure its quality now."
_ALONE = "Calls of the endpoint get the answer alone: the passages and steps that it came by are not in them."
_READ = "Whoever may call the endpoint learns what stands in the collection that the agent searches."
_THEN = "It searches what the collection holds then: after large changes the evidence is of another collection."


def notes_for(strategy: Strategy) -> list[str]:
    """Return a sentence for each."""
    if isinstance(strategy, OverCollection):
        return _of_chat(strategy)
    return [] if strategy.retriever is None else [_ALONE, _READ, _THEN]


def _of_chat(strategy: OverCollection) -> list[str]:
    notes = [_RULES]
    if strategy.kind_name() == "rag_cot":
        notes.append("The chat does not write its steps: it answers at once.")
    if strategy.method in ("lexical", "dense"):
        way = "words" if strategy.method == "lexical" else "meaning"
        notes.append(f"The experiment searched by {way} alone; the chat searches by words and by meaning.")
    return notes
