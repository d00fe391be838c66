"""An HTTP client that neither hurries a server nor gives up on it too soon."""

import email.utils
import random
import re
import threading
import time
from collections.abc import Callable
from typing import TypeVar

import httpx

from lanedet_mm.collection.collection_error import CollectionError
from lanedet_mm.collection.nothing_here_error import NothingHereError

T = TypeVar('T')
_PASSING = {408, 425, 429, 500, 502, 503, 504}
_SECRET = re.compile(r'(?i)([?&][^=&]*(?:key|token|secret|sig|password)[^=&]*=)[^&]+')
_LONGEST_WAIT_S = 120.0


class TryAgainError(CollectionError):
    """What came was broken in a way that may pass."""


class PoliteClient:
    """Requests at a bounded rate, over all threads, with retries.

    Time-outs, broken connections, answers that break off and the states 408, 425, 429 and 500 to
    504 are tried again after 1, 2, 4, ... times `backoff_s`, more or less, or after what the
    server's Retry-After says.

    Args:
        per_second: Requests a second at most.
        timeout_s: Of connecting, and of each wait for more of an answer.
        tries: How often a request is made in all.
        backoff_s: First wait before another try.
        contact: Address for the operator of a server, put into User-Agent.
    """

    def __init__(
        self,
        *,
        per_second: float = 2.0,
        timeout_s: float = 30.0,
        tries: int = 5,
        backoff_s: float = 1.0,
        contact: str = '',
    ) -> None:
        if not per_second > 0 or not timeout_s > 0 or tries < 1 or backoff_s < 0:
            raise ValueError(
                f'per_second {per_second}, timeout_s {timeout_s}, tries {tries}, backoff_s '
                f'{backoff_s}; needed are numbers above 0'
            )
        self.tries = tries
        self.backoff_s = backoff_s
        self._timeout_s = timeout_s
        self._pause_s = 1 / per_second
        self._next_at = 0.0
        self._lock = threading.Lock()
        agent = f'lanedet_mm/0.1 ({contact})' if contact else 'lanedet_mm/0.1'
        self._client = httpx.Client(
            timeout=timeout_s, follow_redirects=True, headers={'User-Agent': agent}
        )

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def get(self, url: str, read: Callable[[httpx.Response], T]) -> T:
        """Get a URL and read the answer.

        Args:
            url: Keys and tokens in it are hidden in errors.
            read: Makes something of a good answer; raises `TryAgainError` for one that may be
                better the next time, `CollectionError` for one that will not.

        Raises:
            NothingHereError: If the server says 204, 404 or 410.
            CollectionError: If it cannot be had.
        """
        return self._ask(lambda: self._client.get(url), read, hide_secrets(url))

    def post(
        self,
        url: str,
        form: dict[str, str],
        read: Callable[[httpx.Response], T],
        *,
        thinks_s: float = 0.0,
    ) -> T:
        """Post a form; the rest is as with `get`.

        Args:
            url: As there.
            form: Its fields.
            read: As there.
            thinks_s: Seconds that the server may think before it answers, beside the time-out.
        """
        timeout = httpx.Timeout(self._timeout_s, read=self._timeout_s + thinks_s)
        return self._ask(
            lambda: self._client.post(url, data=form, timeout=timeout), read, hide_secrets(url)
        )

    def _ask(
        self, send: Callable[[], httpx.Response], read: Callable[[httpx.Response], T], name: str
    ) -> T:
        reason = ''
        for attempt in range(self.tries):
            wait_s = self.backoff_s * 2**attempt * random.uniform(0.75, 1.25)
            self._wait_for_turn()
            try:
                answer = send()
                if answer.status_code in _PASSING:
                    reason = f'state {answer.status_code}'
                    wait_s = max(wait_s, _retry_after_s(answer))
                else:
                    _check_state(answer, name)
                    return read(answer)
            except TryAgainError as error:
                reason = str(error)
            except (httpx.UnsupportedProtocol, httpx.InvalidURL) as error:
                text = hide_secrets(str(error))
                raise CollectionError(f'{name}: {text}; needed is a URL with http(s)://') from None
            except httpx.TransportError as error:
                reason = f'{type(error).__name__} {hide_secrets(str(error))}'.strip()
            except httpx.HTTPError as error:
                raise CollectionError(f'{name}: {hide_secrets(str(error))}') from None
            if attempt + 1 < self.tries:
                time.sleep(min(wait_s, _LONGEST_WAIT_S))
        raise CollectionError(f'{name}: {reason}, {self.tries} times; ask for less, or later')

    def _wait_for_turn(self) -> None:
        with self._lock:
            now = time.monotonic()
            turn = max(now, self._next_at)
            self._next_at = turn + self._pause_s
        time.sleep(turn - now)


def hide_secrets(text: str) -> str:
    """A URL without the values of its keys and tokens."""
    return _SECRET.sub(r'\1...', text)


def _check_state(answer: httpx.Response, name: str) -> None:
    state = answer.status_code
    if state in (401, 403):
        raise CollectionError(
            f'{name}: state {state}; the key is missing or wrong, or it has no right to this'
        )
    if state in (204, 404, 410):
        raise NothingHereError(f'{name}: state {state}; the server has nothing here')
    if state != 200:
        raise CollectionError(f'{name}: state {state}: {answer.text[:80]!r}')


def _retry_after_s(answer: httpx.Response) -> float:
    """Seconds that the server asks to wait, given as such or as a date; 0 if it does not."""
    value = answer.headers.get('Retry-After', '')
    if value.isdigit():
        return float(value)
    try:
        return max(0.0, email.utils.parsedate_to_datetime(value).timestamp() - time.time())
    except ValueError:
        return 0.0
