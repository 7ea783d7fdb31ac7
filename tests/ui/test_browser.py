"""The frame of the portal in a real browser: looked at, not read."""

import pytest

from tests.accounts.factories import UserFactory, client_of
from tests.ui.browser import DESK, ORIGIN, PHONE, flaws, serve, violations, width_of

PAGES = [
    "/",
    "/mentions-legales/",
    "/accessibilite/",
    "/donnees-personnelles/",
    "/plan-du-site/",
    "/nulle-part/",
    "/compte/login/",
    "/compte/password/reset/",
    "/formulaire/",
    "/composants/",
    "/confirmer/",
]

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_gallery")]


@pytest.fixture
def _gallery(settings):
    settings.ROOT_URLCONF = "tests.ui.gallery"


@pytest.fixture
def open_page(chrome):
    """Open an address as a visitor or as `user`, in a window of its own."""
    contexts = []

    def open_(path: str, *, user=None, viewport=DESK, **options):
        context = chrome.new_context(viewport=viewport, locale="fr-FR", **options)
        contexts.append(context)
        page = context.new_page()
        page.complaints = serve(page, client_of(user))
        page.goto(f"{ORIGIN}{path}")
        return page

    yield open_
    for context in contexts:
        context.close()


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_accessible_and_fits(open_page, path):
    """axe finds nothing, nothing scrolls sideways, the policy blocks nothing."""
    page = open_page(path)
    assert flaws(page) == []
    assert [c for c in page.complaints if "404" not in c] == []


@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
def test_a_refused_form_is_accessible_and_takes_the_focus(open_page, viewport):
    """The summary of the errors has the focus, and its links lead to the fields."""
    page = open_page("/formulaire/", viewport=viewport)
    page.click("main button[type=submit]")
    page.wait_for_selector("[data-form-errors]:focus")
    assert violations(page) == []
    page.click("[data-form-errors] a >> nth=0")
    assert page.evaluate("document.activeElement.id") == "id_name"


def test_the_keyboard_s_first_stop_is_the_content(open_page):
    """Tab shows the skip links; Enter goes past the header."""
    page = open_page("/accessibilite/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Contenu"
    assert page.evaluate("document.activeElement.getBoundingClientRect().height") > 0
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "contenu"


def test_the_person_s_menu_by_keyboard(open_page):
    """It opens with Enter, closes with Escape and gives the focus back."""
    page = open_page("/", user=UserFactory())
    menu = page.locator(".fr-header__tools .portal-person")
    menu.locator("summary").focus()
    page.keyboard.press("Enter")
    assert menu.get_by_text("Se déconnecter").is_visible()
    assert violations(page) == []
    page.keyboard.press("Escape")
    assert menu.get_by_text("Se déconnecter").is_hidden()
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"


def test_the_menu_of_a_phone(open_page):
    """The button opens it; the person's entries are in it."""
    page = open_page("/", user=UserFactory(), viewport=PHONE)
    page.click("#ouvrir-menu")
    page.click(".fr-header__menu-links .portal-person summary")
    page.get_by_role("link", name="Mon compte").wait_for()
    assert violations(page) == []


@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
def test_everything_is_there_without_javascript(open_page, viewport):
    """Menu, breadcrumb and sign-out do not need it."""
    page = open_page(
        "/composants/", user=UserFactory(), viewport=viewport, java_script_enabled=False
    )
    assert page.locator(".fr-header__tools .portal-person summary").is_visible()
    assert page.locator(".fr-header__menu nav").is_visible()
    assert page.locator(".fr-breadcrumb__list").is_visible()
    assert page.get_by_role("link", name="Actualiser").is_visible()


def test_a_phone_without_javascript_does_not_scroll_sideways(open_page):
    """The header's buttons, on a line of their own there, stay on the page."""
    page = open_page("/", viewport=PHONE, java_script_enabled=False)
    assert page.get_by_role("link", name="Se connecter").first.is_visible()
    assert width_of(page) == PHONE["width"]


def test_paper_keeps_the_text_only(open_page):
    """Printed, a page has its title and neither menu nor footer."""
    page = open_page("/accessibilite/")
    page.emulate_media(media="print")
    assert page.locator("h1").is_visible()
    for selector in (".fr-footer", ".fr-header__tools", ".fr-breadcrumb"):
        assert page.locator(selector).is_hidden()


def test_leaving_with_unsaved_text_asks(open_page):
    """Typed and not sent: the browser asks. Sent, or untouched: it does not."""
    page = open_page("/note/")
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.locator("#id_note").press_sequentially("Vu avec la structure")
    page.click("#away")
    page.wait_for_function("document.title.startsWith('Formulaire')")
    assert asked == ["beforeunload"]
    page.click("main button[type=submit]")
    page.wait_for_load_state()
    assert asked == ["beforeunload"]


def test_a_second_click_sends_nothing(open_page):
    """Once sent, the button is out of order until the answer."""
    page = open_page("/note/")
    sent = []

    def stay(route):
        """No content: the browser stays on the page, as while it waits."""
        sent.append(route.request.method)
        route.fulfill(status=204)

    page.route("**/note/", stay)
    page.click("main button[type=submit]")
    page.wait_for_selector("main button:disabled")
    page.click("main button[type=submit]", force=True)
    assert sent == ["POST"]


def test_progress_is_fetched_until_the_end(open_page):
    """Every two seconds a fresh copy, and none after the last."""
    context_page = open_page("/accessibilite/")
    context_page.clock.install()
    context_page.goto(f"{ORIGIN}/composants/")
    assert "2 messages sur 5" in context_page.inner_text(".portal-progress")
    context_page.clock.fast_forward(2000)
    context_page.wait_for_selector("text=5 messages sur 5")
    assert context_page.locator("[data-progress-url]").count() == 0


def test_the_end_of_a_session_is_announced(open_page, settings):
    """Two minutes before, an offer to stay; accepted, it goes away."""
    page = open_page("/accessibilite/", user=UserFactory())
    page.clock.install()
    page.goto(f"{ORIGIN}/plan-du-site/")
    warning = page.locator("[data-session-warning]")
    page.clock.fast_forward(27 * 60 * 1000)
    assert warning.is_hidden()
    page.clock.fast_forward(61 * 1000)
    assert warning.is_visible()
    assert violations(page) == []
    page.get_by_role("button", name="Rester connecté").click()
    warning.wait_for(state="hidden")
    page.clock.fast_forward(31 * 60 * 1000)
    assert "Votre session est terminée" in warning.inner_text()
