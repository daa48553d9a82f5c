"""Where a citation leads."""

from modelyard.chat.answering.citations import Citations, Ground
from modelyard.chat.parsed import Block, ParsedDocument
from modelyard.chat.passages import Passage
from modelyard.data.words.matching import Span

TEXT = "Ports\n\nThe server listens on port 8080.\n\nMemory is measured in megabytes."


def test_a_citation_of_a_pdf_opens_the_page_of_its_words() -> None:
    blocks = (
        Block(kind="heading", start=0, end=5, level=1, page=3),
        Block(kind="paragraph", start=7, end=39, page=3),
        Block(kind="paragraph", start=41, end=len(TEXT), page=4),
    )
    document = ParsedDocument(title="Manual", text=TEXT, blocks=blocks, n_words_in_file=12)
    url = "https://docs.example/manual.pdf"
    passage = Passage((1,), "d", "h", "Manual", ("Ports",), f"{url}#page=3", 3, 0, len(TEXT), TEXT, 1.0, 1, 1)
    citations = Citations()
    for ground in (Ground(1, passage, document=document), Ground(2, passage)):
        port, _ = citations.cite(ground, Span(7, 39))
        assert (port.url, port.page) == (f"{url}#page=3", 3)
    memory, _ = citations.cite(Ground(1, passage, document=document), Span(41, len(TEXT)))
    assert (memory.url, memory.page) == (f"{url}#page=4", 4)
