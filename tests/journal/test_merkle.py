"""The tree is RFC 6962's, read in a stream."""

from hashlib import sha256

import pytest

from spip_portal.journal.merkle import Tree, canonical


def by_definition(leaves: list[bytes]) -> bytes:
    if len(leaves) == 1:
        return sha256(b"\x00" + leaves[0]).digest()
    half = 1 << (len(leaves) - 1).bit_length() - 1
    left, right = by_definition(leaves[:half]), by_definition(leaves[half:])
    return sha256(b"\x01" + left + right).digest()


@pytest.mark.parametrize("count", [*range(1, 18), 31, 32, 33, 1000])
def test_the_root_is_that_of_the_definition(count):
    leaves = [str(number).encode() for number in range(count)]
    tree = Tree()
    for leaf in leaves:
        tree.add(leaf)
    assert tree.root == by_definition(leaves).hex()
    assert tree.count == len(leaves)


@pytest.mark.parametrize("count", [1, 2, 3, 4, 7, 8, 9])
def test_a_leaf_is_never_taken_for_a_node(count):
    """The same bytes one level up give another root."""
    tree, above = Tree(), Tree()
    for number in range(count):
        tree.add(bytes([number]))
        above.add(sha256(b"\x00" + bytes([number])).digest())
    assert tree.root != above.root


def test_a_statement_is_written_one_way():
    assert canonical({"b": 1, "a": "é"}) == canonical({"a": "é", "b": 1})
    assert canonical({"b": None, "a": "é"}) == '{"a":"é","b":null}'.encode()
