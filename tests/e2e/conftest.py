"""The portal as `make demo` runs it: web, worker, beat, SMTP, PostgreSQL and Redis of
their own, in a folder of their own. Nothing is replaced."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.person import Person
from tests.ui.browser import CHROMIUM, DESK, chromium

ROOT = Path(__file__).resolve().parent.parent.parent
READY = "Portal ready: "
# What the suite's own environment says of servers does not concern this portal.
FOREIGN = ("DATABASE", "TEST_DATABASE", "REDIS", "VAULT", "STATIC", "PORTAL", "TESTING")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="session")
def portal() -> Iterator[str]:
    """The address of a running demo. It must stop by itself on SIGTERM, with 0."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(FOREIGN)}
    with tempfile.TemporaryDirectory(prefix="portal-e2e-") as var:
        Path(var).chmod(0o755)  # the database server runs as a user of its own
        env = {**kept, "PORTAL_VAR": var, "PORT": str(_free_port())}
        demo = subprocess.Popen(
            [sys.executable, "bin/demo"],
            cwd=ROOT,
            env=env,
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


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium(CHROMIUM) as started:
        yield started


@pytest.fixture
def person(portal, browser) -> Iterator:
    """`person("cpip")` is a persona, signed in the first time; `person()` is a visitor
    who was never here before. Each has a window and cookies of their own."""
    contexts, personas = [], {}

    def arrive(slug: str = "") -> Person:
        if slug in personas:
            return personas[slug]
        context = browser.new_context(base_url=portal, viewport=DESK, locale="fr-FR")
        contexts.append(context)
        page: Page = context.new_page()
        page.set_default_timeout(20_000)
        expect.set_options(timeout=20_000)
        newcomer = Person(page)
        if slug:
            newcomer.open("/demo/")
            newcomer.role = slug
            personas[slug] = newcomer
            page.locator(f"form[action$='/{slug}/'] button").first.click()
            expect(page.locator("form[action$='/logout/']").first).to_be_attached()
        return newcomer

    yield arrive
    for context in contexts:
        context.close()
