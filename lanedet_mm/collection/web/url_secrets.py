"""Keys that a URL takes from the environment, kept out of what is written down."""

import os
import re
from urllib.parse import quote

FROM_ENVIRONMENT = re.compile(r'{env:([^{}]*)}')
_KEPT = "/:=@&+,;$!'()*"  # which a URL may have as they are
_LEAST_SECRET = 8  # characters of a key's beginning that nobody may read


def secrets_of(url: str) -> list[str]:
    """Values from the environment, as they are and as URLs spell them, the longest first.

    Beginnings of them too: an error quotes the beginning of an answer, which may end within a key.
    """
    values = filter(None, (os.environ[name] for name in FROM_ENVIRONMENT.findall(url)))
    spelt = [text for value in values for text in (value, quote(value, ''), quote(value, _KEPT))]
    starts = {
        text[:end] for text in spelt for end in range(min(len(text), _LEAST_SECRET), len(text) + 1)
    }
    return sorted(starts, key=len, reverse=True)


def without_secrets(text: str, secrets: list[str]) -> str:
    """An error without keys: the URL's path may hold one, and a server's answer repeat it."""
    for secret in secrets:
        text = text.replace(secret, '...')
    return text
