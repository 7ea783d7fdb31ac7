"""Loaded first (`-p tests.environment`): settings read the environment at import."""

import base64
import os
import subprocess
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def _private_services() -> dict[str, str]:
    """What `bin/services env` exports, when the caller has not done it already."""
    shell = 'eval "$(bin/services env)" && env -0'
    output = subprocess.run(
        ["bash", "-c", shell], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout
    return dict(line.split("=", 1) for line in output.split("\0") if "=" in line)


if missing := {"TEST_DATABASE_URL", "REDIS_URL", "CLAMD_SOCKET"} - os.environ.keys():
    found = _private_services()
    os.environ.update({name: found[name] for name in missing})

os.environ["DATABASE_URL"] = os.environ["TEST_DATABASE_URL"]
os.environ["TESTING"] = "1"
# Each process has a Redis database of its own too; the first, 0, is left to the demo.
_process = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
os.environ["REDIS_URL"] = (
    os.environ["REDIS_URL"].partition("?")[0] + f"?db={_process + 1}"
)
for name in ("DEMO", "DEBUG", "SITE_URL", "EMAIL_URL"):
    os.environ.pop(name, None)
# Each worker process has a vault of its own; the key is made by a fixture.
_vault = tempfile.mkdtemp(prefix="portal-vault-")
os.environ["VAULT_ROOT"] = f"{_vault}/files"
os.environ["VAULT_KEYS_DIR"] = f"{_vault}/keys"
os.environ["JOURNAL_SEAL_KEY"] = base64.b64encode(os.urandom(32)).decode()
# Tests serve static files from their sources; WhiteNoise only wants a folder there.
os.environ["STATIC_ROOT"] = _vault
