"""A case is opened by whoever will follow it: nothing typed is lost, nothing is asked
that the portal has no need of, and nobody learns of the person by opening another."""

import re

from playwright.sync_api import expect

from tests.e2e.person import Person, in_days

# A name that no other story writes, nor any letter.
REFERENCE, OTHER_REFERENCE = "E2E-R5-1", "E2E-R5-2"
WHO = {"last_name": "Quentovic", "first_name": "Zéphirin", "born_on": "1991-03-14"}
MEASURE = {
    "kind": "ursis probatoire",
    "ordered_by": "application des peines",
    "court": "Tribunal judiciaire de Fictiville",
    "starts_on": in_days(-20),
}
HINT = "Vous suivez déjà un dossier de cette personne"


# -- 5 ---------------------------------------------------------------------------------


def test_a_cpip_opens_a_case(person):
    """As Malik: the least that is needed, kept as I type, found again after my session
    ended; an address without reference nor name; who it is about in one block, for me;
    and a second case of the same person is hinted at to me only."""
    cpip = person("cpip")
    the_least_is_asked(cpip)
    what_he_types_is_kept(cpip)
    cpip = he_signs_in_again(cpip)
    case = he_opens_it(cpip)
    he_alone_reads_who_it_is(cpip, case, person("direction"))
    the_second_is_hinted_at_to_him_only(cpip, person("cpip2"))


def the_least_is_asked(cpip: Person) -> None:
    """No room for facts: not one free text, nor a field that names an offence."""
    cpip.open("/dossiers/ouvrir/")
    expect(cpip.main.locator("form textarea, form [contenteditable]")).to_have_count(0)
    for word in ("nfraction", "faits reprochés", "qualification"):
        expect(cpip.main.locator("form label", has_text=word)).to_have_count(0)
    cpip.sees("Aucun nom dans les autres champs")


def what_he_types_is_kept(cpip: Person) -> None:
    cpip.fill(reference=REFERENCE, **WHO)
    kept = cpip.main.locator("[data-draft-state]")
    expect(kept).to_contain_text("Brouillon enregistré", timeout=11_000)


def he_signs_in_again(cpip: Person) -> Person:
    """His session ends while the page is open, and what he types goes on being kept."""
    cpip.page.context.clear_cookies()
    cpip.fill(**MEASURE)
    expect(cpip.main.locator("[data-draft-away]")).to_be_visible(timeout=15_000)
    cpip.page.goto("/dossiers/ouvrir/")
    assert cpip.path == "/compte/login/"
    cpip.open("/demo/")
    cpip.page.locator("form[action$='/cpip/'] button").first.click()
    cpip.open("/dossiers/ouvrir/")
    cpip.press("Reprendre cette saisie")
    for name, value in {"reference": REFERENCE, **WHO}.items():
        expect(cpip.main.locator(f"[name={name}]")).to_have_value(value)
    return cpip


def he_opens_it(cpip: Person) -> str:
    cpip.fill(**MEASURE)
    cpip.press("Ouvrir un dossier")
    cpip.sees("Le dossier est ouvert")
    assert re.fullmatch(r"/dossiers/[0-9a-f-]{36}/", cpip.path)
    for said in (cpip.page.url, cpip.page.title()):
        assert not [word for word in (REFERENCE, *WHO.values()) if word in said]
    return cpip.path


def he_alone_reads_who_it_is(cpip: Person, case: str, direction: Person) -> None:
    block = cpip.main.locator("p", has_text="Personne suivie")
    expect(block).to_have_count(1)
    expect(block).to_contain_text("Quentovic Zéphirin")
    assert direction.open(case) == 200
    direction.sees(REFERENCE)
    assert WHO["last_name"] not in direction.page.content()


def the_second_is_hinted_at_to_him_only(cpip: Person, colleague: Person) -> None:
    for one in (cpip, colleague):
        one.open("/dossiers/ouvrir/")
        one.fill(reference=OTHER_REFERENCE, **WHO, **MEASURE)
        one.press("Ouvrir un dossier")
    cpip.sees(HINT)
    cpip.sees(REFERENCE)
    expect(colleague.main.get_by_text(HINT)).to_have_count(0)
    colleague.sees("Le dossier est ouvert")
