"""What the data-protection officer comes to the journal for, played on real parts: a
worker that seals, a key, a command that verifies."""

import re
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import expect

from tests.e2e.conftest import ROOT
from tests.e2e.person import Person

# -- 15, the journal's half ------------------------------------------------------------

REFERENCE = re.compile("Tout sur")


def test_an_auditor_audits_the_journal(person, portal, room, tmp_path):
    """As Sylvie, delegate for data protection, I filter the journal, export it signed,
    verify its seals; I open no document, and my own reading is in it."""
    cpip = person("cpip")
    cpip.open("/dossiers/")
    cpip.main.locator("a[href^='/dossiers/']").filter(
        has_not_text="Ouvrir"
    ).first.click()
    cpip.look()
    auditor = person("auditeur")
    auditor.open("/")
    auditor.open("/journal/")
    auditor.sees("a ouvert")
    she_opens_no_document(auditor)
    she_finds_what_she_looks_for(auditor)
    her_own_reading_is_a_line(auditor)
    she_verifies(auditor, room, tmp_path / "journal.zip")


def she_opens_no_document(auditor: Person) -> None:
    """The reference is there, its page is not; her try is a line as well."""
    auditor.open("/journal/?verb=read")
    assert auditor.main.locator("a[href^='/documents/']").count() == 0
    auditor.follow(REFERENCE)
    document = auditor.page.url.partition("object=")[2]
    assert auditor.open(f"/documents/{document}/") == 404
    assert auditor.open(f"/documents/{document}/fichier") == 404
    hers = "refused=on&account=Sylvie Roche"  # other stories are refused too
    auditor.open(f"/journal/?object={document}&{hers}")
    expect(auditor.main.locator("tbody tr")).to_have_count(2)
    auditor.sees("Sylvie Roche")


def she_finds_what_she_looks_for(auditor: Person) -> None:
    auditor.open("/journal/")
    auditor.main.locator("details summary").first.click()
    auditor.fill(verb="a partagé", account="personne@nulle.part")
    auditor.press("Rechercher")
    auditor.sees("Aucune ligne ne répond à ces filtres")
    auditor.follow("Effacer les filtres")
    auditor.fill(verb="a partagé")
    auditor.press("Rechercher")
    acts = auditor.main.locator("tbody td:nth-child(3)").all_inner_texts()
    assert {act.strip() for act in acts} == {"a partagé"}


def her_own_reading_is_a_line(auditor: Person) -> None:
    auditor.open("/journal/?verb=list&account=Sylvie Roche")
    auditor.sees("verb=share")


def she_verifies(auditor: Person, room: dict[str, str], path: Path) -> None:
    """Every seal, then the file that she took away; one byte less and it is said."""
    auditor.open("/journal/")
    auditor.sees("Dernier sceau")
    auditor.sees("vérifié")
    path.write_bytes(auditor.download(re.compile("Exporter ces lignes")))
    assert "Le journal répond à tous ses sceaux" in _verified(room)
    assert "Export authentique" in _verified(room, "--export", str(path))
    path.write_bytes(path.read_bytes()[:-1])
    assert "pas un export" in _verified(room, "--export", str(path), code=1)


def _verified(room: dict[str, str], *asked: str, code: int = 0) -> str:
    ended = subprocess.run(
        [sys.executable, "bin/demo", "manage", "verify_journal", *asked],
        cwd=ROOT,
        env=room,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == code, ended.stderr
    return ended.stdout + ended.stderr
