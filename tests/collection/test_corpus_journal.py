import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from lanedet_mm.collection.corpus_journal import COLUMNS, CorpusJournal


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[CorpusJournal]:
    """A journal with two sources."""
    made = CorpusJournal(tmp_path / 'new' / 'collection.db')
    made.claim_source('b', 'theirs', {'zoom': 19})
    made.claim_source('a', 'ours', {})
    yield made
    made.close()


def keep(journal: CorpusJournal, source: str, nth: int, phash: int = 1) -> int:
    return journal.write(
        source=source, key=f'k{nth}', nth=nth, state='kept', id=f'{source}_{nth}',
        place='here', gsd_m=0.5, width_px=3, height_px=2, sha256='ab', phash=f'{phash:016x}',
    )  # fmt: skip


def test_tiles_come_by_source_and_in_the_order_of_requests(journal: CorpusJournal) -> None:
    for source, nth in (('a', 0), ('b', 2), ('b', 0), ('b', 1)):  # as late ones were mended
        keep(journal, source, nth)
    journal.write(source='b', key='no', nth=3, state='blank', reason='flat')
    lists = list(journal.kept(at_once=3))
    assert [[row['id'] for row in some] for some in lists] == [['b_0', 'b_1', 'b_2'], ['a_0']]
    assert [row['licence'] for some in lists for row in some] == ['theirs'] * 3 + ['ours']
    (row,) = lists[1]
    assert tuple(row) == COLUMNS
    assert (row['gsd_m'], row['width_px'], row['height_px'], row['xmin']) == (0.5, 3, 2, None)


def test_hashes_of_kept_tiles_come_in_the_order_of_writing(journal: CorpusJournal) -> None:
    rows = [keep(journal, 'a', 5, phash=2**64 - 1), keep(journal, 'b', 1, phash=3)]
    journal.write(source='a', key='no', nth=0, state='duplicate', phash='00')
    assert list(journal.hashes()) == [(2**64 - 1, rows[0]), (3, rows[1])]
    assert [journal.id_of(row) for row in rows] == ['a_5', 'b_1']


def test_failed_tiles_of_one_source_are_forgotten(journal: CorpusJournal) -> None:
    for source in ('a', 'b'):
        journal.write(source=source, key='x', nth=0, state='failed', reason='out')
        journal.write(source=source, key='y', nth=1, state='excluded')
    journal.forget_failures('a')
    settled = {(one, key): journal.is_settled(one, key) for one in 'ab' for key in 'xy'}
    assert settled == {('a', 'x'): False, ('a', 'y'): True, ('b', 'x'): True, ('b', 'y'): True}
    assert journal.counts()['a'] == {
        'kept': 0, 'blank': 0, 'duplicate': 0, 'excluded': 1, 'empty': 0, 'failed': 0
    }  # fmt: skip
    assert list(journal.counts()) == ['b', 'a']  # as the config lists them


def test_the_first_reasons_are_told(journal: CorpusJournal) -> None:
    for nth in (2, 0, 1):
        journal.write(source='b', key=f'k{nth}', nth=nth, state='failed', reason=f'reason {nth}')
    journal.write(source='a', key='other', nth=0, state='failed', reason='another')
    assert journal.reasons('b', 'failed', most=2) == ['k0: reason 0', 'k1: reason 1']


def test_tiles_are_dropped_and_freed_with_the_ground(journal: CorpusJournal) -> None:
    box = dict.fromkeys(('ymin', 'ymax'), 0.0)
    for nth in (0, 1):
        journal.write(
            source='a', key=f'k{nth}', nth=nth, state='kept', id=f'a_{nth}', phash='01',
            xmin=nth, xmax=nth + 1, **box,
        )  # fmt: skip
    keep(journal, 'b', 0)  # nobody knows where
    journal.write(source='a', key='out', nth=3, state='excluded', xmin=3, xmax=4, **box)
    journal.write(source='a', key='twin 0', nth=4, state='duplicate', reason='of a_0')
    journal.write(source='b', key='twin 1', nth=5, state='duplicate', reason='of a_1')
    journal.follow_ground(lambda region: region == (1, 0, 2, 0))
    kept = [row['id'] for some in journal.kept(at_once=9) for row in some]
    assert kept == ['b_0', 'a_0']
    assert journal.dropped() == ['a_1']
    assert journal.reasons('a', 'excluded', most=9) == ['k1: on validation or test ground']
    settled = [('a', 'out'), ('a', 'twin 0'), ('b', 'twin 1')]
    assert [journal.is_settled(*one) for one in settled] == [False, True, False]
    assert journal.kept_without_ground() == {'b': 1}


def test_a_tile_is_written_once(journal: CorpusJournal) -> None:
    keep(journal, 'a', 0)
    with pytest.raises(sqlite3.IntegrityError):
        keep(journal, 'a', 0)


def test_a_claim_holds_when_the_file_is_opened_again(tmp_path: Path) -> None:
    path = tmp_path / 'collection.db'
    for _ in range(2):
        journal = CorpusJournal(path)
        journal.claim({'quality': 95, 'splits': [{'b': 1, 'a': 2}]})
        journal.claim_source('a', 'ours', {'box': (1, 2), 'zoom': 19})
        keep(journal, 'a', len(list(journal.hashes())))
        journal.close()
    journal = CorpusJournal(path)
    assert journal.counts()['a']['kept'] == 2
    journal.claim({'splits': [{'a': 2, 'b': 1}]})  # order of keys says nothing
    with pytest.raises(ValueError, match='quality was 95 and is 90'):
        journal.claim({'quality': 90})
    with pytest.raises(ValueError, match=r"'a' was begun with .*19.* and is now .*18"):
        journal.claim_source('a', 'ours', {'box': [1, 2], 'zoom': 18})
    journal.close()


def test_options_that_decide_no_tile_are_not_compared(tmp_path: Path) -> None:
    journal = CorpusJournal(tmp_path / 'collection.db')
    # As an earlier version wrote it: with all options.
    journal.claim_source('a', 'ours', {'zoom': 19, 'tries': 5, 'contact': 'me'})
    for tries in (2, 1):
        journal.claim_source('a', 'ours', {'zoom': 19, 'tries': tries}, free=('tries', 'contact'))
    with pytest.raises(ValueError, match=r'begun with {"zoom": 19} and is now {"zoom": 18};'):
        journal.claim_source('a', 'ours', {'zoom': 18, 'tries': 5}, free=('tries', 'contact'))
    journal.close()


@pytest.mark.parametrize('begun', [{}, {'gsd_m': None}])
def test_an_option_may_be_given_later_and_then_holds(
    tmp_path: Path, begun: dict[str, None]
) -> None:
    journal = CorpusJournal(tmp_path / 'collection.db')
    journal.claim_source('a', 'ours', {'tile_px': 64, **begun})
    with pytest.raises(ValueError, match='give the changed one another name'):
        journal.claim_source('a', 'ours', {'tile_px': 64, 'gsd_m': 0.2})  # of another source
    for _ in range(2):
        journal.claim_source('a', 'ours', {'tile_px': 64, 'gsd_m': 0.2}, late=('gsd_m',))
    for other in ({'tile_px': 64, 'gsd_m': 0.3}, {'tile_px': 64}, {'tile_px': 32, 'gsd_m': 0.2}):
        with pytest.raises(ValueError, match=r'begun with {"gsd_m": 0\.2, "tile_px": 64}'):
            journal.claim_source('a', 'ours', other, late=('gsd_m',))
    journal.close()
