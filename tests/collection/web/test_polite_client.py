import email.utils
import socket
import struct
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from http.server import BaseHTTPRequestHandler

import numpy as np
import pytest
from loopback_server import Answer, Server, jpeg, send

from lanedet_mm.collection.collection_error import CollectionError
from lanedet_mm.collection.nothing_here_error import NothingHereError
from lanedet_mm.collection.web.polite_client import PoliteClient, hide_secrets
from lanedet_mm.collection.web.read_photograph import read_photograph

GOOD: Answer = lambda handler: send(handler, jpeg())  # noqa: E731


def state(code: int, **headers: str) -> Answer:
    return lambda handler: send(handler, b'busy', state=code, kind='text/plain', **headers)


def reset(handler: BaseHTTPRequestHandler) -> None:
    linger = struct.pack('ii', 1, 0)
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    handler.connection.close()


def hang(handler: BaseHTTPRequestHandler) -> None:
    time.sleep(0.8)
    handler.close_connection = True


def cut_off(handler: BaseHTTPRequestHandler) -> None:
    send(handler, jpeg()[:300], length=len(jpeg()))
    handler.close_connection = True


def cut_but_as_long_as_it_says(handler: BaseHTTPRequestHandler) -> None:
    noise = np.random.default_rng(0).integers(0, 255, (256, 256, 3), dtype=np.uint8)
    import cv2

    data = cv2.imencode('.jpg', noise)[1].tobytes()
    send(handler, data[: len(data) // 2])


def empty(handler: BaseHTTPRequestHandler) -> None:
    send(handler, b'')


@pytest.fixture
def client() -> Iterator[PoliteClient]:
    made = PoliteClient(per_second=1000, timeout_s=0.3, tries=3, backoff_s=0.02, contact='me@a.org')
    yield made
    made.close()


def photograph(client: PoliteClient, server: Server) -> np.ndarray:
    return client.get(f'{server.url}/a?key=geheim', partial(read_photograph, size_px=256))


PASSING = {
    '429': state(429),
    '500': state(500),
    '503': state(503),
    'reset': reset,
    'hang': hang,
    'cut off': cut_off,
    'cut inside': cut_but_as_long_as_it_says,
    'empty': empty,
}


@pytest.mark.parametrize('fault', PASSING.values(), ids=PASSING)
def test_what_may_pass_is_tried_again(client: PoliteClient, server: Server, fault: Answer) -> None:
    server.in_turn(fault, fault, GOOD)
    image = photograph(client, server)
    np.testing.assert_allclose(image[128, 128], (40, 90, 160), atol=3)
    assert len(server.paths) == 3


@pytest.mark.parametrize('fault', PASSING.values(), ids=PASSING)
def test_what_does_not_pass_ends_in_an_error_that_hides_the_key(
    client: PoliteClient, server: Server, fault: Answer
) -> None:
    server.in_turn(fault)
    with pytest.raises(CollectionError, match='3 times; ask for less, or later') as caught:
        photograph(client, server)
    assert len(server.paths) == 3
    assert 'geheim' not in str(caught.value)


def page(handler: BaseHTTPRequestHandler) -> None:
    send(handler, b'<html><body>Please log in</body></html>', kind='text/html')


def hole(handler: BaseHTTPRequestHandler) -> None:
    import cv2

    image = np.full((256, 256, 4), 255, np.uint8)
    image[:64, :, 3] = 0
    send(handler, cv2.imencode('.png', image)[1].tobytes(), kind='image/png')


FINAL = {
    'page': (page, 'no image came but text/html: .*Please log in'),
    'not found': (state(404), 'the server has nothing here'),
    'forbidden': (state(403), 'the key is missing or wrong'),
    'teapot': (state(418), "state 418: 'busy'"),
    'size': (lambda handler: send(handler, jpeg(size=128)), '128 x 128 px came; needed are 256'),
    'hole': (hole, '25% of the image has no data'),
}


@pytest.mark.parametrize(('fault', 'message'), FINAL.values(), ids=FINAL)
def test_what_will_not_get_better_is_not_tried_again(
    client: PoliteClient, server: Server, fault: Answer, message: str
) -> None:
    server.in_turn(fault, GOOD)
    with pytest.raises(CollectionError, match=message):
        photograph(client, server)
    assert len(server.paths) == 1


@pytest.mark.parametrize('code', [204, 404, 410])
def test_a_server_that_has_nothing_is_told_from_one_that_fails(
    client: PoliteClient, server: Server, code: int
) -> None:
    server.in_turn(state(code))
    with pytest.raises(NothingHereError, match=f'state {code}; the server has nothing here'):
        photograph(client, server)


@pytest.mark.parametrize('as_date', [False, True])
def test_the_server_says_how_long_to_wait(
    client: PoliteClient, server: Server, as_date: bool
) -> None:
    after = email.utils.formatdate(time.time() + 2, usegmt=True) if as_date else '1'
    server.in_turn(state(429, Retry_After=after), GOOD)
    start = time.monotonic()
    photograph(client, server)
    assert time.monotonic() - start >= 0.9


def test_requests_of_all_threads_together_keep_the_rate(server: Server) -> None:
    client = PoliteClient(per_second=20)
    start = time.monotonic()
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda _: photograph(client, server), range(9)))
    assert time.monotonic() - start >= 8 / 20
    client.close()


def test_the_operator_can_see_who_asks(client: PoliteClient, server: Server) -> None:
    photograph(client, server)
    assert server.agents == ['lanedet_mm/0.1 (me@a.org)']


def test_secrets_are_hidden_wherever_they_stand() -> None:
    url = 'https://a.org/1?x=2&apiKey=abc&access_token=def#g'
    assert hide_secrets(url) == 'https://a.org/1?x=2&apiKey=...&access_token=...'


def test_bad_options_are_named() -> None:
    with pytest.raises(ValueError, match='per_second 0'):
        PoliteClient(per_second=0)


def test_a_server_that_thinks_is_waited_for_where_one_that_hangs_is_not(server: Server) -> None:
    def think(handler: BaseHTTPRequestHandler) -> None:
        time.sleep(0.6)
        send(handler, b'{}', kind='application/json')

    server.answer = think
    impatient = PoliteClient(per_second=1000, timeout_s=0.2, tries=1, backoff_s=0)
    try:
        assert impatient.post(server.url, {}, lambda answer: answer.json(), thinks_s=5) == {}
        with pytest.raises(CollectionError, match='ReadTimeout'):
            impatient.post(server.url, {}, lambda answer: answer.json())
    finally:
        impatient.close()


@pytest.mark.parametrize('url', ['imagery.example/a.jpg', 'http://imagery.example:port/a.jpg'])
def test_what_is_no_url_is_refused_at_once(client: PoliteClient, url: str) -> None:
    with pytest.raises(CollectionError, match=r'needed is a URL with http\(s\)://'):
        client.get(url, lambda answer: answer.content)
