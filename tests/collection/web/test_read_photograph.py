import gzip
import io
import struct
import zlib
from collections.abc import Callable, Iterator
from functools import partial

import numpy as np
import pytest
from loopback_server import Answer, Server, send
from PIL import Image

from lanedet_mm.collection.collection_error import CollectionError
from lanedet_mm.collection.nothing_here_error import NothingHereError
from lanedet_mm.collection.web.polite_client import PoliteClient
from lanedet_mm.collection.web.read_photograph import read_photograph

RGB = np.arange(8 * 8 * 3, dtype=np.uint8).reshape(8, 8, 3)
NOISE = np.random.default_rng(0).integers(0, 256, (8, 8, 3), dtype=np.uint8)


def encoded(image: Image.Image, kind: str = 'PNG', **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def sent(body: bytes, kind: str = 'image/png', **headers: str) -> Answer:
    return lambda handler: send(handler, body, kind=kind, **headers)


GOOD = sent(encoded(Image.fromarray(RGB)))


@pytest.fixture
def client() -> Iterator[PoliteClient]:
    made = PoliteClient(per_second=1000, timeout_s=5, tries=2, backoff_s=0.01)
    yield made
    made.close()


def photograph(client: PoliteClient, server: Server) -> np.ndarray:
    return client.get(f'{server.url}/tile', partial(read_photograph, size_px=8))


def test_channels_come_in_the_order_of_opencv(client: PoliteClient, server: Server) -> None:
    server.in_turn(GOOD)
    image = photograph(client, server)
    assert image.dtype == np.uint8
    np.testing.assert_array_equal(image, RGB[..., ::-1])


def test_grey_is_grey_in_all_channels(client: PoliteClient, server: Server) -> None:
    server.in_turn(sent(encoded(Image.fromarray(RGB[..., 0]))))
    np.testing.assert_array_equal(photograph(client, server), RGB[..., :1].repeat(3, 2))


def test_a_compressed_answer_is_longer_than_its_length_says(
    client: PoliteClient, server: Server
) -> None:
    flat = encoded(Image.fromarray(RGB), 'BMP')
    for body in (flat, encoded(Image.fromarray(NOISE))):  # of which one shrinks and one grows
        packed = gzip.compress(body)
        server.in_turn(sent(packed, Content_Encoding='gzip'))
        assert photograph(client, server).shape == (8, 8, 3)


def opaque() -> bytes:
    return encoded(Image.fromarray(np.dstack([RGB, np.full((8, 8), 255, np.uint8)])))


def veiled() -> bytes:
    alpha = np.full((8, 8), 255, np.uint8)
    alpha[:2] = 254
    return encoded(Image.fromarray(np.dstack([RGB, alpha])))


def grey_with_a_hole() -> bytes:
    alpha = np.full((8, 8), 255, np.uint8)
    alpha[:, 4:] = 0
    return encoded(Image.fromarray(np.dstack([RGB[..., 0], alpha]), 'LA'))


def palette_with_a_hole() -> bytes:
    image = Image.fromarray(np.repeat(np.uint8([[0], [1]]), 8, 1).repeat(4, 0), 'P')
    image.putpalette([10, 20, 30, 40, 50, 60])
    return encoded(image, transparency=1)


def one_colour_is_the_hole() -> bytes:
    image = RGB.copy()
    image[:, :6] = (255, 255, 255)
    return encoded(Image.fromarray(image), transparency=(255, 255, 255))


HOLES = {
    'alpha just below the full': (veiled, '25%'),
    'grey': (grey_with_a_hole, '50%'),
    'palette': (palette_with_a_hole, '50%'),
    'key colour': (one_colour_is_the_hole, '75%'),
}


@pytest.mark.parametrize(('make', 'share'), HOLES.values(), ids=HOLES)
def test_a_hole_is_found_however_it_is_written(
    client: PoliteClient, server: Server, make: Callable[[], bytes], share: str
) -> None:
    server.in_turn(sent(make()), GOOD)
    with pytest.raises(NothingHereError, match=f'{share} of the image has no data'):
        photograph(client, server)
    assert len(server.paths) == 1


def test_alpha_without_a_hole_is_a_photograph(client: PoliteClient, server: Server) -> None:
    server.in_turn(sent(opaque()))
    np.testing.assert_array_equal(photograph(client, server), RGB[..., ::-1])


@pytest.mark.parametrize('size_wh', [(8, 7), (16, 8), (1, 1)])
def test_both_sides_must_have_the_size(
    client: PoliteClient, server: Server, size_wh: tuple[int, int]
) -> None:
    server.in_turn(sent(encoded(Image.new('RGB', size_wh))), GOOD)
    wide, high = size_wh
    with pytest.raises(CollectionError, match=f'{wide} x {high} px came; needed are 8 x 8'):
        photograph(client, server)
    assert len(server.paths) == 1


def bomb() -> bytes:
    """A small PNG whose header claims 10 gigapixels."""
    whole = encoded(Image.fromarray(RGB))
    header = b'IHDR' + struct.pack('>II', 100_000, 100_000) + whole[24:29]
    return whole[:12] + header + struct.pack('>I', zlib.crc32(header)) + whole[33:]


def test_a_huge_image_is_an_error_of_its_tile_and_not_of_the_run(
    client: PoliteClient, server: Server
) -> None:
    server.in_turn(sent(bomb()), GOOD)
    with pytest.raises(CollectionError, match=r'10000000000 pixels.*needed are 8 x 8 px'):
        photograph(client, server)


def test_pixels_of_16_bits_are_refused_and_not_clipped_to_white(
    client: PoliteClient, server: Server
) -> None:
    deep = Image.fromarray(RGB[..., 0].astype(np.uint16) * 256)
    server.in_turn(sent(encoded(deep)), GOOD)
    with pytest.raises(CollectionError, match='pixels of kind I;16 came; needed are 8 bits'):
        photograph(client, server)


CUT = {
    'JPEG in its header': (encoded(Image.fromarray(NOISE), 'JPEG'), 200),
    'JPEG in its pixels': (encoded(Image.fromarray(NOISE), 'JPEG', quality=98), -100),
    'PNG in its header': (encoded(Image.fromarray(NOISE)), 20),
    'PNG in its pixels': (encoded(Image.fromarray(NOISE)), 150),
    'WebP': (encoded(Image.fromarray(NOISE), 'WEBP', lossless=True), 60),
}


@pytest.mark.parametrize(('body', 'end'), CUT.values(), ids=CUT)
def test_an_image_that_breaks_off_is_asked_for_again(
    client: PoliteClient, server: Server, body: bytes, end: int
) -> None:
    server.in_turn(sent(body[:end]), GOOD)  # the length is that of what is sent
    np.testing.assert_array_equal(photograph(client, server), RGB[..., ::-1])
    assert len(server.paths) == 2
    server.in_turn(sent(body[:end]))
    with pytest.raises(CollectionError, match=f'breaks off after {len(body[:end])} bytes, 2 times'):
        photograph(client, server)


NO_IMAGES = {
    'page': (b'<html>Quota used up</html>', 'text/html', 'text/html: .*Quota used up'),
    'page in disguise': (b'<html>Log in</html>', 'image/jpeg', 'image/jpeg: .*<html>Log in'),
    'map server': (
        b'<ServiceExceptionReport>LayerNotDefined</ServiceExceptionReport>',
        'application/vnd.ogc.se_xml',
        'se_xml: .*LayerNotDefined',
    ),
    'bytes': (b'\xff\xfe\x00\x80', 'application/octet-stream', 'octet-stream: '),
}


@pytest.mark.parametrize(('body', 'kind', 'message'), NO_IMAGES.values(), ids=NO_IMAGES)
def test_what_is_no_image_is_refused_with_its_beginning(
    client: PoliteClient, server: Server, body: bytes, kind: str, message: str
) -> None:
    server.in_turn(sent(body, kind), GOOD)
    with pytest.raises(CollectionError, match=f'no image came but .*{message}'):
        photograph(client, server)
    assert len(server.paths) == 1
