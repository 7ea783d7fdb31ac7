"""SECURITY 24: a text that is in a document is in no dump, in no file of the vault, in
no temporary file, in Redis nor in a log, once it was deposited, checked, shared, read,
and its parts asked again."""

import base64
import logging
import os
import subprocess
import uuid
from pathlib import Path

import pytest
import redis
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from cases.models import Document
from spip_portal.security.actor import SystemActor, actor
from spip_portal.security.dates import today
from spip_portal.vault import services as vault
from tests.accounts.factories import client_of
from tests.cases.factories import CaseFactory, ShareFactory, professional, recipient_row
from tests.conftest import as_owner
from tests.vault.papers import pdf, text_of, written

CANARY = "CANARI24 Le juge ordonne"
# As it is, and in the clothes it could be found in.
CLOTHES = {
    CANARY.encode(),
    CANARY.encode("utf-16-le"),
    CANARY.encode().hex().encode(),
    *(
        base64.b64encode(b"." * shift + CANARY.encode())[4 * (shift > 0) : -4]
        for shift in range(3)
    ),
}
SERVICES = Path(settings.PORTAL_VAR) / "services"


def dump() -> bytes:
    address = connection.get_connection_params()
    asked = {
        "PGHOST": address.get("host", ""),
        "PGUSER": address["user"],
        "PGPASSWORD": address.get("password", ""),
        "PGDATABASE": address["dbname"],
    }
    return subprocess.run(
        ["pg_dump", "--role=portal_owner"],
        env=os.environ | {name: value for name, value in asked.items() if value},
        capture_output=True,
        check=True,
    ).stdout


def in_redis() -> bytes:
    client = redis.Redis.from_url(settings.REDIS_URL)
    return b"\n".join((client.dump(key) or b"") + key for key in client.scan_iter())


def clamd_s_folder() -> Path:
    """Where it unpacks what it looks at: its own settings say."""
    lines = (SERVICES / "clamd.conf").read_text().splitlines()
    settings_of = dict(line.split(maxsplit=1) for line in lines if " " in line)
    return Path(settings_of["TemporaryDirectory"])


def files_of(*folders: Path) -> bytes:
    return b"\n".join(
        path.read_bytes()
        for folder in folders
        for path in folder.rglob("*")
        if path.is_file()
    )


@pytest.mark.usefixtures("committed_database")
def test_the_text_of_a_document_is_nowhere(
    django_db_blocker, tmp_path, monkeypatch, caplog
):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    caplog.set_level(logging.DEBUG, "django")
    content = pdf(written(CANARY), compress_streams=False)
    assert CANARY.encode() in content
    with django_db_blocker.unblock():
        read = play(content)
        assert CANARY in text_of(read)
        places = {
            "dump": dump(),
            "vault": files_of(settings.VAULT_ROOT),
            "temporary files": files_of(tmp_path, clamd_s_folder()),
            "redis": in_redis(),
            "logs": caplog.text.encode()
            + b"\n".join(path.read_bytes() for path in SERVICES.glob("*.log")),
        }
    assert len(places["dump"]) > 100_000
    found = [
        (place, worn) for place in places for worn in CLOTHES if worn in places[place]
    ]
    assert found == []


def play(content: bytes) -> bytes:
    """Deposit, check, refuse a bad copy, share, read whole and by parts: what the
    recipient got."""
    case = CaseFactory()
    cpip = client_of(case.referent)
    for file in (content, content[:-7]):
        cpip.post(
            f"/dossiers/{case.uuid}/documents/deposer/",
            {
                "key": uuid.uuid4(),
                "file": SimpleUploadedFile("a.pdf", file),
                "kind": "judgment",
                "dated_on": today(),
            },
        )
    with actor(SystemActor.VAULT):
        assert vault.inspect_waiting() == 1
    with as_owner():
        document = Document.objects.get(case=case)
    row = recipient_row(ShareFactory(case=case), document, professional(case.spip))
    url = f"/documents/{document.uuid}/fichier"
    cpip.get(url).getvalue()
    reader = client_of(row.user)
    copy = reader.get(url).getvalue()
    reader.get(url, headers={"range": "bytes=9-"}).getvalue()
    reader.get(f"{url}?telecharger=1").getvalue()
    return copy
