"""Ask clamd, over its socket, about bytes that stay in memory (INSTREAM)."""

import socket
import struct
from contextlib import closing

from django.conf import settings

SCAN_SECONDS = 60
PING_SECONDS = 3
CHUNK = 256 * 1024
CLEAN = "stream: OK"
LONGEST_ANSWER = 4096


class NoAnswerError(Exception):
    """clamd is away, or left without a word: nothing is known of the file."""


def is_clean(content: bytes) -> bool:
    """Any answer but « OK » is a no. Raises NoAnswerError when there is none."""
    frames = [
        struct.pack(">I", len(content[start : start + CHUNK]))
        + content[start : start + CHUNK]
        for start in range(0, len(content), CHUNK)
    ]
    messages = (b"zINSTREAM\0", *frames, struct.pack(">I", 0))
    return _ask(*messages, seconds=SCAN_SECONDS) == CLEAN


def answers() -> bool:
    try:
        return _ask(b"zPING\0", seconds=PING_SECONDS) == "PONG"
    except NoAnswerError:
        return False


def _ask(*messages: bytes, seconds: int) -> str:
    try:
        with closing(socket.socket(socket.AF_UNIX)) as clamd:
            clamd.settimeout(seconds)
            clamd.connect(settings.CLAMD_SOCKET)
            try:
                for message in messages:
                    clamd.sendall(message)
            except BrokenPipeError:
                pass  # it refused before the end: what it said can still be read
            said = clamd.makefile("rb").read(LONGEST_ANSWER)
    except OSError as error:
        raise NoAnswerError(str(error)) from error
    if not said.endswith(b"\0"):
        raise NoAnswerError("clamd left before it had answered.")
    return said.rstrip(b"\0").decode(errors="replace")
