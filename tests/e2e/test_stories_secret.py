"""The shared secret, played by those who send, receive, try, and decide.

The demo's persona « direction » countersigns; « intervenant » is the educator; their
service's rules have a full judgment countersigned under a probation."""

import re

from playwright.sync_api import expect

from tests.e2e.person import Person, in_days
from tests.vault.papers import text_of

PROBATION, CARE = "96-2026-0418", "96-2026-0350"
HOST, CARE_CENTRE = "Le Relais d’Ornel", "Centre de soins L’Escale"
READER, READER_ADDRESS = "Amina Diallo", "amina.diallo@relais.example"
UNKNOWN = "/documents/00000000-0000-4000-8000-000000000000/"


def open_case(cpip: Person, reference: str) -> str:
    cpip.open(f"/dossiers/?reference={reference}")
    cpip.follow(reference)
    return cpip.path


def decide(cpip: Person, case: str, structure: str, document: str, **answers) -> None:
    """Up to the page that repeats it all."""
    cpip.open(f"{case}partager/")
    cpip.follow(structure)
    cpip.tick(re.compile(document))
    cpip.main.locator("[name=recipients]:not([disabled])").first.check(force=True)
    values = {
        "purpose": "Préparer l’accueil de la personne.",
        "ends_on": in_days(10),
        "informed_on": in_days(0),
    }
    cpip.fill(**{**values, **answers})
    cpip.main.locator("[name=legal_basis]").select_option(index=1)
    cpip.tick("par écrit")
    cpip.press("Relire avant de partager")


# -- 6 and 8 --------------------------------------------------------------------------


def test_a_cpip_sends_a_judgment_then_revokes_it(person, ring):
    """As Malik I am offered the extract first, choose named persons, say why, on what
    basis, until when and how the person was told; the direction countersigns; Amina
    gets a neutral mail and reads a copy in her name; I see that she did, and am told
    before the end. Then I revoke: at once, with a reason, and I still read."""
    cpip = person("cpip")
    case = open_case(cpip, PROBATION)
    share = he_shares_a_judgment(cpip, case)
    the_direction_countersigns(person("direction"), share)
    reader = person("intervenant")
    document = she_reads_a_copy_in_her_name(reader)
    cpip.open(share)
    cpip.sees(f"Lu par {READER}")
    ring("cases.remind")
    cpip.mail("Un partage prend fin sous quatorze jours", to="claire.moreau@")
    he_revokes(cpip, share)
    assert reader.page.request.get(f"{document}fichier").status == 404
    assert reader.open(document) == 404
    reader.mail("Un partage a pris fin", to=READER_ADDRESS)
    assert cpip.page.request.get(f"{document}fichier").status == 200
    cpip.open(case)
    cpip.sees("terminé")


def he_shares_a_judgment(cpip: Person, case: str) -> str:
    cpip.open(f"{case}partager/")
    cpip.follow(HOST)
    cpip.sees("Un extrait d’obligations suffit souvent")
    first = cpip.main.locator("[name=documents]").first
    expect(
        cpip.main.locator(f"label[for={first.get_attribute('id')}]")
    ).to_contain_text("Extrait d’obligations")
    cpip.sees(re.compile("Jugement du .* – contresignature de la direction"))
    decide(cpip, case, HOST, "Jugement du")
    cpip.sees("demandent la contresignature")
    preview = cpip.main.get_by_role("link", name=re.compile("La copie que lira")).first
    copy = cpip.page.request.get(preview.get_attribute("href")).body()
    assert HOST in text_of(copy)
    cpip.press(re.compile("Partager avec 1 personne"))
    cpip.sees("n’a pas encore d’effet")
    assert cpip.download("Imprimer le bordereau").startswith(b"%PDF-")
    notice = text_of(cpip.download("Imprimer la notice"))
    assert "Qui pourra les lire" in notice
    return cpip.path


def the_direction_countersigns(direction: Person, share: str) -> None:
    direction.mail("Un partage attend votre contresignature", to="helene.garnier@")
    direction.open(share)
    direction.follow("Contresigner")
    direction.press("Contresigner")
    direction.sees("Contresigné par")


def she_reads_a_copy_in_her_name(reader: Person) -> str:
    reader.mail("Un document vous attend", to=READER_ADDRESS)
    mail = reader.main.inner_text()
    assert not [word for word in ("ugement", PROBATION, HOST) if word in mail]
    reader.open("/partages/")
    reader.follow(re.compile("Jugement"))
    document = reader.path
    answer = reader.page.request.get(f"{document}fichier")
    assert READER in text_of(answer.body())
    reader.press("Accuser lecture")
    reader.sees("Vous avez accusé lecture")
    return document


def he_revokes(cpip: Person, share: str) -> None:
    cpip.open(share)
    cpip.sees("Accusé de lecture par")
    cpip.follow("Mettre fin au partage")
    cpip.press("Mettre fin au partage")
    cpip.sees("obligatoire")
    cpip.fill(reason="La personne a changé de structure")
    cpip.press("Mettre fin au partage")
    cpip.sees("La personne a changé de structure")


# -- 7 ---------------------------------------------------------------------------------


def test_an_educator_tries_what_is_not_shared_with_her(person):
    """As Amina: a guessed address, an old tab, a colleague's link, the search: each the
    same 404 as for what does not exist, and each try leaves its line."""
    cpip = person("cpip")
    open_case(cpip, CARE)
    cpip.follow(re.compile("rapport d’expertise", re.IGNORECASE))
    document = cpip.path
    reader = person("intervenant")
    answers = set()
    for path in (document, UNKNOWN, f"{document}fichier", f"{document}apercu"):
        status = reader.open(path)
        title = reader.page.title()
        assert "xpertise" not in title
        answers.add((status, reader.main.inner_text()))
    assert len(answers) == 1
    assert next(iter(answers))[0] == 404
    reader.open(f"/recherche/?q={CARE}")
    expect(reader.main.get_by_text(CARE, exact=True)).to_have_count(0)
    auditor = person("auditeur")
    auditor.open("/journal/?verb=refused")
    auditor.sees("s’est vu refuser l’accès")


# -- 9 ---------------------------------------------------------------------------------


def test_an_expert_report_goes_out_under_an_authorisation_only(person):
    """Off by default: never to a host; to a health structure with a judge's number and
    date, for thirty days; otherwise the page says why not."""
    cpip = person("cpip")
    case = open_case(cpip, CARE)
    decide(cpip, case, HOST, "Rapport d’expertise")
    cpip.sees("ne se partage qu’avec une structure de santé")
    decide(cpip, case, CARE_CENTRE, "Rapport d’expertise")
    cpip.sees("l’autorisation d’un magistrat")
    authorisation = {
        "authorisation_authority": "Juge de l’application des peines",
        "authorisation_number": "2026/114",
        "authorised_on": in_days(-3),
    }
    cpip.fill(**authorisation, ends_on=in_days(31))
    cpip.press("Relire avant de partager")
    cpip.sees("trente jours sous autorisation")
    cpip.fill(ends_on=in_days(30))
    cpip.press("Relire avant de partager")
    cpip.press(re.compile("Partager avec 1 personne"))
    cpip.sees("2026/114")
