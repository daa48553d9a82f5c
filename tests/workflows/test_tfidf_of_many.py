"""TF-IDF of many texts: counted in another way than scikit-learn does, with the same numbers."""

from itertools import cycle, islice
from typing import Any

import numpy as np
import polars as pl
import pytest

from modelyard.data.frames import Table
from modelyard.kernel.kinds import family
from modelyard.workflows.nodes.tfidf import FEW_TEXTS
from tests.models.rows import schema_of

TEXTS = (
    "A great phone, a GREAT price",
    "Sản phẩm rất tốt, giao hàng nhanh",
    "ΟΔΟΣ Straße İstanbul ﬁne x_y 12 ½ ٣٤ 中文 文字",
    "हिन्दी ภาษาไทย e\u0301te\u0301 naïve",
    "don't the and of",
    "",
    "   ",
    "👨‍👩‍👧‍👦 \u202egreat a\u0000b",
    "great great phone great phone",
)


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"longest": 3, "sublinear": True},
        {"shortest": 2, "longest": 2},
        {"stop_words": "english", "longest": 2},
        {"lower_case": False, "reduce_to": 3},
    ],
)
def test_many_texts_have_the_numbers_of_few(options: dict[str, Any]) -> None:
    node = family("node").parse({"kind": "tfidf", "reduce_to": None, "min_rows": 1, **options})
    many = list(islice(cycle(TEXTS), 3 * FEW_TEXTS))
    table = of(many)
    learned = node.learn(of(list(TEXTS)))
    whole = node.apply(table, learned).frame
    each = pl.concat([node.apply(of(many[at : at + 50]), learned).frame for at in range(0, len(many), 50)])
    assert whole.columns == each.columns
    np.testing.assert_allclose(whole.to_numpy(), each.to_numpy(), rtol=0, atol=1e-14)
    if node.reduce_to is None:
        np.testing.assert_array_equal(node.sparse(table, learned).toarray(), whole.to_numpy())


def of(texts: list[str]) -> Table:
    frame = pl.DataFrame({"text": texts})
    return Table(frame, schema_of(frame, text="text"))
