"""A real browser on the portal without a server: each request of the browser goes
through Django's test client, so that a test keeps its transaction and its data."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import Context, copy_context
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from playwright.sync_api import Browser, Page, Route, sync_playwright

ORIGIN = "https://testserver"
# Chromium's engine without windows of its own: half the work for the same answers.
SHELL = "/usr/bin/chromium-headless-shell"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
Answer = tuple[int, dict[str, str], bytes]
static_files: dict[str, Answer] = {}  # the same for every page of every test
DESK, PHONE = {"width": 1280, "height": 900}, {"width": 320, "height": 640}


@contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's own, never one that is downloaded."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=SHELL, args=ARGUMENTS)
        yield browser
        browser.close()


def serve(page: Page, client) -> list[str]:
    """Answer the page's requests through `client`; gives what the console complains
    of, breaches of the content security policy included."""
    complaints: list[str] = []
    page.on(
        "console",
        lambda message: message.type == "error" and complaints.append(message.text),
    )
    page.on("pageerror", lambda error: complaints.append(str(error)))
    # While Playwright's loop runs, Django keeps its connection by context: the answers
    # are made in the test's own, where its transaction is.
    here = copy_context()
    page.route("**/*", lambda route: _answer(route, client, here))
    page.set_default_timeout(10_000)
    return complaints


def _answer(route: Route, client, here: Context) -> None:
    try:
        status, headers, body = here.run(_ask, client, route.request)
    except Exception:
        route.abort()  # or the browser would wait for its own time-out
        raise
    route.fulfill(status=status, headers=headers, body=body)


def _ask(client, request) -> Answer:
    address = urlsplit(request.url)
    if address.path.startswith(settings.STATIC_URL):
        if address.path not in static_files:
            static_files[address.path] = _read(client.get(address.path))
        return static_files[address.path]
    response = client.generic(
        request.method,
        f"{address.path}?{address.query}" if address.query else address.path,
        request.post_data_buffer or b"",
        content_type=request.headers.get("content-type", "application/octet-stream"),
        headers={"referer": f"{ORIGIN}/"},
    )
    return _read(response)


def _read(response) -> Answer:
    # Once read, the client closes the answer itself, and keeps the connection open.
    body = response.getvalue()
    if response.status_code in {301, 302}:
        # Where a real redirect leads, the shell asks the network and not the route.
        return 200, {"refresh": f"0; url={response['Location']}"}, b""
    return response.status_code, dict(response.headers), body


def violations(page: Page) -> list[str]:
    """What axe finds on the page as it is now."""
    options = {"resultTypes": ["violations"]}
    found = Axe().run(page, options=options).response["violations"]
    return [f"{v['id']}: {[node['target'] for node in v['nodes']]}" for v in found]


def width_of(page: Page) -> int:
    """More than the window's width is a horizontal scroll."""
    return page.evaluate("document.documentElement.scrollWidth")


def flaws(page: Page) -> list[str]:
    """What axe finds, and whether the page scrolls sideways, at a desk then on a phone;
    the window gets its size back."""
    before, found = page.viewport_size, []
    for viewport in (DESK, PHONE):
        page.set_viewport_size(viewport)
        found += violations(page)
        if width_of(page) != viewport["width"]:
            found.append(f"{viewport['width']} px: scrolls sideways")
    page.set_viewport_size(before)
    return found
