"""The vault: what it costs to encrypt, to decrypt and to mark, beside doing without."""

import io
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pikepdf
from django.conf import settings

from spip_portal.vault import files, pdf_marking
from tests.load.figures import Figure, interleaved, time_of
from tests.vault.papers import pdf, written

# Times are divided the other way round than speeds: « ≥ 0.5 × as fast » is « ≤ 2 × ».
ENCRYPT, DECRYPT, MARK = 1 / 0.5, 1 / 0.6, 7
SIZE = 25 * 1024 * 1024
GROWTH = 10  # MiB
PAGES = 20
FOOTER = "Copie de lecture remise à Amina Diallo (Le Relais des Côtes), document 1a2b3c"


def measure() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        yield from _storing(Path(folder))
    yield _marking()


def _storing(folder: Path) -> Iterator[Figure]:
    content, key = secrets.token_bytes(SIZE), secrets.token_bytes(32)
    clear, copy = folder / "clear", folder / "copy"
    clear.write_bytes(content)
    times = interleaved(
        {
            "vault": partial(time_of, lambda: _encrypt(key, content)),
            "copy": partial(time_of, lambda: _copy(clear, copy)),
        }
    )
    yield Figure("chiffrer un dépôt de 25 Mo", times["vault"], times["copy"], ENCRYPT)
    stored = uuid.uuid4()
    files.write(stored, key, content)
    with _server(clear, stored, key) as (fetch, memory):
        fetch("/clear")  # answered: its worker is there
        before = memory()
        times = interleaved(
            {
                "vault": partial(time_of, partial(fetch, "/vault")),
                "clear": partial(time_of, partial(fetch, "/clear")),
            }
        )
        grown = memory() - before
    name = "télécharger 25 Mo déchiffrés, par le même serveur"
    yield Figure(name, times["vault"], times["clear"], DECRYPT)
    yield Figure("mémoire prise par le serveur pour cela", grown, GROWTH, 1, "Mio")
    files.path_of(stored).unlink()


@contextmanager
def _server(clear: Path, stored: uuid.UUID, key: bytes):
    """gunicorn as `bin/web` starts it. Gives a function that fetches an address, and
    one that says how much memory its worker took at most, in MiB."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = ["gunicorn", "tests.load.served", "--bind", f"127.0.0.1:{port}"]
    process = subprocess.Popen(
        [sys.executable, "-m", *command, "--worker-class", "gthread", "--workers", "1"],
        env=os.environ
        | {
            "BENCH_CLEAR": str(clear),
            "BENCH_KEY": key.hex(),
            "BENCH_STORED": str(stored),
            "BENCH_VAULT": str(settings.VAULT_ROOT),
        },
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        fetch = partial(_fetch, port)
        _wait_until_it_listens(process)
        yield fetch, partial(_peak_of_child, process.pid)
    finally:
        process.terminate()
        process.wait()


def _wait_until_it_listens(process: subprocess.Popen) -> None:
    """From then on a request waits in the socket until a worker is up."""
    for line in process.stderr:
        if "Listening at" in line:
            return
    raise RuntimeError("gunicorn did not start")


def _fetch(port: int, path: str) -> None:
    with socket.create_connection(("127.0.0.1", port)) as wire:
        asked = f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        wire.sendall(asked.encode())
        room, got = bytearray(files.CHUNK), 0
        while count := wire.recv_into(room):
            got += count
    assert got > SIZE


def _peak_of_child(pid: int) -> float:
    child = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()[0]
    status = Path(f"/proc/{child}/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def _encrypt(key: bytes, content: bytes) -> None:
    stored = uuid.uuid4()
    files.write(stored, key, content)
    files.path_of(stored).unlink()


def _copy(clear: Path, copy: Path) -> None:
    """As safely: whole on the disk before it has its name."""
    with clear.open("rb") as source, copy.open("wb") as target:
        shutil.copyfileobj(source, target, files.CHUNK)
        target.flush()
        os.fsync(target.fileno())
    copy.unlink()


def _marking() -> Figure:
    """The drawing alone: the child process that does it costs its start besides."""
    content = pdf(written(), pages=PAGES)
    times = interleaved(
        {
            "mark": partial(time_of, lambda: pdf_marking.mark(content, FOOTER)),
            "save": partial(time_of, lambda: _open_and_save(content)),
        }
    )
    name = f"mention de lecture sur {PAGES} pages"
    return Figure(name, times["mark"], times["save"], MARK)


def _open_and_save(content: bytes) -> None:
    with pikepdf.open(io.BytesIO(content)) as document:
        document.save(io.BytesIO())
