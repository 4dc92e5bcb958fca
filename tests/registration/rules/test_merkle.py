"""The tree and its proofs: against the vectors of RFC 6962's reference implementation, and against any other tree."""

from hashlib import sha256

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from registration.rules import merkle
from registration.rules.merkle import Tree, consistency, includes, inclusion, is_extended, leaf_hash, root_of

# The leaves and roots with which the logs of certificates test themselves: trees of 1 to 8 leaves.
LEAVES = [
    bytes.fromhex(text)
    for text in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
INCLUSION = {
    (0, 1): [],
    (0, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (5, 8): [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 3): ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"],
    (1, 5): [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}
CONSISTENCY = {
    (1, 1): [],
    (1, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (6, 8): [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 5): [
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}
sizes = st.integers(min_value=1, max_value=130)


class Kept(dict[tuple[int, int], bytes]):
    """Every whole subtree of a tree, and how often one was asked for."""

    def __init__(self, leaves: list[bytes]) -> None:
        self.tree, self.asked = Tree(), 0
        for place, data in enumerate(leaves):
            self[0, place] = leaf_hash(data)
            self.update({(level, at): node for level, at, node in self.tree.append(leaf_hash(data))})

    def node(self, level: int, place: int) -> bytes:
        self.asked += 1
        return self[level, place]


def numbered(size: int) -> list[bytes]:
    return [str(number).encode() for number in range(size)]


def plain_root(leaves: list[bytes]) -> bytes:
    """MTH as section 2.1.1 writes it, hashing everything anew."""
    if len(leaves) < 2:
        return sha256(b"\x00" + leaves[0]).digest() if leaves else sha256(b"").digest()
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return sha256(b"\x01" + plain_root(leaves[:split]) + plain_root(leaves[split:])).digest()


@pytest.mark.parametrize("size", range(1, 9))
def test_roots_are_those_of_the_reference(size: int) -> None:
    kept = Kept(LEAVES[:size])
    assert kept.tree.root.hex() == root_of(size, kept.node).hex() == ROOTS[size - 1]


@pytest.mark.parametrize(("index", "size"), INCLUSION)
def test_proofs_of_inclusion_are_those_of_the_reference(index: int, size: int) -> None:
    proof = inclusion(index, size, Kept(LEAVES).node)
    assert [step.hex() for step in proof] == INCLUSION[index, size]


@pytest.mark.parametrize(("first", "second"), CONSISTENCY)
def test_proofs_of_consistency_are_those_of_the_reference(first: int, second: int) -> None:
    proof = consistency(first, second, Kept(LEAVES).node)
    assert [step.hex() for step in proof] == CONSISTENCY[first, second]


@given(sizes)
def test_a_tree_that_goes_on_is_the_tree_made_at_once(size: int) -> None:
    kept = Kept(numbered(size))
    half = size // 2
    gone_on = Tree.of_size(half, kept.node)
    for data in numbered(size)[half:]:
        gone_on.add(data)
    assert gone_on.root == kept.tree.root == plain_root(numbered(size))


@given(sizes, sizes)
def test_an_entry_is_proved_and_nothing_else_is(size: int, index: int) -> None:
    assume(index < size)
    kept = Kept(numbered(size))
    root, proof, leaf = kept.tree.root, inclusion(index, size, kept.node), kept[0, index]
    assert includes(leaf, index, size, proof, root)
    assert not includes(leaf_hash(b"another"), index, size, proof, root)
    assert not includes(leaf, index, size, [*proof, bytes(32)], root)
    for wrong in ({*range(size)} - {index}) if size < 20 else {(index + 1) % size}:
        assert not includes(leaf, wrong, size, proof, root)
    for at in range(len(proof)):
        assert not includes(leaf, index, size, [*proof[:at], bytes(32), *proof[at + 1 :]], root)


@given(sizes, sizes)
def test_growing_is_proved_and_rewriting_is_not(first: int, second: int) -> None:
    first, second = sorted((first, second))
    old, new = Kept(numbered(first)), Kept(numbered(second))
    proof = consistency(first, second, new.node)
    assert is_extended(first, second, old.tree.root, new.tree.root, proof)
    rewritten = Kept([b"rewritten", *numbered(first)[1:]])
    assert not is_extended(first, second, rewritten.tree.root, new.tree.root, proof)
    assert not is_extended(first, second, old.tree.root, rewritten.tree.root, proof)
    assert not is_extended(first, second, old.tree.root, new.tree.root, [*proof, bytes(32)])


def test_what_is_not_in_a_tree_has_no_proof() -> None:
    kept = Kept(LEAVES)
    for index in (-1, 8):
        with pytest.raises(ValueError, match="no such leaf"):
            inclusion(index, 8, kept.node)
        assert not includes(kept[0, 0], index, 8, [], kept.tree.root)
    for sizes_asked in ((0, 8), (8, 7)):
        with pytest.raises(ValueError, match="only grows"):
            consistency(*sizes_asked, kept.node)
        assert not is_extended(*sizes_asked, kept.tree.root, kept.tree.root, [])
    assert Tree().root == merkle.EMPTY


def test_a_proof_asks_for_few_hashes() -> None:
    kept = Kept(numbered(100_000))
    inclusion(77_777, 99_999, kept.node)
    consistency(31_337, 99_999, kept.node)
    assert kept.asked < 100
