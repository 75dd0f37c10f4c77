"""Tiles as C2SP tlog-tiles says: their widths, their names, what they hold; and trees that go on from them."""

import pytest
from growing import Log
from hypothesis import given
from hypothesis import strategies as st

from comity.ledger import merkle, tiles
from comity.ledger.tiles import TILE_BYTES, TileError, Tree, bundle, path, unbundle, widths

SIZES = [0, 1, 2, 3, 255, 256, 257, 300, 511, 512, 700, 1000]
LOG = Log(70_000)


def test_a_tree_of_seventy_thousand_has_the_tiles_the_specification_counts():
    found = list(widths(70_000))
    assert [width for level, _, width in found if level == 0] == [256] * 273 + [112]
    assert [width for level, _, width in found if level == 1] == [256, 17]
    assert [width for level, _, width in found if level == 2] == [1]
    assert {(level, index): len(held) // 32 for (level, index), held in LOG.tiles.items()} == {(level, index): width for level, index, width in found}
    assert list(widths(256)) == [(0, 0, 256), (1, 0, 1)]
    assert list(widths(0)) == []


def test_each_hash_of_a_tile_is_the_root_of_a_full_tile_below():
    leaves = [merkle.leaf(entry) for entry in LOG.entries]
    for number in (0, 100, 272):
        below = Tree(0, LOG.read).append(leaves[number * 256 : number * 256 + 256])[0]
        assert tiles.node(LOG.read, 8, number) == below.head()
    assert LOG.tiles[0, 273] == b"".join(leaves[273 * 256 :])


@given(st.lists(st.integers(0, 300), max_size=8))
def test_a_tree_is_the_same_however_it_grew_and_however_it_is_taken_up(steps):
    log = Log()
    for step in steps:
        log.grow(step)
        assert Tree.at(log.tree.size, log.read) == log.tree
    whole = Log(sum(steps))
    assert (log.tiles, log.tree.head()) == (whole.tiles, whole.tree.head())
    both = [tree.append([merkle.EMPTY] * 300)[1] for tree in (whole.tree, Tree.at(sum(steps), log.read))]
    assert both[0] == both[1]


@given(st.integers(0, 70_000), st.integers(0, 70_000), st.integers(0, 69_999))
def test_proofs_hold_for_every_size_at_once(one, other, index):
    old, size = sorted((one, other))
    before, after = LOG.tree.head(old), LOG.tree.head(size)
    merkle.check_consistency(old, size, LOG.tree.consistency(old, size), before, after)
    if index < size:
        merkle.check_inclusion(merkle.leaf(LOG.entries[index]), index, size, LOG.tree.inclusion(index, size), after)


def test_a_failed_transaction_leaves_the_tree_as_it_was():
    log = Log(300)
    head = log.tree.head()
    longer, _ = log.tree.append([merkle.EMPTY])
    assert (log.tree.size, log.tree.head(), longer.size) == (300, head, 301)
    assert longer.head() != head


def test_a_tree_answers_for_its_own_size_only():
    for asked in (lambda: LOG.tree.head(70_001), lambda: LOG.tree.inclusion(0, 70_001), lambda: LOG.tree.consistency(1, 70_001), lambda: LOG.tree.head(-1)):
        with pytest.raises(merkle.ProofError):
            asked()


@pytest.mark.parametrize("held", [b"", bytes(43 * 32), bytes(44 * 32 - 1), bytes(44 * 32 + 1), bytes(TILE_BYTES + 32)])
def test_a_tile_of_another_length_is_refused(held):
    log = Log(300)
    log.tiles[0, 1] = held
    with pytest.raises(TileError, match=r"tile/0/001 has \d+ bytes"):
        Tree.at(300, log.read)


def test_a_tile_may_have_grown_since():
    log = Log(300)
    head = log.tree.head()
    log.grow(500)
    assert Tree.at(300, log.read).head() == head
    assert log.tree.head(300) == head


def test_leaf_hashes_are_hashes():
    with pytest.raises(TileError):
        Tree(0, LOG.read).append([b"short"])


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ((0, 1_234_067), "tile/0/x001/x234/067"),
        ((0, 0), "tile/0/000"),
        ((63, 999), "tile/63/999"),
        ((1, 1000, 17), "tile/1/x001/000.p/17"),
        ((None, 273, 112), "tile/entries/273.p/112"),
        ((None, 2**63 - 1), "tile/entries/x009/x223/x372/x036/x854/x775/807"),
    ],
)
def test_names(asked, said):
    assert path(*asked) == said


@pytest.mark.parametrize("asked", [(64, 0), (-1, 0), (0, -1), (0, 0, 0), (0, 0, 257)])
def test_no_name_for_what_is_no_tile(asked):
    with pytest.raises(TileError):
        path(*asked)


@given(st.lists(st.binary(max_size=40), max_size=256))
def test_a_bundle_gives_back_its_entries(entries):
    held = bundle(entries)
    assert unbundle(held, len(entries)) == entries
    assert not entries or unbundle(held, len(entries) - 1) == entries[:-1]
    with pytest.raises(TileError):
        unbundle(held, len(entries) + 1)
    for torn in (held[:-1], held + b"\0"):
        if torn:
            with pytest.raises(TileError):
                unbundle(torn, len(entries))


def test_an_entry_has_a_length_that_two_bytes_can_say():
    assert unbundle(bundle([bytes(65_535)]), 1) == [bytes(65_535)]
    with pytest.raises(TileError, match="65536 bytes"):
        bundle([bytes(65_536)])
    with pytest.raises(TileError, match="a bundle of 257"):
        unbundle(bundle([b""] * 257), 256)
