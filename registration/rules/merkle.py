"""The Merkle tree of RFC 9162 (section 2.1): appends leaves, and makes inclusion and consistency proofs.

A complete subtree is named by level and position: (0, 5) is the sixth leaf, (1, 2) joins the leaves 4 and 5.
A proof is made from the hashes of complete subtrees, and needs few more than its own length.
"""

from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256

Nodes = Callable[[int, int], bytes]
EMPTY = sha256(b"").digest()


class Tree:
    """A tree for any number of leaves, which holds only the roots of its complete subtrees: about log2(size) hashes."""

    def __init__(self) -> None:
        self.size = 0
        self._peaks: list[bytes] = []

    def add(self, data: bytes) -> None:
        """Appends a leaf."""
        for _ in self.append(leaf_hash(data)):
            pass

    def append(self, leaf: bytes) -> Iterator[tuple[int, int, bytes]]:
        """Appends the hash of a leaf; yields level, position and hash of every subtree that it completes."""
        node, level, place = leaf, 0, self.size
        self.size += 1
        while place & 1:
            node, level, place = joined(self._peaks.pop(), node), level + 1, place >> 1
            yield level, place, node
        self._peaks.append(node)

    @classmethod
    def of_size(cls, size: int, nodes: Nodes) -> "Tree":
        """A tree to be continued, whose complete subtrees are stored elsewhere."""
        tree = cls()
        tree.size = size
        tree._peaks = [nodes(level, place) for level, place in _peaks_of(0, size)]
        return tree

    @property
    def root(self) -> bytes:
        """The tree's hash; for an empty tree, SHA-256 of no data."""
        return _folded(self._peaks)


def leaf_hash(data: bytes) -> bytes:
    """SHA-256 over 0x00 and the data."""
    return sha256(b"\x00" + data).digest()


def joined(left: bytes, right: bytes) -> bytes:
    """SHA-256 over 0x01 and the two hashes."""
    return sha256(b"\x01" + left + right).digest()


def root_of(size: int, nodes: Nodes) -> bytes:
    """The tree's hash as it was when it had `size` leaves."""
    return _range_root(0, size, nodes)


def inclusion(index: int, size: int, nodes: Nodes) -> list[bytes]:
    """The proof that leaf `index` is in the tree of `size` leaves (section 2.1.3.1). ValueError for one that is not."""
    if not 0 <= index < size:
        raise ValueError("the tree has no such leaf")
    proof: list[bytes] = []
    start = 0
    while size > 1:
        split = _split(size)
        if index - start < split:
            proof.append(_range_root(start + split, size - split, nodes))
            size = split
        else:
            proof.append(_range_root(start, split, nodes))
            start, size = start + split, size - split
    return proof[::-1]


def consistency(first: int, second: int, nodes: Nodes) -> list[bytes]:
    """The proof that the tree of `second` leaves begins with that of `first` (section 2.1.4.1)."""
    if not 0 < first <= second:
        raise ValueError("a tree only grows, and the empty one needs no proof")
    proof: list[bytes] = []
    start, size, known = 0, second, True
    while first - start != size:
        split = _split(size)
        if first - start <= split:
            proof.append(_range_root(start + split, size - split, nodes))
            size = split
        else:
            proof.append(_range_root(start, split, nodes))
            start, size, known = start + split, size - split, False
    if not known:
        proof.append(_range_root(start, size, nodes))
    return proof[::-1]


def includes(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether the proof leads from the leaf's hash to the root (section 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    place, last, node = index, size - 1, leaf
    for step in proof:
        if last == 0:
            return False
        if place & 1 or place == last:
            node = joined(step, node)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            node = joined(node, step)
        place, last = place >> 1, last >> 1
    return last == 0 and node == root


def is_extended(first: int, second: int, first_root: bytes, second_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether the proof shows that the second tree begins with the first (section 2.1.4.2)."""
    if first == second:
        return not proof and first_root == second_root
    if not 0 < first < second or not proof:
        return False
    steps = list(proof) if first & (first - 1) else [first_root, *proof]
    place, last = first - 1, second - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    old = new = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            old, new = joined(step, old), joined(step, new)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            new = joined(new, step)
        place, last = place >> 1, last >> 1
    return last == 0 and (old, new) == (first_root, second_root)


def _range_root(start: int, size: int, nodes: Nodes) -> bytes:
    """The hash of `size` leaves from `start`, which is the start of such a subtree."""
    return _folded([nodes(level, place) for level, place in _peaks_of(start, size)])


def _peaks_of(start: int, size: int) -> list[tuple[int, int]]:
    """The complete subtrees of `size` leaves from `start`, the largest first."""
    found: list[tuple[int, int]] = []
    while size:
        level = size.bit_length() - 1
        found.append((level, start >> level))
        start, size = start + (1 << level), size - (1 << level)
    return found


def _folded(peaks: Sequence[bytes]) -> bytes:
    if not peaks:
        return EMPTY
    *rest, node = peaks
    for peak in reversed(rest):
        node = joined(peak, node)
    return node


def _split(size: int) -> int:
    """The largest power of two below `size`."""
    return 1 << (size - 1).bit_length() - 1
