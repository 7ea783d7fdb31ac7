"""SECURITY 19: `check --deploy` is clean under production settings."""

import os
import re
import subprocess
import sys

import pytest
from django.db import connection


def production_environment(tmp_path) -> dict[str, str]:
    kept = {
        k: v for k, v in os.environ.items() if k not in {"TESTING", "DEMO", "DEBUG"}
    }
    return {
        **kept,
        "SECRET_KEY": "k" * 20 + "Zx9!wQ" * 8,
        "ALLOWED_HOSTS": "portail.example",
        "SITE_URL": "https://portail.example",
        "EMAIL_URL": "smtp://mail.example:25",
        "DEFAULT_FROM_EMAIL": "portail@spip.example",
        "VAULT_ROOT": str(tmp_path),
        "VAULT_KEYS_DIR": str(tmp_path),
        "JOURNAL_SEAL_KEY": "clef",
        "JOURNAL_ANCHOR_EMAIL": "ancre@spip.example",
        "CLAMD_SOCKET": "/run/clamd.sock",
    }


def manage(*words: str, env: dict[str, str]) -> subprocess.CompletedProcess:
    command = [sys.executable, "manage.py", *words]
    return subprocess.run(command, env=env, capture_output=True, text=True, check=False)


def test_the_deployment_checks_find_nothing(tmp_path):
    done = manage(
        "check",
        "--deploy",
        "--fail-level",
        "WARNING",
        env=production_environment(tmp_path),
    )
    assert done.returncode == 0, done.stderr


def test_each_missing_variable_stops_the_start_with_one_line_that_names_it(tmp_path):
    env = production_environment(tmp_path)
    for name in ("SECRET_KEY", "SITE_URL", "VAULT_KEYS_DIR", "CLAMD_SOCKET"):
        done = manage("check", env={k: v for k, v in env.items() if k != name})
        assert done.returncode != 0
        assert done.stderr.count("\n") == 1
        assert name in done.stderr


def test_a_malformed_boolean_stops_the_start(tmp_path):
    done = manage(
        "check", env={**production_environment(tmp_path), "DEMO": "peut-être"}
    )
    assert done.returncode != 0
    assert "DEMO" in done.stderr


def test_a_demonstration_never_starts_on_real_data(tmp_path):
    env = {**production_environment(tmp_path), "DEMO": "1", "REAL_DATA_ACT": "arrêté"}
    assert "REAL_DATA_ACT" in manage("check", env=env).stderr


def test_a_secret_may_come_from_a_file(tmp_path):
    env = production_environment(tmp_path)
    secret = tmp_path / "secret"
    secret.write_text(env.pop("SECRET_KEY"))
    env["SECRET_KEY_FILE"] = str(secret)
    assert manage("check", env=env).returncode == 0


@pytest.mark.django_db
def test_a_database_role_that_bypasses_the_policies_is_refused(tmp_path):
    """The owner of the tables reads past row-level security: the check says so."""
    env = production_environment(tmp_path)
    # The migrated one: the others of this server may have no table to own yet.
    migrated = f"portal_owner@/{connection.settings_dict['NAME']}?"
    owner = re.sub(r"portal_test@/\w+\?", migrated, env["DATABASE_URL"])
    assert owner != env["DATABASE_URL"]
    done = manage("check", "--database", "default", env={**env, "DATABASE_URL": owner})
    assert "security.E001" in done.stderr
