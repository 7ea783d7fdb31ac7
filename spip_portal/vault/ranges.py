"""Which bytes of a file a browser asks for (RFC 9110, 14.2)."""

import re

ONE_RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})", re.ASCII)


class UnsatisfiableRangeError(Exception):
    """Beyond the end of the file."""


def asked_range(header: str, size: int) -> tuple[int, int] | None:
    """First byte, and the one after the last. None for the whole file: what is not
    understood, or several parts at once, is answered so."""
    match = ONE_RANGE.fullmatch(header.replace(" ", ""))
    if match is None or match.groups() == ("", ""):
        return None
    first, last = match.groups()
    if not first:
        start, stop = max(0, size - int(last)), size
    else:
        start, stop = int(first), min(int(last or size), size - 1) + 1
        if last and int(last) < start:
            return None
    if start >= size or start >= stop:
        raise UnsatisfiableRangeError
    return start, stop
