"""SECURITY 22: two hundred hostile file names: none is obeyed, kept or repeated but,
escaped, to whoever sent it."""

import uuid
from itertools import product

import pytest
from django.conf import settings
from django.db import connection
from django.test.client import BOUNDARY, MULTIPART_CONTENT
from psycopg2 import sql

from cases.models import Document
from spip_portal.security.dates import today
from tests.accounts.factories import client_of
from tests.cases.factories import CaseFactory
from tests.conftest import as_owner
from tests.vault.factories import PDF

pytestmark = pytest.mark.django_db
CANARY = "CANARI22"
TABLES = ("vault_storedfile", "cases_document", "journal_entry", "django_session")
STARTS = (
    "../../../../etc/",
    "..\\..\\windows\\",
    "/etc/cron.d/",
    "C:\\",
    "file:///",
    "\\\\hote\\partage\\",
    "%2e%2e%2f",
    "....//",
    "~/",
    "./",
    "",
)
MIDDLES = (
    CANARY,
    f"<script>{CANARY}</script>",
    f"<img src=x onerror={CANARY}>",
    f"'; drop table {CANARY}; --",
    f"$(touch {CANARY})",
    f"`{CANARY}`|&;",
    f"{{{{ {CANARY} }}}}{{% now %}}",
    f"=HYPERLINK({CANARY})",
    f"{CANARY}\u202egpj.exe",
    f"{CANARY}\u0000",
    f"{CANARY}\u200b\ufeff",
    f"{CANARY}\u0301\u0301\u0301",
    f'{CANARY}\\" ; filename=x',
    f"{CANARY}%0d%0aSet-Cookie: a=b",
    f"{CANARY}\ttab",
    f"{CANARY}{'x' * 300}",
    f"{CANARY}\ud7ff\u2028\u2029",
    f"CON.{CANARY}",
    f".{CANARY}",
)
NAMES = [f"{start}{middle}.pdf" for start, middle in product(STARTS, MIDDLES)]


def body(fields: dict[str, str], files: list[tuple[str, bytes]]) -> bytes:
    """As a hostile client writes it: a browser would have cleaned the names."""
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}'
        for name, value in fields.items()
    ]
    parts += [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; '
        f'filename="{name}"\r\nContent-Type: application/pdf\r\n\r\n'
        f"{content.decode('latin-1')}"
        for name, content in files
    ]
    return ("\r\n".join(parts) + f"\r\n--{BOUNDARY}--\r\n").encode(
        "utf-8", "surrogatepass"
    )


def send(case, files):
    fields = {
        "key": str(uuid.uuid4()),
        "kind": "note",
        "dated_on": today().isoformat(),
        "court": "",
    }
    return client_of(case.referent).generic(
        "POST",
        f"/dossiers/{case.uuid}/documents/deposer/",
        body(fields, files),
        content_type=MULTIPART_CONTENT,
    )


def kept_in_rows() -> bool:
    with as_owner(), connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(
                sql.SQL(
                    "select exists (select 1 from {} t where t::text like %s)"
                ).format(sql.Identifier(table)),
                [f"%{CANARY}%"],
            )
            if cursor.fetchone()[0]:
                return True
    return False


def test_there_are_two_hundred_of_them():
    assert len(set(NAMES)) >= 200


def test_a_refused_file_s_name_is_shown_escaped_and_kept_nowhere():
    case = CaseFactory()
    for start in range(0, len(NAMES), 70):
        response = send(case, [(name, b"PK") for name in NAMES[start : start + 70]])
        assert response.status_code == 200
        for raw in ("<script>CANARI", "<img src=x onerror", "drop table</"):
            assert raw not in response.text
        assert CANARY not in str(response.headers)
        assert "Set-Cookie: a=b" not in str(response.headers)
    assert not kept_in_rows()


def test_an_accepted_file_has_no_name_any_more():
    case = CaseFactory()
    for number, name in enumerate(NAMES[::3]):
        content = PDF.decode("latin-1").encode("ascii", "ignore")
        response = send(case, [(name, content + b"\n%%%d\n%%%%EOF\n" % number)])
        assert response.status_code == 302
        assert CANARY not in response.url
    with as_owner():
        documents = list(Document.objects.filter(case=case))
    assert len(documents) == len(NAMES[::3])
    assert not kept_in_rows()
    places = [path.name for path in settings.VAULT_ROOT.rglob("*")]
    assert not [name for name in places if CANARY in name or "." in name]
