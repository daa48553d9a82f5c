"""Telling words: the paper's formulas written down again with NumPy, and what chance alone gives."""

import numpy as np
import pytest

from modelyard.data.words.log_odds import log_odds

A = {"battery": 40, "good": 10, "the": 100, "screen": 3}
B = {"battery": 5, "good": 60, "the": 110, "price": 20}


def test_against_the_formulas() -> None:
    words = ["battery", "good", "the", "screen", "price"]
    y_i, y_j = (np.array([group.get(word, 0) for word in words], dtype=float) for group in (A, B))
    alpha = 0.1 * (y_i + y_j)  # 348 words have a prior of a tenth of them
    omega_i, omega_j = ((y + alpha) / (y.sum() + alpha.sum() - y - alpha) for y in (y_i, y_j))
    delta = np.log(omega_i) - np.log(omega_j)
    zeta = delta / np.sqrt(1 / (y_i + alpha) + 1 / (y_j + alpha))
    found = {each.word: each for each in log_odds(A, B)}
    assert [found[word].z for word in words] == pytest.approx(zeta, abs=1e-12)
    assert [found[word].log_odds for word in words] == pytest.approx(delta, abs=1e-12)
    assert [found[word].n_a for word in words] == y_i.tolist()


def test_order_and_sign() -> None:
    found = log_odds(A, B)
    assert found[0].word == "battery"
    assert found[-1].word == "good"
    turned = {each.word: each.z for each in log_odds(B, A)}
    assert {each.word: -each.z for each in found} == pytest.approx(turned)


@pytest.mark.parametrize(("n_words", "n_draws"), [(20_000, 40), (2000, 200), (300, 1000)])
def test_chance_alone_tells_few_words(n_words: int, n_draws: int) -> None:
    """Two draws from one distribution: about 5 % of the words are beyond ±1.96, never more."""
    generator = np.random.default_rng(0)
    shares = generator.dirichlet(np.full(500, 0.3))
    beyond = []
    for _ in range(n_draws):
        a, b = ({f"w{at}": int(n) for at, n in enumerate(generator.multinomial(n_words, shares))} for _ in "ab")
        beyond += [abs(each.z) > 1.96 for each in log_odds(a, b) if each.n_a + each.n_b >= 10]
    assert len(beyond) > 500
    assert np.mean(beyond) < 0.055


def test_a_planted_word_is_found_and_a_rare_one_is_not() -> None:
    generator = np.random.default_rng(1)
    shares = generator.dirichlet(np.full(300, 1.0))
    a, b = ({f"w{at}": int(n) for at, n in enumerate(generator.multinomial(30_000, shares))} for _ in "ab")
    a["planted"], b["planted"], a["once"] = 90, 30, 1
    found = log_odds(a, b)
    assert found[0].word == "planted"
    assert found[0].z > 4
    assert abs(next(each.z for each in found if each.word == "once")) < 1.96


def test_a_heavier_prior_pulls_groups_together() -> None:
    light, heavy = (log_odds(A, B, prior_words=weight)[0] for weight in (500, 50_000))
    assert light.word == heavy.word == "battery"
    assert 0 < heavy.log_odds < light.log_odds / 10


def test_a_word_the_background_lacks_has_a_small_prior() -> None:
    found = {each.word: each for each in log_odds(A, B, background={"the": 999, "battery": 1}, prior_words=500)}
    alpha, total = 500 / 1000, 500 + 500 * 3 / 1000
    odds = [(n + alpha) / (of + total - n - alpha) for n, of in ((40, 153), (5, 195))]
    assert found["battery"].log_odds == pytest.approx(np.log(odds[0] / odds[1]))


def test_nothing_to_tell() -> None:
    assert log_odds({}, B) == log_odds(A, {}) == log_odds({"x": 3}, {"x": 5}) == []
    assert [each.z > 0 for each in log_odds({"x": 3}, {"y": 3})] == [True, False]
