"""The portal as `make demo` runs it: web, worker, beat, SMTP, PostgreSQL and Redis of
their own, in a folder of their own. Nothing is replaced.

One portal and one browser for the whole folder: the suite begins with it, on one
process, and stops them before it goes on."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.person import Person
from tests.ui.browser import DESK, chromium

ROOT = Path(__file__).resolve().parent.parent.parent
READY = "Portal ready: "
# What the suite's own environment says of servers does not concern this portal.
FOREIGN = (
    *("DATABASE", "TEST_DATABASE", "REDIS", "VAULT", "STATIC", "PORTAL", "TESTING"),
    "JOURNAL",
)
CLOCK = """
import sys
from spip_portal.celery import app
for line in sys.stdin:
    app.send_task(line.strip())
"""


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="package")
def room() -> Iterator[dict[str, str]]:
    """The environment of a demo that has its folder for itself."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(FOREIGN)}
    with tempfile.TemporaryDirectory(prefix="portal-e2e-") as var:
        Path(var).chmod(0o755)  # the database server runs as a user of its own
        yield {**kept, "PORTAL_VAR": var, "PORT": str(_free_port())}


@pytest.fixture(scope="package")
def portal(room) -> Iterator[str]:
    """The address of a running demo. It must stop by itself on SIGTERM, with 0."""
    demo = subprocess.Popen(
        [sys.executable, "bin/demo"],
        cwd=ROOT,
        env=room,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    said = []
    for line in demo.stdout:
        said.append(line)
        if line.startswith(READY):
            break
    assert said[-1].startswith(READY), "".join(said)
    yield said[-1].removeprefix(READY).strip().rstrip("/")
    demo.send_signal(signal.SIGTERM)
    rest, _ = demo.communicate(timeout=60)
    assert demo.returncode == 0, rest


@pytest.fixture
def ring(portal, room) -> Iterator[Callable[[str], None]]:
    """`ring("partners.warn_ending_agreements")`: what beat does when its hour comes."""
    with subprocess.Popen(
        [sys.executable, "bin/demo", "manage", "shell", "--no-imports", "-c", CLOCK],
        cwd=ROOT,
        env=room,
        stdin=subprocess.PIPE,
        text=True,
    ) as clock:

        def tell(task: str) -> None:
            clock.stdin.write(f"{task}\n")
            clock.stdin.flush()

        yield tell
        clock.stdin.close()
        assert clock.wait(timeout=60) == 0


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture
def person(portal, browser) -> Iterator:
    """`person("cpip")` is a persona, signed in the first time; `person()` is a visitor
    who was never here before. Each has a window and cookies of their own; `as_seen`
    makes it another window than a desk's."""
    contexts, personas = [], {}

    def arrive(slug: str = "", **as_seen: Any) -> Person:
        role = " ".join([slug, *as_seen])
        if role in personas:
            return personas[role]
        window = {"viewport": DESK, "locale": "fr-FR", **as_seen}
        context = browser.new_context(base_url=portal, **window)
        contexts.append(context)
        page: Page = context.new_page()
        page.set_default_timeout(20_000)
        expect.set_options(timeout=20_000)
        has_scripts = as_seen.get("java_script_enabled", True)
        newcomer = Person(page, has_scripts=has_scripts)
        if slug:
            newcomer.open("/demo/")
            personas[role] = newcomer
            page.locator(f"form[action$='/{slug}/'] button").first.click()
            expect(page.locator("form[action$='/logout/']").first).to_be_attached()
        newcomer.role = role  # what is looked at from here on
        return newcomer

    yield arrive
    for context in contexts:
        context.close()
