"""Which of the 1 250 recorded answers of BIG-Bench Hard (Suzgun et al. 2022, MIT) are right: 250 a task, a bit each."""

RIGHT: dict[str, tuple[str, str]] = {
    "boolean_expressions": (
        "3fffb7dfbfefffffffbfeefe7fbffffffffbeff3bfedeadff7fffffffb7fee3",
        "3dffdfdbbffffbfdfffffefeffffffffbffffffffffbe6fffffffffffbffcfb",
    ),
    "date_understanding": (
        "222aecd9d96feebea7ddbbcf73ff7fc635ac2f0de9ea9efb4ed6c5ec76df371",
        "267efffbddffbffeffcdff7fdfefff77bffff7bbebfeeffffffff5eff3ffff7",
    ),
    "navigate": (
        "05eb89082fe34de43cf57c60228c3fe8b513a05de378e05ec8bb98b23fb3a58",
        "3fffefffdffffffffffffbfdffffffff7fffffbffffffffbfffdfffffffffbf",
    ),
    "object_counting": (
        "0bb31f0e1cdb010d4b4a4219c05c4c30dd2a477aa2262ba62337c117579a92a",
        "0ff7ffffffffffbffffff7dffffafffffd7ffffdfffeffffffbffb7fffbbfff",
    ),
    "word_sorting": (
        "2e318f0caafdef25c2a53b730e43c1e7369576fc7e82ea10bc1caa1ab1220d3",
        "2e39874d2adceba00a3508220e45801f3305963e7c00e2303418ac329a28033",
    ),
}
"""By task: asked directly, and with chain of thought; hexadecimal, the first question in the highest bit."""
N_OF_TASK = 250


def right_answers() -> dict[str, tuple[list[int], list[int]]]:
    """Return 0 and 1 for each question: by task, asked directly and with chain of thought."""
    return {task: (_bits(naive), _bits(cot)) for task, (naive, cot) in RIGHT.items()}


def _bits(digits: str) -> list[int]:
    return [int(bit) for bit in f"{int(digits, 16):0{N_OF_TASK}b}"]
