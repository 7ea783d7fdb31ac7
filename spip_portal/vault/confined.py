"""Bytes that nobody has vouched for are read by a fresh child process, within limits of
memory and time: a bomb kills the child alone (DESIGN, promise 4)."""

import subprocess
import sys
from pathlib import Path

MEMORY_BYTES = 1024**3
GRACE_SECONDS = 15  # beyond the CPU time, on a busy machine


def child_of(script: str) -> Path:
    return Path(__file__).with_name(script)


def run_child(script: str, content: bytes, *, cpu_seconds: int) -> bytes | None:
    """What the `script` of this package answers to `content`, which it gets on its
    standard input and never by a path. None when a limit stopped it or it failed."""
    limits = [str(MEMORY_BYTES), str(cpu_seconds)]
    try:
        return subprocess.run(  # noqa: S603  our own file, no shell, bytes on stdin
            [sys.executable, "-I", child_of(script), *limits],
            input=content,
            capture_output=True,
            timeout=cpu_seconds + GRACE_SECONDS,
            check=True,
        ).stdout
    except subprocess.SubprocessError:
        return None
