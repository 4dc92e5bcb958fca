"""The Merkle tree of RFC 9162 (section 2.1) over entries that come one by one."""

from hashlib import sha256


class Tree:
    """Takes any number of leaves and holds only the roots of its whole subtrees: about log2(size) hashes."""

    def __init__(self) -> None:
        self.size = 0
        self._peaks: list[bytes] = []

    def add(self, data: bytes) -> None:
        """Appends a leaf: SHA-256 over 0x00 and the data."""
        node, size = sha256(b"\x00" + data).digest(), self.size
        while size & 1:
            node, size = _joined(self._peaks.pop(), node), size >> 1
        self._peaks.append(node)
        self.size += 1

    @property
    def root(self) -> bytes:
        """The tree's hash; of an empty tree, SHA-256 of nothing."""
        if not self._peaks:
            return sha256(b"").digest()
        *rest, node = self._peaks
        for peak in reversed(rest):
            node = _joined(peak, node)
        return node


def _joined(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()
