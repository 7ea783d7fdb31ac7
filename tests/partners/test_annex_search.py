"""A convention is found by the words of its public annexes, and of no other paper."""

import io
from textwrap import wrap

import pikepdf
import pytest

from partners import tasks
from partners.models import Agreement, AgreementAnnex, AnnexText
from partners.services.annex_texts import MOST_PAGES, read_annexes, text_of
from partners.services.annexes import add_annex, remove_annex
from spip_portal.vault.models import StoredFile
from spip_portal.vault.services import inspect_waiting
from tests.accounts.factories import client_of
from tests.cases.factories import DocumentFactory
from tests.conftest import as_owner
from tests.partners.factories import AgreementFactory
from tests.partners.pdf_factories import AgreementAnnexFactory
from tests.vault.factories import stored_file


def paper(*pages: str) -> bytes:
    """A PDF that says this on each page."""
    pdf = pikepdf.new()
    font = pikepdf.Dictionary(
        Type=pikepdf.Name.Font,
        Subtype=pikepdf.Name.Type1,
        BaseFont=pikepdf.Name.Helvetica,
        Encoding=pikepdf.Name.WinAnsiEncoding,
    )
    for text in pages:
        page = pdf.add_blank_page()
        page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
        lines = " ".join(f"({line}) '" for line in wrap(text, 500))
        content = f"BT /F1 2 Tf 2 TL 20 780 Td {lines} ET".encode("cp1252")
        page.Contents = pdf.make_stream(content)
    file = io.BytesIO()
    pdf.save(file)
    return file.getvalue()


@pytest.fixture
def agreement(spip):
    return AgreementFactory(spip=spip, title="Loger", audience="public")


def attach(agreement, text: str, *, state: str = "available", **fields):
    file = stored_file(paper(text), state=state)
    return AgreementAnnexFactory(agreement=agreement, file=file, **fields)


def found(user, words: str) -> list[str]:
    """By the search box and by the list, which must agree."""
    query = {"q": words}
    listed = client_of(user).get("/conventions/", query).context["rows"]
    titles = [agreement.title for agreement, _state in listed]
    groups = client_of(user).get("/recherche/", query).context["groups"]
    hits = [
        hit.title
        for group in groups
        if group.label == "Conventions et protocoles"
        for hit in group.hits
    ]
    assert hits == titles
    return titles


# -- Found -----------------------------------------------------------------------------


def test_from_the_upload_to_the_search(agreement, coordinator):
    """The vault inspects, the worker reads, accents and endings aside."""
    add_annex(
        by=coordinator,
        agreement=agreement,
        title="Texte",
        audience="public",
        content=paper("Les jardins partagés du maraîcher"),
    )
    tasks.read_annexes()
    assert found(None, "maraicher") == []  # still in quarantine
    inspect_waiting()
    tasks.read_annexes()
    assert found(None, "maraicher jardin") == ["Loger"]
    assert found(None, "loger") == ["Loger"]  # by its own words still


def test_an_annex_is_read_once(agreement):
    attach(agreement, "verger", public=True)
    attach(agreement, "jardin", public=True)
    assert read_annexes() == 2
    assert read_annexes() == 0


def test_the_filters_of_the_list_still_hold(agreement, spip):
    attach(agreement, "verger", public=True)
    attach(AgreementFactory(spip=spip, over=True, audience="public"), "verger")
    read_annexes()
    answer = client_of(None).get("/conventions/?q=verger&state=over")
    assert answer.context["rows"] == []


# -- Not found -------------------------------------------------------------------------


def test_what_only_the_parties_read_is_never_read(agreement, coordinator):
    attach(agreement, "verger")
    assert read_annexes() == 0
    assert not AnnexText.objects.exists()
    assert found(coordinator, "verger") == []


@pytest.mark.parametrize("state", ["quarantined", "refused"])
def test_what_the_vault_has_not_passed_is_never_read(agreement, state):
    attach(agreement, "verger", state=state, public=True)
    assert read_annexes() == 0


def test_a_document_of_a_case_is_never_read(db):
    with as_owner():
        document = DocumentFactory(file=stored_file(paper("verger")))
    assert document.file.state == StoredFile.State.AVAILABLE
    assert read_annexes() == 0
    assert not AnnexText.objects.exists()


def test_who_may_not_read_the_convention_does_not_find_it(spip, referent, outsider):
    network = AgreementFactory(spip=spip, title="Du réseau", audience="network")
    secret = AgreementFactory(spip=spip, title="Secrète", audience="parties")
    for agreement in (network, secret):
        attach(agreement, "verger", public=True)
    read_annexes()
    assert found(None, "verger") == []
    assert found(referent, "verger") == ["Du réseau"]


# -- Forgotten -------------------------------------------------------------------------


def test_a_withdrawn_annex_takes_its_words_away(agreement, coordinator):
    annex = attach(agreement, "verger", public=True)
    read_annexes()
    remove_annex(annex=annex, by=coordinator)
    assert not AnnexText.objects.exists()
    assert found(None, "verger") == []


def test_one_that_only_the_parties_read_now_is_found_no_more(agreement):
    """At once; the next round forgets its words, and another begins anew."""
    attach(agreement, "verger", public=True)
    read_annexes()
    AgreementAnnex.objects.update(audience="parties")
    assert found(None, "verger") == []
    assert AnnexText.objects.exists()
    assert read_annexes() == 0
    assert not AnnexText.objects.exists()
    AgreementAnnex.objects.update(audience="public")
    assert read_annexes() == 1


# -- Within bounds ---------------------------------------------------------------------


def test_a_long_paper_is_cut():
    text = text_of(paper(*[f"page{n} " + "mot " * 600 for n in range(MOST_PAGES + 50)]))
    assert len(text) == AnnexText.MOST_CHARACTERS
    assert text.startswith("page0 mot")


def test_only_the_first_pages_are_read():
    text = text_of(paper(*[f"page{n}" for n in range(MOST_PAGES + 50)]))
    assert text.split()[-1] == f"page{MOST_PAGES - 1}"


def test_more_than_the_limit_is_never_held():
    """The child is stopped as it writes; what it wrote is kept."""
    text = text_of(paper(*["x" * 9000 for _page in range(MOST_PAGES)]))
    assert len(text) == AnnexText.MOST_CHARACTERS


@pytest.mark.parametrize("content", [b"", b"%PDF-1.4\n%%EOF\n", b"\0" * 1000])
def test_what_cannot_be_read_says_nothing(content):
    assert text_of(content) == ""


def test_a_scan_is_read_once_and_says_nothing(agreement):
    file = stored_file(paper(""))
    AgreementAnnexFactory(agreement=agreement, file=file, public=True)
    assert read_annexes() == 1
    assert read_annexes() == 0
    assert AnnexText.objects.get().text == ""


def test_a_search_reads_no_text_into_the_list(agreement, django_assert_num_queries):
    attach(agreement, "verger", public=True)
    read_annexes()
    with django_assert_num_queries(2) as queries:
        list(Agreement.objects.with_words("verger"))
    for query in queries.captured_queries:
        read = query["sql"].partition("FROM")[0]
        assert not any(f'"{column}"' in read for column in ("text", "words"))
