"""Reasons of engines that cannot tell: each column of the row is replaced by what is usual, each word left out."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from modelyard.models.chain import Chain, replay
from modelyard.models.engine import Prediction
from modelyard.models.signature import SignatureInput
from modelyard.models.why.reasons import TOGETHER, Reason, Why
from modelyard.models.why.texts import Place, parts_of, without_each

if TYPE_CHECKING:
    import polars as pl

METHOD = (
    "Occlusion: the change when a column is replaced by its median or most frequent value of training, or a word is "
    "left out (Zeiler & Fergus 2014). Approximate: columns act together, so the changes need not add up; the rest says "
    "how much is missing."
)


def occluded_whys(chain: Chain, frame: "pl.DataFrame", profile: Mapping[str, Any]) -> list[Why]:
    """Explain raw rows; `profile` is the model's training profile (models.profile)."""
    typical = _typical(chain.signature.inputs, profile)
    return [_occluded(chain, frame[place : place + 1], typical) for place in range(frame.height)]


def _occluded(chain: Chain, row: "pl.DataFrame", typical: Mapping[str, Any]) -> Why:
    """Predict the row, all of it usual, and each of its variants in one go; compare."""
    import polars as pl

    values = row.row(0, named=True)
    parts = {name: parts_of(values[name]) for name in _read(chain, values) if name in typical}
    changed = [row, _with(row, typical), *(_with(row, {name: value}) for name, value in typical.items())]
    changed += [without_each(row, name, places) for name, places in parts.items()]
    found = chain.engine.predict(chain.fitted, replay(chain, pl.concat(changed)))
    of, scores = _scores(chain, found)
    score, base, *rest = scores
    by_column = {name: score - without for name, without in zip(typical, rest, strict=False)}
    left_out = iter(rest[len(typical) :])
    reasons: list[Reason] = []
    for name, moved in by_column.items():
        words = [_word(place, name, score - next(left_out)) for place in parts.get(name, [])]
        if words:
            together = moved - sum(word.contribution for word in words)
            reasons += [*words, Reason(TOGETHER, name, None, together, ())]
        else:
            reasons.append(Reason(name, name, values[name], moved))
    names = chain.fitted.classes or (chain.signature.output.name,)
    scale = "prediction" if chain.fitted.classes is None else "probability"
    return Why(names, of, base, score, reasons, scale, METHOD)


def _read(chain: Chain, values: Mapping[str, Any]) -> list[str]:
    texts = (column.name for column in chain.schema.columns if column.kind == "text")
    return [name for name in texts if (values.get(name) or "").strip()]


def _word(place: Place, column: str, moved: float) -> Reason:
    text, start, end = place
    return Reason(text, column, None, moved, ((start, end),))


def _with(row: "pl.DataFrame", changes: Mapping[str, Any]) -> "pl.DataFrame":
    import polars as pl

    return row.with_columns(pl.Series(name, [value], dtype=row.schema[name]) for name, value in changes.items())


def _scores(chain: Chain, found: Prediction) -> tuple[str, list[float]]:
    """Return what is scored, and for each row the probability of the first row's class, or the number."""
    if found.probabilities is None or found.classes is None:
        return chain.signature.output.name, [float(value) for value in found.values]
    of = str(found.values[0])
    return of, found.probabilities[:, found.classes.index(of)].tolist()


def _typical(inputs: Sequence[SignatureInput], profile: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is usual in each column; a column of which nothing is known stays as it is and gives no reason."""
    known = {column["name"]: column for column in profile.get("columns", ())}
    usual = {item.name: _usual(item, known.get(item.name, {})) for item in inputs}
    return {name: value for name, value in usual.items() if value is not _UNKNOWN}


_UNKNOWN = object()


def _usual(item: SignatureInput, known: Mapping[str, Any]) -> Any:
    if item.kind == "text":
        return "" if item.required else None
    if known.get("p50") is not None:
        return round(known["p50"]) if item.dtype == "integer" else known["p50"]
    if item.dtype in ("string", "boolean") and known.get("top_values"):
        value = known["top_values"][0]["value"]
        return value == "true" if item.dtype == "boolean" else value
    return _UNKNOWN if item.required else None
