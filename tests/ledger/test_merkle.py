"""The tree against its definition, written out slowly; proofs of everything in small trees, and no proof of anything else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.ledger import merkle
from comity.ledger.merkle import EMPTY, ProofError, check_consistency, check_inclusion

CT = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
CT_ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
LEAVES = [merkle.leaf(bytes([n])) for n in range(70)]


def by_definition(leaves):
    """RFC 6962, section 2.1."""
    if len(leaves) < 2:
        return leaves[0] if leaves else EMPTY
    k = max(1 << n for n in range(8) if 1 << n < len(leaves))
    return merkle.join(by_definition(leaves[:k]), by_definition(leaves[k:]))


def node(height, number):
    whole = LEAVES[number << height : number + 1 << height]
    assert len(whole) == 1 << height, "a node that is not full was asked for"
    return by_definition(whole)


def test_roots_of_the_published_vectors():
    leaves = [merkle.leaf(bytes.fromhex(text)) for text in CT]
    assert [by_definition(leaves[:n]).hex() for n in range(1, 9)] == CT_ROOTS
    assert EMPTY.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_a_head_is_the_root_by_definition():
    assert [merkle.head(n, node) for n in range(71)] == [by_definition(LEAVES[:n]) for n in range(71)]


@pytest.mark.parametrize("size", [*range(1, 18), 31, 32, 33, 63, 64, 65])
def test_every_leaf_is_proved_and_no_other_place_accepts_its_proof(size):
    root = merkle.head(size, node)
    for index in range(size):
        path = merkle.inclusion(index, size, node)
        check_inclusion(LEAVES[index], index, size, path, root)
        for other in range(size + 1):
            if other != index:
                with pytest.raises(ProofError):
                    check_inclusion(LEAVES[index], other, size, path, root)


@pytest.mark.parametrize("size", [*range(18), 31, 32, 33, 63, 64, 65])
def test_every_size_is_continued_and_no_other_size_accepts_its_proof(size):
    after = merkle.head(size, node)
    for old in range(size + 1):
        before, path = merkle.head(old, node), merkle.consistency(old, size, node)
        check_consistency(old, size, path, before, after)
        for other in range(size + 1):
            if other != old:
                with pytest.raises(ProofError):
                    check_consistency(other, size, path, before, after)


@st.composite
def proofs(draw):
    size = draw(st.integers(2, 70))
    at = draw(st.integers(0, size - 1))
    return draw(st.booleans()), at, size


def holds(inclusion, at, size, path, one, other):
    try:
        (check_inclusion(one, at, size, path, other) if inclusion else check_consistency(at, size, path, one, other))
    except ProofError:
        return False
    return True


@given(proofs(), st.data())
def test_a_proof_with_one_thing_changed_is_none(proof, data):
    inclusion, at, size = proof
    path = merkle.inclusion(at, size, node) if inclusion else merkle.consistency(at, size, node)
    parts = [*path, LEAVES[at] if inclusion else merkle.head(at, node), merkle.head(size, node)]
    assert holds(inclusion, at, size, parts[:-2], *parts[-2:])
    which, bit = data.draw(st.integers(0, len(parts) - 1)), data.draw(st.integers(0, 255))
    if inclusion or at or which == 0:  # after nothing comes any log
        flipped = (int.from_bytes(parts[which], "big") ^ 1 << bit).to_bytes(32, "big")
        changed = [*parts[:which], flipped, *parts[which + 1 :]]
        assert not holds(inclusion, at, size, changed[:-2], *changed[-2:])
    drop = data.draw(st.integers(0, len(path)))
    assert not path or drop == len(path) or not holds(inclusion, at, size, path[:drop] + path[drop + 1 :], *parts[-2:])
    assert not holds(inclusion, at, size, [*path[:drop], EMPTY, *path[drop:]], *parts[-2:])
    if drop + 1 < len(path):
        path[drop], path[drop + 1] = path[drop + 1], path[drop]
        assert not holds(inclusion, at, size, path, *parts[-2:])


def test_what_skips_the_middle_is_refused():
    """As a log did once that a verifier believed: both ends right, nothing between them."""
    with pytest.raises(ProofError, match="hashes from 3 to 9"):
        check_consistency(3, 9, [], merkle.head(3, node), merkle.head(9, node))


@pytest.mark.parametrize(("old", "size"), [(0, 0), (5, 5)])
def test_the_same_size_has_the_same_root(old, size):
    root = merkle.head(size, node)
    check_consistency(old, size, [], root, root)
    for one, other in ((root, LEAVES[60]), (LEAVES[60], root), (LEAVES[60], LEAVES[61])):
        with pytest.raises(ProofError):
            check_consistency(old, size, [], one, other)


@pytest.mark.parametrize(("index", "size"), [(-1, 5), (5, 5), (0, 0), (0, 2**63)])
def test_what_no_log_has_is_refused(index, size):
    with pytest.raises(ProofError):
        merkle.inclusion(index, size, node)
    with pytest.raises(ProofError):
        check_inclusion(LEAVES[0], index, size, [], LEAVES[0])
    with pytest.raises(ProofError):
        check_consistency(6, 5, [], LEAVES[0], LEAVES[0])


def test_a_hash_of_another_length_is_refused():
    """Else two hashes run together could be read as one longer one."""
    with pytest.raises(ProofError, match="32 bytes"):
        check_inclusion(LEAVES[0], 0, 2, [LEAVES[1] + b"x"], merkle.head(2, node))
    with pytest.raises(ProofError, match="32 bytes"):
        check_inclusion(LEAVES[0][:-1], 0, 1, [], LEAVES[0][:-1])
