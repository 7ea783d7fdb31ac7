"""A WSGI application of two addresses: the same 25 MB, encrypted and in clear, in the
same chunks by the same server (`tests.load.vault` starts it in gunicorn)."""

import os
import uuid
from pathlib import Path

from django.conf import settings

import tests.load  # noqa: F401 (sets Django up)
from spip_portal.vault import files

settings.VAULT_ROOT = Path(os.environ["BENCH_VAULT"])
CLEAR = Path(os.environ["BENCH_CLEAR"])
STORED = uuid.UUID(os.environ["BENCH_STORED"])
KEY = bytes.fromhex(os.environ["BENCH_KEY"])


def application(environ, start_response):
    size = str(CLEAR.stat().st_size)
    start_response("200 OK", [("Content-Length", size)])
    if environ["PATH_INFO"] == "/vault":
        return files.read(STORED, KEY)
    return _chunks_of(CLEAR)


def _chunks_of(path: Path):
    with path.open("rb") as file:
        while chunk := file.read(files.CHUNK):
            yield chunk
