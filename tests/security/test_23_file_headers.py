"""SECURITY 23: a file is shown by itself, inline or as a download on demand, is never
kept, never framed, runs nothing, and has a name that says nothing. With these headers
Chromium 156 and Firefox 153 show it inline, looked at by hand: the engine that the
tests drive has no viewer of PDF."""

import pytest

from tests.accounts.factories import client_of
from tests.cases.factories import shared

pytestmark = pytest.mark.django_db
HEADERS = {
    "Content-Type": "application/pdf",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
    "Content-Security-Policy": ("sandbox; default-src 'none'; frame-ancestors 'none'"),
    "X-Frame-Options": "DENY",
    "Cross-Origin-Resource-Policy": "same-origin",
}
WAYS = {
    "whole": {},
    "a part": {"range": "bytes=0-9"},
    "beyond the end": {"range": "bytes=99999999-"},
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("method", ["get", "head"])
def test_every_answer_bears_the_headers_of_a_file(way, method):
    row = shared()
    for reader in (row.user, row.case.referent):
        fetch = getattr(client_of(reader), method)
        response = fetch(
            f"/documents/{row.content_object.uuid}/fichier", headers=WAYS[way]
        )
        assert {name: response[name] for name in HEADERS} == HEADERS


@pytest.mark.parametrize(
    ("query", "how"), [("", "inline"), ("?telecharger=1", "attachment")]
)
def test_the_name_says_neither_who_nor_what(query, how):
    row = shared()
    uuid = row.content_object.uuid
    response = client_of(row.user).get(f"/documents/{uuid}/fichier{query}")
    name = f"document-{uuid.hex[:8]}.pdf"
    assert response["Content-Disposition"] == f'{how}; filename="{name}"'
