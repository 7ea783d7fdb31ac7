"""SECURITY 21: of more than sixty files, each hostile one is refused with its reason,
each benign one is accepted and comes back byte for byte; clamd away, they wait."""

import hashlib
import socket
import subprocess
import sys
import threading

import pytest
from django.db import IntegrityError, transaction

from spip_portal.vault import antivirus, inspection, services
from spip_portal.vault.confined import MEMORY_BYTES, child_of
from spip_portal.vault.models import StoredFile
from tests.vault.factories import stored_file
from tests.vault.papers import ACCEPTED, EICAR, PLAIN, REFUSED, attach, bomb, pdf


def test_the_corpus_is_large_enough():
    assert len(ACCEPTED) + len(REFUSED) >= 60


@pytest.mark.parametrize("what", REFUSED)
def test_a_hostile_file_is_refused_with_its_reason(what):
    made, reason = REFUSED[what]
    refusal = inspection.inspect(made()).refusal
    assert refusal
    assert reason in refusal
    assert "Imprimer au format PDF" in refusal or reason == "antivirus"


@pytest.mark.django_db
def test_a_benign_file_is_accepted_and_comes_back_byte_for_byte():
    given = {name: made() for name, made in ACCEPTED.items()}
    kept = {name: services.store(content=content) for name, content in given.items()}
    assert services.inspect_waiting() == len(given)
    for name, stored in kept.items():
        stored.refresh_from_db()
        assert (name, stored.state, stored.refusal) == (name, "available", "")
        content = b"".join(services.open_stream(stored))
        assert content == given[name]
        assert stored.sha256 == hashlib.sha256(content).hexdigest()


# -- Quarantine ---------------------------------------------------------------------


@pytest.mark.django_db
def test_a_deposit_waits_in_quarantine_until_a_worker_has_looked():
    good, bad = services.store(content=PLAIN), services.store(content=pdf(attach))
    assert {good.state, bad.state} == {StoredFile.State.QUARANTINED}
    assert services.inspect_waiting() == 2
    good.refresh_from_db()
    bad.refresh_from_db()
    assert (good.state, good.pages, good.refusal) == ("available", 1, "")
    assert bad.state == "refused"
    assert "fichiers joints" in bad.refusal
    assert services.inspect_waiting() == 0


@pytest.mark.django_db
def test_clamd_away_keeps_all_in_quarantine_until_it_is_back(settings):
    there = settings.CLAMD_SOCKET
    stored = services.store(content=PLAIN)
    settings.CLAMD_SOCKET = "/nulle/part.sock"
    assert services.inspect_waiting() == 0
    stored.refresh_from_db()
    assert (stored.state, stored.inspected_at) == ("quarantined", None)
    settings.CLAMD_SOCKET = there
    assert services.inspect_waiting() == 1
    stored.refresh_from_db()
    assert stored.state == "available"


@pytest.fixture
def half_clamd(settings, tmp_path):
    """Answers whoever asks if it is there, then leaves before it has said anything of
    a file that holds « SILENCE »; says « ERROR » of the others."""
    settings.CLAMD_SOCKET = str(tmp_path / "clamd.sock")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(settings.CLAMD_SOCKET)
        server.listen()
        thread = threading.Thread(target=_half_answer, args=(server,), daemon=True)
        thread.start()
        yield
        server.shutdown(socket.SHUT_RDWR)
        thread.join()


def _half_answer(server: socket.socket) -> None:
    while True:
        try:
            caller, _address = server.accept()
        except OSError:
            return
        with caller:
            said = b""
            while not said.endswith((b"zPING\0", bytes(4))):
                said += caller.recv(65536)
            if said == b"zPING\0":
                caller.sendall(b"PONG\0")
            elif b"SILENCE" not in said:
                caller.sendall(b"INSTREAM size limit exceeded. ERROR\0")


@pytest.mark.django_db
@pytest.mark.usefixtures("half_clamd")
def test_a_file_of_which_clamd_says_nothing_waits_and_holds_up_nobody():
    mute = services.store(content=PLAIN + b"%SILENCE\n%%EOF\n")
    other = services.store(content=PLAIN)
    assert services.inspect_waiting() == 1
    mute.refresh_from_db()
    other.refresh_from_db()
    assert (mute.state, other.state) == ("quarantined", "refused")  # « ERROR » is a no
    assert services.inspect_waiting() == 0


def test_the_test_file_of_every_antivirus_is_known():
    assert antivirus.is_clean(PLAIN)
    assert not antivirus.is_clean(EICAR)


# -- Bombs --------------------------------------------------------------------------

MEASURE = """
import os, subprocess, sys
away = subprocess.DEVNULL
child = subprocess.Popen(sys.argv[1:], stdout=away, stderr=away)
print(os.wait4(child.pid, 0)[2].ru_maxrss)
"""


def test_a_bomb_never_gets_the_memory_it_wants():
    allowed = 256 * 1024**2
    packed = bomb(4 * allowed)
    assert len(packed) < 2 * 1024**2
    command = [
        sys.executable,
        "-I",
        str(child_of("pdf_structure.py")),
        str(allowed),
        "15",
    ]
    # By a small process: a child is counted the memory of whoever starts it.
    done = subprocess.run(
        [sys.executable, "-I", "-c", MEASURE, *command],
        input=packed,
        capture_output=True,
        check=True,
    )
    assert int(done.stdout) * 1024 < allowed


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("settled", "other"),
    [("available", "quarantined"), ("available", "refused"), ("refused", "available")],
)
def test_what_the_inspection_found_is_settled_once(settled, other):
    file = StoredFile.objects.filter(pk=stored_file(state=settled).pk)
    with pytest.raises(IntegrityError, match="settled once"), transaction.atomic():
        file.update(state=other)


def test_the_bounds_are_those_that_were_promised():
    assert MEMORY_BYTES <= 1024**3
    assert inspection.CPU_SECONDS <= 15
