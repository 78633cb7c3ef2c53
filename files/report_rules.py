"""What holds for every page that becomes a PDF, whoever prints it."""

import re

# The page may look as it likes and load nothing: pictures and letters come along as data.
POLICY = (
    "default-src 'none'; img-src data:; font-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
)

_BROUGHT = re.compile(r"data:[a-z]+/[^\"')\s]+")


class Unprinted(Exception):
    """No PDF came of it; `reason` is a word, and `again` says that another try may go better."""

    def __init__(self, reason: str, *, again: bool = False) -> None:
        self.reason, self.again = reason, again
        super().__init__(reason)


def written(html: str) -> int:
    """How much is written on a page: its letters without the pictures and fonts it brings along."""
    return len(html) - sum(len(found) for found in _BROUGHT.findall(html))
