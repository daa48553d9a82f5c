"""Fractions as people read them, written as the pages write them."""


def percent(fraction: float, digits: int = 1) -> str:
    """Return a fraction as percent: `4.2 %`; what would be rounded to 0 or to 100 % is told from these."""
    if fraction in (0, 1):
        return f"{100 * fraction:.0f} %"
    number, least = _number(fraction, digits), 10.0**-digits
    if fraction > 0 and float(number) == 0:
        return f"< {least:g} %"
    if fraction < 1 and float(number) == 100:
        return f"> {100 - least:g} %"
    return f"{number} %"


def percent_range(low: float, high: float, digits: int = 1) -> str:
    """Return the two ends of a range: `3.1 – 4.6 %`."""
    return f"{_number(low, digits)} – {_number(high, digits)} %"


def _number(fraction: float, digits: int) -> str:
    return f"{100 * fraction:.{digits}f}"
