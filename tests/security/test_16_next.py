"""SECURITY 16: `next=` never leads out of the portal."""

from urllib.parse import urljoin, urlsplit

import pytest
from django.test import Client

from tests.accounts.factories import PASSWORD, UserFactory

HERE = "http://testserver/compte/login/"
pytestmark = pytest.mark.django_db

CORPUS = [
    "https://voleur.example/",
    "//voleur.example/",
    "///voleur.example",
    "/\\voleur.example",
    "\\\\voleur.example",
    "http:voleur.example",
    "https:///voleur.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "//voleur.example@localhost/",
    "https://localhost@voleur.example/",
    "https://localhost.voleur.example/",
    " //voleur.example",
    "\t//voleur.example",
    "/%09/voleur.example",
    "%2f%2fvoleur.example",
    "http://[::1]voleur/",
    "ftp://voleur.example/",
]


@pytest.mark.parametrize("target", CORPUS)
def test_sign_in_never_redirects_outside(target):
    user = UserFactory()
    response = Client().post(
        "/compte/login/", {"login": user.email, "password": PASSWORD, "next": target}
    )
    assert response.status_code == 302
    # As a browser reads it: a backslash is a slash, white space in front is dropped.
    seen = response.url.replace("\\", "/").strip()
    assert urlsplit(urljoin(HERE, seen)).netloc == "testserver"


def test_a_page_of_the_portal_is_reached_after_sign_in():
    user = UserFactory()
    response = Client().post(
        "/compte/login/?next=/missions/",
        {"login": user.email, "password": PASSWORD, "next": "/missions/"},
    )
    assert response.url == "/missions/"
