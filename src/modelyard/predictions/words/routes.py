"""HTTP of words."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Response

from modelyard.access.http import Ctx
from modelyard.data.words.clouds import cloud_png
from modelyard.models.charts.theme import Theme
from modelyard.predictions.words import verbs
from modelyard.predictions.words.schemas import TellingOut, WordsOut
from modelyard.predictions.words.verbs import Question

router = APIRouter(prefix="/batches", tags=["batches"])

Text = Annotated[str, Query(max_length=256)]
MEDIA_TYPES = {"svg": "image/svg+xml", "png": "image/png"}


def question(
    column: Annotated[str, Query(max_length=256, description="The text column; empty: the longest texts.")] = "",
    class_: Annotated[str, Query(alias="class", max_length=256, description="Only texts of this class.")] = "",
    label: Annotated[str, Query(max_length=256, description="Only texts of this label.")] = "",
    language: Annotated[str, Query(max_length=8, description="Whose stop-words are left out; empty: guessed.")] = "",
    stop: Annotated[str, Query(max_length=5000, description="More words to leave out, with commas.")] = "",
) -> Question:
    """Return which words of which texts a request asks for."""
    return Question(column or None, class_ or None, label or None, language or None, stop)


Asked = Annotated[Question, Depends(question)]
Limit = Annotated[int, Query(ge=1, le=500, description="Most words.")]


@router.get("/{batch_id}/words")
def read_words(ctx: Ctx, batch_id: str, asked: Asked, n: Limit = 100) -> WordsOut:
    """Return the words that most texts of the batch have, without stop-words."""
    return WordsOut.of(verbs.batch_words(ctx, batch_id, asked, limit=n))


@router.get("/{batch_id}/words.{picture}", response_class=Response)
def draw_words(
    ctx: Ctx,
    batch_id: str,
    picture: Literal["svg", "png"],
    asked: Asked,
    n: Limit = 100,
    theme: Annotated[Theme, Query()] = "light",
) -> Response:
    """Draw the words as a cloud; each has the colour of the class that it tells."""
    svg = verbs.word_cloud(ctx, batch_id, asked, limit=n, theme=theme)
    return Response(svg if picture == "svg" else cloud_png(svg), media_type=MEDIA_TYPES[picture])


@router.get("/{batch_id}/telling-words")
def tell_words(
    ctx: Ctx,
    batch_id: str,
    asked: Asked,
    by: Literal["class", "label", "batch"] = "class",
    a: Text = "",
    b: Text = "",
    other: Annotated[str, Query(max_length=32, description="The other batch, when comparing batches.")] = "",
) -> TellingOut:
    """Return the words that tell two classes, labels or batches apart; an empty `b` is all that is not `a`."""
    return TellingOut.of(verbs.telling_words(ctx, batch_id, asked, a=a, b=b, by=by, other=other or None))
