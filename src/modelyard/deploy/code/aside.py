"""Which files are beside what is deployed: tests, examples, documentation."""

import re

_ASIDE = re.compile(
    r"(?:^|/)(?:tests?|testing|__tests__|__mocks__|e2e|specs?|fixtures|testdata|test_data|mocks?|examples?|samples?"
    r"|docs?|benchmarks?|bench|third_party|vendor|templates?/test)/"
    r"|(?:^|/)(?:test_[^/]*|[^/]*_test|conftest)\.py$|\.(?:test|spec|stories)\.[cm]?[jt]sx?$",
    re.IGNORECASE,
)


def is_aside(path: str) -> bool:
    """Say whether a file is a test, an example or documentation: read by people and tools, not deployed."""
    return _ASIDE.search(path) is not None
