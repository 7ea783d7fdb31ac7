"""Somebody in front of a browser. Every page they meet is looked at on the way."""

import re
from datetime import date, timedelta
from typing import ClassVar

from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from playwright.sync_api import Locator, Page, expect

from spip_portal.pdf import render_pdf
from tests.ui.browser import violations, width_of

NARROW = {"width": 320, "height": 640}
PASSPHRASE = "girafe nuage clavier moulin"


class Person:
    # Who has looked at which kind of page: a page differs by role, not by window.
    looked_at: ClassVar[set[tuple[str, str]]] = set()

    def __init__(self, page: Page, role: str = "", *, has_scripts: bool = True) -> None:
        self.page = page
        self.role = role
        self.has_scripts = has_scripts
        self.complaints: list[str] = []
        page.on("console", self._note)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _note(self, message) -> None:
        # A refused page is an error to the console; the tests say which are expected.
        if message.type == "error" and "status of" not in message.text:
            self.complaints.append(message.text)

    # -- Going about ---------------------------------------------------------------

    def open(self, path: str) -> int:
        response = self.page.goto(path)
        self.look()
        return response.status

    def follow(self, name: str | re.Pattern) -> None:
        self.main.get_by_role("link", name=name).first.click()
        self.look()

    def press(self, name: str | re.Pattern) -> None:
        self.main.get_by_role("button", name=name).first.click()
        self.look()

    def fill(self, **fields: str) -> None:
        """By the name of each field, as a form posts it."""
        for name, value in fields.items():
            field = self.main.locator(f"[name='{name.replace('__', '-')}']").first
            kind = field.evaluate("e => e.tagName + '/' + e.type")
            if kind.startswith("SELECT"):
                option = field.locator("option", has_text=value).first
                field.select_option(option.get_attribute("value"))
            else:
                field.fill(value)

    def tick(self, label: str | re.Pattern) -> None:
        self.main.get_by_label(label).first.check(force=True)

    def go(self, name: str | re.Pattern) -> None:
        """From anywhere on the page: its menu and its footer too."""
        link = self.page.get_by_role("link", name=name, exact=True)
        link.filter(visible=True).first.click()
        self.look()

    def attach(self, content: bytes, name: str = "texte.pdf") -> None:
        chosen = {"name": name, "mimeType": "application/pdf", "buffer": content}
        self.main.locator("[name=file]").set_input_files(chosen)

    def download(self, link: str | re.Pattern) -> bytes:
        """What the link of that name leads to, as it is served."""
        found = self.main.get_by_role("link", name=link).first
        answer = self.page.request.get(found.get_attribute("href"))
        assert answer.status == 200
        return answer.body()

    def choose_a_password(self) -> None:
        for field in self.main.locator("input[type=password]").all():
            field.fill(PASSPHRASE)
        self.main.locator("form button[type=submit]").first.click()
        self.look()

    def sign_in(self, email: str) -> None:
        self.open("/compte/login/")
        self.fill(login=email, password=PASSPHRASE)
        self.press("Se connecter")
        assert self.path != "/compte/login/"

    @property
    def menu(self) -> list[str]:
        entries = self.page.locator(".fr-nav__link")
        return [name.strip() for name in entries.all_text_contents()]

    @property
    def main(self) -> Locator:
        return self.page.locator("main")

    @property
    def path(self) -> str:
        return self.page.evaluate("location.pathname")

    def sees(self, text: str | re.Pattern) -> None:
        expect(self.main).to_contain_text(text)

    # -- What holds on every page --------------------------------------------------

    def look(self) -> None:
        """axe finds nothing, nothing overflows on a phone, no script complains; once a
        kind of page."""
        self.page.wait_for_load_state()
        kind = re.sub(r"[0-9a-f-]{36}|[\w-]{60,}", "…", self.path)
        if (self.role, kind) in self.looked_at or not self.main.count():
            return
        self.looked_at.add((self.role, kind))
        desk = self.page.viewport_size
        self.page.set_viewport_size(NARROW)
        assert width_of(self.page) <= NARROW["width"], kind
        self.page.set_viewport_size(desk)
        if self.has_scripts:  # axe is one
            assert violations(self.page) == [], kind
        assert self.complaints == [], kind

    # -- The mailbox ---------------------------------------------------------------

    def mail(self, subject: str | re.Pattern, to: str) -> "Person":
        """Open the newest mail of this subject to this address, when it has come."""
        found = self.mails(subject, to).first
        self.wait_for(found, to)
        found.click()
        self.look()
        return self

    def mails(self, subject: str | re.Pattern, to: str) -> Locator:
        row = self.page.locator("tbody tr", has_text=to)
        return row.get_by_role("link", name=subject)

    def wait_for(self, mail: Locator, to: str) -> None:
        self._reload_until(f"/demo/courriels/?q={to}", mail)

    def _reload_until(self, path: str, awaited: Locator) -> None:
        for _ in range(200):
            self.page.goto(path)
            try:
                awaited.wait_for(state="visible", timeout=300)
            except Exception:  # noqa: BLE001, S112  not there yet: look again
                continue
            return
        raise AssertionError(f"never seen on {path}")

    def reload_until(self, awaited: Locator) -> None:
        self._reload_until(self.page.url, awaited)

    def link_in_mail(self, part: str) -> str:
        """The first address in the mail's text that holds `part`, without its host."""
        text = self.main.inner_text()
        address = re.search(rf"https?://[^/\s]+(/\S*{part}\S*)", text)
        assert address, text
        return address[1]


def in_days(days: int) -> str:
    return (date.today() + timedelta(days=days)).isoformat()  # noqa: DTZ011  a form's


def pdf_of(title: str) -> bytes:
    """A real PDF, made by the project."""
    context = {"title": title, "fields": [], "paragraphs": ["Document fictif."]}
    return render_pdf("pdf/base.html", context)


def code_of(secret: str) -> str:
    """What the telephone shows."""
    counter = list(yield_hotp_counters_from_time())[1]  # now, between before and after
    return format_hotp_value(hotp_value(secret, counter))
