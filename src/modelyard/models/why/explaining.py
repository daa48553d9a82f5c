"""Why a loaded model predicts rows as it does, whoever asks: neither a yard nor a database is needed."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from modelyard.kernel.errors import FieldError, Invalid
from modelyard.models.chain import Chain

if TYPE_CHECKING:
    import polars as pl

MAX_EXPLAINED = 20
"""Rows of one request; a word or column is left out of each many times."""
NO_CLUSTER = "A cluster is near or far, not for or against: compare the row with the clusters' chart instead."


def require_few(inputs: Sequence[Any]) -> None:
    """Raise Invalid when these are more rows than are explained at once."""
    if len(inputs) > MAX_EXPLAINED:
        message = f"At most {MAX_EXPLAINED} rows are explained at once; these are {len(inputs):,}."
        raise Invalid(message, hint="Ask for fewer rows.", fields=[FieldError(("explain",), message)])


def documents(chain: Chain, frame: "pl.DataFrame", profile: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return why raw rows, which have all columns of `chain.schema`, are predicted as they are."""
    from modelyard.models.why.exact import exact_whys
    from modelyard.models.why.language import language_whys
    from modelyard.models.why.occlusion import occluded_whys
    from modelyard.models.why.reasons import unavailable

    if chain.fitted.task == "clustering":
        return [unavailable(NO_CLUSTER)] * frame.height
    whys = language_whys(chain, frame) or exact_whys(chain, frame) or occluded_whys(chain, frame, profile)
    return [why.document() for why in whys]
