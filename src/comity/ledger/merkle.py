"""The hash tree of an append-only log, and the two proofs a stranger can check: this entry is in it, that log continues this one.

Tree, proofs and prefixes as in RFC 6962, section 2.1, over SHA-256. A proof holds or raises: there is no answer to forget to look at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256
from typing import Final

HASH_BYTES: Final = 32
EMPTY: Final = sha256(b"").digest()
"""The root of a tree without leaves."""
MAX_SIZE: Final = 2**63 - 1
"""More leaves than any log will have; sizes stay within what every reader of the formats can hold."""
MAX_PATH: Final = 63
"""Hashes that a written proof may have: the witness protocol allows no more, and no log will be large enough to need them."""

Node = Callable[[int, int], bytes]
"""The root of the full subtree of 2**height leaves with this number at its height, both counted from nought."""


class ProofError(ValueError):
    """A proof, or what it was asked of, does not hold."""


def leaf(entry: bytes) -> bytes:
    """The hash of an entry's bytes."""
    return sha256(b"\x00" + entry).digest()


def join(left: bytes, right: bytes) -> bytes:
    """The hash of a node over two hashes."""
    return sha256(b"\x01" + left + right).digest()


def ridge(begin: int, end: int) -> Iterator[tuple[int, int]]:
    """The full subtrees that cover leaves from begin up to end, widest possible, left to right, as (height, number).

    Between a multiple of a power of two and less than that power further on, that is the tree's own shape.
    """
    while begin < end:
        height = (end - begin).bit_length() - 1
        if begin:
            height = min(height, (begin & -begin).bit_length() - 1)
        yield height, begin >> height
        begin += 1 << height


def root(peaks: Sequence[bytes]) -> bytes:
    """The root over full subtrees, left to right."""
    if not peaks:
        return EMPTY
    found = peaks[-1]
    for peak in reversed(peaks[:-1]):
        found = join(peak, found)
    return found


def head(size: int, node: Node) -> bytes:
    """The root of the tree of the first `size` leaves."""
    return _span(0, size, node)


def inclusion(index: int, size: int, node: Node) -> list[bytes]:
    """The audit path of a leaf in the tree of the first `size` leaves, from its sibling up. Raises ProofError when it is not among them."""
    if not 0 <= index < size <= MAX_SIZE:
        raise ProofError(f"no entry {index} in a log of {size}")
    path: list[bytes] = []
    begin, end = 0, size
    while end - begin > 1:
        middle = begin + _split(end - begin)
        if index < middle:
            path.append(_span(middle, end, node))
            end = middle
        else:
            path.append(_span(begin, middle, node))
            begin = middle
    path.reverse()
    return path


def consistency(old: int, size: int, node: Node) -> list[bytes]:
    """What shows that the tree of `size` leaves continues the tree of the first `old`. Empty for none and for all. Raises ProofError."""
    if not 0 <= old <= size <= MAX_SIZE:
        raise ProofError(f"a log of {size} does not continue one of {old}")
    if old in (0, size):
        return []
    path: list[bytes] = []
    begin, end = 0, size
    while old != end:
        middle = begin + _split(end - begin)
        if old <= middle:
            path.append(_span(middle, end, node))
            end = middle
        else:
            path.append(_span(begin, middle, node))
            begin = middle
    if begin:  # what is left of the old tree is not the whole of it: the reader cannot know its root
        path.append(_span(begin, end, node))
    path.reverse()
    return path


def check_inclusion(entry: bytes, index: int, size: int, path: Sequence[bytes], expected: bytes) -> None:
    """Raises ProofError unless the path leads from this leaf hash, as leaf `index` of `size`, to the expected root."""
    if not 0 <= index < size <= MAX_SIZE:
        raise ProofError(f"no entry {index} in a log of {size}")
    inner = (index ^ (size - 1)).bit_length()
    if len(path) != inner + (index >> inner).bit_count():
        raise ProofError(f"an inclusion proof of {len(path)} hashes for entry {index} of {size}")
    _check_lengths(entry, expected, *path)
    found = entry
    for height, sibling in enumerate(path):
        left = height >= inner or index >> height & 1
        found = join(sibling, found) if left else join(found, sibling)
    if found != expected:
        raise ProofError(f"entry {index} is not in this log of {size}")


def check_consistency(old: int, size: int, path: Sequence[bytes], before: bytes, after: bytes) -> None:
    """Raises ProofError unless the path shows that the tree `after`, of `size` leaves, continues the tree `before`, of `old`."""
    if not 0 <= old <= size <= MAX_SIZE:
        raise ProofError(f"a log of {size} does not continue one of {old}")
    _check_lengths(before, after, *path)
    if old in (0, size):
        if path:
            raise ProofError(f"{len(path)} hashes where a log of {size} after one of {old} needs none")
        if (old == 0 and before != EMPTY) or (size == 0 and after != EMPTY):
            raise ProofError("a log without entries has one root, and this is another")
        if old == size and before != after:
            raise ProofError(f"two logs of {old} differ")
        return
    shift = (old & -old).bit_length() - 1
    place = (old - 1) >> shift  # of the last full subtree of the old tree, at its height: the proof starts from it
    inner = (place ^ ((size - 1) >> shift)).bit_length()
    whole = place == 0
    if len(path) != (not whole) + inner + (place >> inner).bit_count():
        raise ProofError(f"a consistency proof of {len(path)} hashes from {old} to {size}")
    found_before = found_after = before if whole else path[0]
    for height, sibling in enumerate(path[not whole :]):
        if height >= inner or place >> height & 1:
            found_before, found_after = join(sibling, found_before), join(sibling, found_after)
        else:
            found_after = join(found_after, sibling)
    if found_before != before:
        raise ProofError(f"the log of {size} has another beginning than the log of {old}")
    if found_after != after:
        raise ProofError(f"the log of {size} is not what this proof leads to")


def _split(width: int) -> int:
    """The largest power of two below a width of two or more."""
    return 1 << (width - 1).bit_length() - 1


def _span(begin: int, end: int, node: Node) -> bytes:
    return root([node(height, number) for height, number in ridge(begin, end)])


def _check_lengths(*hashes: bytes) -> None:
    if any(len(one) != HASH_BYTES for one in hashes):
        raise ProofError(f"a hash that is not {HASH_BYTES} bytes long")
