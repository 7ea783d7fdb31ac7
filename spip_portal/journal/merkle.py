"""A Merkle tree that is read once, line after line, and kept in a few hashes.

leaf = SHA-256(0x00 ‖ canonical JSON), node = SHA-256(0x01 ‖ left ‖ right); a last node
without a neighbour goes up as it is (RFC 6962)."""

import json
from datetime import UTC, datetime
from hashlib import sha256

LEAF, NODE = b"\x00", b"\x01"


def moment(value: datetime) -> str:
    return value.astimezone(UTC).isoformat(timespec="microseconds")


def canonical(statement: dict[str, object]) -> bytes:
    """The one way to write it: keys in order, no space, UTF-8."""
    text = json.dumps(
        statement, sort_keys=True, separators=(",", ":"), ensure_ascii=False
    )
    return text.encode()


class Tree:
    """`add` leaves, then ask for the `root`."""

    def __init__(self) -> None:
        self.count = 0
        self._peaks: list[bytes] = []  # one for each bit of `count` that is set

    def add(self, text: bytes) -> None:
        node = sha256(LEAF + text).digest()
        rest = self.count
        while rest & 1:
            node = sha256(NODE + self._peaks.pop() + node).digest()
            rest >>= 1
        self._peaks.append(node)
        self.count += 1

    @property
    def root(self) -> str:
        """In hexadecimal; of no leaf at all, the hash of nothing."""
        if not self._peaks:
            return sha256(b"").hexdigest()
        *others, node = self._peaks
        for peak in reversed(others):
            node = sha256(NODE + peak + node).digest()
        return node.hex()


def root_of(statements: list[dict[str, object]]) -> str:
    tree = Tree()
    for statement in statements:
        tree.add(canonical(statement))
    return tree.root
