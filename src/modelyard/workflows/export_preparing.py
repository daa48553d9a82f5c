"""Functions that the code of preparing nodes calls; an exported script carries those it uses."""

from modelyard.data.reading.types import MISSING_WORDS

PREPARING = {
    "labels": '''
def labels(rows, columns, missing=None):
    """Return columns as text, with `missing` where a value is missing."""
    return texts(rows.select(pl.col(columns).cast(pl.String)), columns, missing)
''',
    "finite": '''
def finite(rows, column):
    """Return a column's values as floats, without missing and infinite ones."""
    values = rows[column].cast(pl.Float64).drop_nulls().to_numpy()
    return values[np.isfinite(values)]
''',
    "missing": '''
def missing(rows, column):
    """Say for each row whether the column's value is missing or no finite number."""
    values = rows[column]
    is_there = values.is_finite().fill_null(False) if values.dtype.is_float() else values.is_not_null()
    return ~is_there.to_numpy()
''',
    "column": '''
def column(rows, name):
    """Return a column to compare; not-a-number counts as missing."""
    return pl.col(name).fill_nan(None) if rows.schema[name].is_float() else pl.col(name)
''',
    "typed": '''
def typed(rows, name, text):
    """Return the text as a value of the column."""
    dtype = rows.schema[name]
    if dtype.is_temporal():
        return pl.lit(text).str.to_datetime(time_unit="us").cast(dtype)
    if dtype == pl.Boolean:
        return pl.lit(text.strip().lower() == "true")
    return pl.lit(float(text) if dtype.is_numeric() else text)
''',
    "replaced_values": '''
def replaced_values(rows, name, pairs, ignore_case):
    """Return the column with each value found replaced; what it cannot hold is not looked for."""
    values, dtype = rows[name], rows.schema[name]
    is_text = dtype == pl.String
    read = (lambda text: text) if is_text else lambda text: readable(text, dtype)
    result = looked = values
    if is_text and ignore_case:
        looked = values.str.to_lowercase()
    for old, new in reversed(pairs):
        fits = read(old) is not None and (new is None or read(new) is not None)
        if fits:
            found = looked == read(old.lower() if is_text and ignore_case else old)
            choice = pl.when(found.fill_null(False)).then(pl.lit(None if new is None else read(new), dtype))
            result = pl.select(choice.otherwise(result).alias(name)).to_series()
    return result
''',
    "readable": '''
def readable(text, dtype):
    """Return the text as a value of this type, None when it is none."""
    if dtype.is_temporal():
        return pl.Series([text]).str.to_datetime(time_unit="us", strict=False).cast(dtype).item()
    if dtype == pl.Boolean:
        return {"true": True, "false": False}.get(text.strip().lower())
    number = pl.Series([text.strip()]).cast(pl.Float64, strict=False).item()
    if number is None or not np.isfinite(number):
        return None
    return number if dtype.is_float() else int(number) if number == int(number) else None
''',
    "replaced_patterns": '''
def replaced_patterns(rows, name, pairs, ignore_case):
    """Return a text column with every match replaced; a match that becomes missing takes the whole value along."""
    values = rows[name]
    if values.dtype != pl.String:
        return values
    for pattern, new in pairs:
        pattern = ("(?i)" if ignore_case else "") + pattern
        has_match = values.str.contains(pattern)
        values = values.set(has_match, None) if new is None else values.str.replace_all(pattern, new)
    return values
''',
    "as_number": '''
def as_number(values, decimal):
    """Return text as floats, truth values as 0 and 1; what cannot be read is missing."""
    if values.dtype == pl.Boolean:
        return values.cast(pl.Int64)
    if values.dtype != pl.String:
        return values
    sign, other = (".", ",") if decimal == "point" else (",", ".")
    text = written(values)
    whole = rf"(?:\\d+|\\d{{1,3}}(?:[{other}' ]\\d{{3}})+)?"
    is_number = text.str.contains(rf"^[+-]?{whole}(?:[{sign}]\\d*)?(?:[eE][+-]?\\d+)?$")
    is_number &= text.str.contains(r"^[+-]?[.,]?\\d")
    plain = text.str.replace_all(f"[' {other}]", "").str.replace(",", ".", literal=True)
    return plain.set(~is_number, None).cast(pl.Float64, strict=False)
''',
    "as_date": '''
def as_date(values, formats, with_time, ending):
    """Return text as dates in the first format that reads it; what cannot be read is missing."""
    wanted = pl.Datetime("us") if with_time else pl.Date()
    if values.dtype.is_temporal():
        return values.cast(wanted)
    text = written(values) + ending
    if len(formats) > 1:
        text = text.set(~text.str.contains(r"\\d{4}"), None).str.replace(r"(\\d)T(\\d)", "$1 $2")
    at = pl.Series(values.name, [None] * len(values), dtype=pl.Datetime("us"))
    for form in formats:
        if "%z" in form:
            zoned = text.str.replace("Z$", "+00:00")
            zoned = zoned.str.to_datetime(form, time_unit="us", time_zone="UTC", strict=False)
            read = zoned.dt.replace_time_zone(None)
        elif any(part in form for part in ("%H", "%I", "%T", "%R", "%r", "%X", "%c")):
            read = text.str.to_datetime(form, time_unit="us", strict=False)
        else:
            read = text.str.to_date(form, strict=False).cast(pl.Datetime("us"))
        at = at.fill_null(read)
    return at.cast(wanted).alias(values.name)
''',
    "written": f'''
def written(values):
    """Return values as text without spaces around; words for "no value" are missing."""
    text = values.cast(pl.String).str.strip_chars()
    return text.set(text.is_in({list(MISSING_WORDS)!r}), None)
''',
    "as_text": '''
def as_text(values, keeps_whole):
    """Return values as text, a whole float without its ".0"; whole numbers and truth values may stay as they are."""
    if values.dtype == pl.String or (keeps_whole and (values.dtype == pl.Boolean or values.dtype.is_integer())):
        return values
    if not values.dtype.is_float():
        return values.cast(pl.String)
    is_whole = (values == values.round()) & (values.abs() < 2.0**53)
    text = values.fill_nan(None).cast(pl.String).set(is_whole, None)
    return text.fill_null(values.set(~is_whole, None).cast(pl.Int64).cast(pl.String))
''',
    "positive": '''
def positive(rows, columns):
    """Return columns as floats; what is not positive counts as missing."""
    values = numbers(rows, columns)
    values[~(values > 0)] = np.nan
    return values
''',
    "one_hot": '''
def one_hot(train, rows, name, max_categories, **options):
    """Return a column of 0 and 1 per category; the rarest share one when there are more than `max_categories`."""
    if train[name].n_unique() > max_categories:
        options["max_categories"] = max_categories
    encoder = OneHotEncoder(sparse_output=False, feature_name_combiner=flag_name, **options)
    flags = encoder.fit(texts(train, [name])).transform(texts(rows, [name]))
    return pl.DataFrame(flags, schema=encoder.get_feature_names_out([name]).tolist())
''',
    "flag_name": '''
def flag_name(column, category):
    """Return the name of the column that says whether a row has the category."""
    if category is None or category == "infrequent_sklearn":
        return f"{column} ({'missing' if category is None else 'other'})"
    return f"{column}={str(category).lower() if isinstance(category, bool) else category}"
''',
    "power_scaled": '''
def power_scaled(train, rows, columns, method):
    """Return columns raised to the best power and standardised; where no power tells values apart, unraised."""
    legal = positive if method == "box-cox" else numbers
    made = []
    for name in columns:
        known, values = legal(train, [name]), legal(rows, [name])
        transformer = PowerTransformer(method=method, standardize=False)
        try:
            raised = transformer.fit(known).transform(known)
            there = raised[np.isfinite(known)]
            is_sound = np.isfinite(there.std()) and abs(there.mean()) < 1e6 * there.std()
        except (ValueError, OverflowError):
            is_sound = False
        if is_sound:
            known, values = raised, transformer.transform(values)
            values[~np.isfinite(values)] = np.nan
        made.append(StandardScaler().fit(known).transform(values)[:, 0])
    return np.column_stack(made)
''',
    "refuse_unknown": '''
def refuse_unknown(train, rows, columns):
    """Stop when a category is there that no training row has."""
    for name in columns:
        new = set(rows[name].drop_nulls()) - set(train[name])
        if new:
            raise SystemExit(f"{name!r} has values that no training row has: {sorted(new)[:3]}")
''',
    "by_frequency": '''
def by_frequency(rows, column):
    """Return a column's categories as text, the most frequent first, equals sorted."""
    counts = rows[column].drop_nulls().value_counts(name="n").sort(by=["n", column], descending=[True, False])
    return np.array(counts[column].cast(pl.String).to_list(), dtype=object)
''',
    "frequencies": '''
def frequencies(train, values):
    """Return the part of the training rows that has each value."""
    shares = train.value_counts(name="n").select(train.name, share=pl.col("n") / len(train))
    joined = values.to_frame().join(shares, on=train.name, how="left", nulls_equal=True, maintain_order="left")
    return joined["share"].fill_null(0.0).alias(train.name)
''',
    "train_folds": '''
def train_folds(frame, split, target, task, fold_key, n_folds, seed):
    """Return folds (train, valid) of the training rows that have a target, keeping to how the rows were split."""
    rows = (split == "train").to_numpy() & ~missing(frame, target)
    n_rows = int(rows.sum())
    n_folds, places = min(n_folds, n_rows), np.arange(n_rows)
    if fold_key and fold_key[0] == "group":
        groups = fold_key[1].filter(pl.Series(rows)).rank("dense").fill_null(0).to_numpy()
        return list(GroupKFold(n_folds, shuffle=True, random_state=seed).split(places, groups=groups))
    if fold_key and fold_key[0] == "time":
        order = fold_key[1].filter(pl.Series(rows)).arg_sort(nulls_last=False).to_numpy()
        return [(order[train], order[valid]) for train, valid in TimeSeriesSplit(n_folds).split(order)]
    if task == "classification":
        classes = frame[target].filter(pl.Series(rows)).cast(pl.String).rank("dense").to_numpy().astype(int)
        if np.bincount(classes).max() >= n_folds:
            return list(StratifiedKFold(n_folds, shuffle=True, random_state=seed).split(places, classes))
    return list(KFold(n_folds, shuffle=True, random_state=seed).split(places))
''',
    "in_place": '''
def in_place(rows, made):
    """Return the rows with columns replaced, each in its place, by those made of it."""
    return pl.concat([made.get(name, rows.select(name)) for name in rows.columns], how="horizontal")
''',
    "target_means": '''
def target_means(frame, split, target, task, columns, folds, smooth):
    """Return the mean of the target for each category; for training rows learned without their own fold."""
    rows = (split == "train").to_numpy() & ~missing(frame, target)
    codes = np.column_stack([frame[name].cast(pl.String).rank("dense").fill_null(0).to_numpy() for name in columns])
    values = frame[target].filter(pl.Series(rows))
    wanted = {"": values}
    if task == "classification":
        classes = values.unique().sort().to_list()
        wanted = {f": {str(c).lower() if isinstance(c, bool) else c}": values == c for c in classes}
        wanted = wanted if len(classes) > 2 else {"": values == classes[-1]}
    encoded = {}
    for label, numbers in wanted.items():
        y = numbers.cast(pl.Float64).to_numpy()
        encoder = TargetEncoder(target_type="continuous", smooth=smooth)
        means = encoder.fit(codes[rows], y).transform(codes)
        left_out = np.ones(len(y), dtype=bool)
        own = np.empty((len(y), len(columns)))
        for train, valid in folds:
            own[valid] = encoder.fit(codes[rows][train], y[train]).transform(codes[rows][valid])
            left_out[valid] = False
        own[left_out] = y[left_out].mean() if left_out.any() else 0
        means[rows] = own
        encoded |= {(name, label): means[:, i] for i, name in enumerate(columns)}
    return pl.DataFrame({name + label: encoded[name, label] for name in columns for label in wanted})
''',
}
"""By name; a function may call others of these."""
