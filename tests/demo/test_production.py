"""The demo does not exist in production."""

import os
import subprocess
import sys

from django.conf import settings

PRODUCTION = {
    "ALLOWED_HOSTS": "portail.example",
    "CLAMD_SOCKET": "/run/clamav/clamd.ctl",
    "DEFAULT_FROM_EMAIL": "portail@portail.example",
    "DEMO": "0",
    "EMAIL_URL": "smtp://mail.example",
    "JOURNAL_ANCHOR_EMAIL": "journal@portail.example",
    "JOURNAL_SEAL_KEY": "clef",
    "SECRET_KEY": "une clef de production qui ne sert que dans ce test de démarrage",
    "SITE_URL": "https://portail.example",
    "TESTING": "0",
    "VAULT_KEYS_DIR": "/nonexistent/keys",
    "VAULT_ROOT": "/nonexistent/files",
}


def run(*command: str, **environment: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, *command],
        cwd=settings.BASE_DIR,
        env={**os.environ, **PRODUCTION, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_no_demo_route():
    script = (
        "import django; django.setup()\n"
        "from django.urls import Resolver404, resolve\n"
        "for path in ('/demo/', '/demo/connexion/cpip/', '/demo/courriels/'):\n"
        "    try: resolve(path)\n"
        "    except Resolver404: print('404', path)\n"
    )
    result = run("-c", script, DJANGO_SETTINGS_MODULE="spip_portal.settings")
    assert result.stdout.splitlines() == [
        "404 /demo/",
        "404 /demo/connexion/cpip/",
        "404 /demo/courriels/",
    ], result.stderr


def test_no_load_command():
    result = run("manage.py", "load_demo")
    assert result.returncode != 0
    assert "load_demo" in result.stderr


def test_demo_and_real_data_exclude_each_other():
    """One line says why the start is refused."""
    result = run("manage.py", "load_demo", DEMO="1", REAL_DATA_ACT="arrêté du 1er mars")
    assert result.returncode != 0
    assert "DEMO et REAL_DATA_ACT s’excluent" in result.stderr


def test_a_sender_that_is_no_address_stops_the_start():
    """Otherwise the first mail would say so, to nobody."""
    result = run("manage.py", "check", DEFAULT_FROM_EMAIL="Portail du SPIP")
    assert result.returncode != 0
    assert "DEFAULT_FROM_EMAIL" in result.stderr
