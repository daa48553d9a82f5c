"""The fragments that headings are linked by, as GitHub and Docusaurus make them."""

import unicodedata


class Slugger:
    """Makes the anchors of one page: a heading that comes again gets a number."""

    def __init__(self) -> None:
        self._seen: dict[str, int] = {}

    def slug(self, heading: str) -> str:
        """Return the anchor of a heading (github-slugger): `Set up & run` becomes `set-up--run`."""
        plain = "".join(_kept(character) for character in heading.strip().lower())
        slug, n = plain, self._seen.get(plain, 0)
        while slug in self._seen:
            n += 1
            slug = f"{plain}-{n}"
        self._seen[plain] = n
        self._seen.setdefault(slug, 0)
        return slug

    def take(self, anchor: str) -> str:
        """Remember an anchor that somebody wrote, and return it."""
        self._seen.setdefault(anchor, 0)
        return anchor


def _kept(character: str) -> str:
    if character == " ":
        return "-"
    return character if character in "-_" or unicodedata.category(character)[0] in "LMN" else ""
