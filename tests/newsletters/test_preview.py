"""SECURITY 18, 40: the formatted mail is a page under a policy as strict as any."""

import base64
import hashlib
import re

import pytest
from django.urls import reverse

from spip_portal.outbox.preview import as_page
from tests.accounts.factories import client_of
from tests.newsletters.factories import IssueFactory, IssueItemFactory

pytestmark = pytest.mark.django_db


def test_the_styles_move_into_one_named_sheet():
    """Same declarations, one class each, named by its hash; nothing else may style."""
    page, policy = as_page(
        '<html><head></head><body style="margin:0"><p style="color:red">a</p>'
        '<p style="color:red">b</p></body></html>'
    )
    assert page == (
        "<html><head><style>.m0{margin:0}.m1{color:red}</style></head>"
        '<body class="m0"><p class="m1">a</p><p class="m1">b</p></body></html>'
    )
    digest = hashlib.sha256(b".m0{margin:0}.m1{color:red}").digest()
    assert f"style-src 'sha256-{base64.b64encode(digest).decode()}'" in policy
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


def test_the_page_is_the_mail(letter, author):
    """No attribute is left that the policy would refuse; what is typed is text."""
    issue = IssueFactory(
        newsletter=letter, introduction='<script>alert(1)</script> style="color:red"'
    )
    IssueItemFactory(issue=issue, title='" onmouseover="alert(1)')
    url = reverse("newsletters:issue_preview_mail", args=[issue.uuid])
    response = client_of(author).get(url)
    page = response.content.decode()
    assert "style=" not in re.sub(r"style=&quot;", "", page)
    assert "<script" not in page
    assert ' onmouseover="' not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "unsafe" not in response["Content-Security-Policy"]
    assert response["Content-Security-Policy"].startswith("sandbox")
    assert issue.title in page
