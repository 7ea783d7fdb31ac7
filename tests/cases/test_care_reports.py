"""A structure sends its report at the end, once, to whoever follows the case."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.db.utils import ProgrammingError
from django.utils import timezone

from cases.models import CareReport, Share
from cases.services import care
from spip_portal.accounts.enums import Role
from spip_portal.journal.models import Entry, Verb
from spip_portal.outbox.models import Message
from spip_portal.security.actor import SystemActor, actor
from spip_portal.security.dates import today
from tests.accounts.factories import agent, client_of
from tests.cases.factories import shared
from tests.conftest import as_owner
from tests.days import from_today
from tests.partners.factories import MembershipFactory
from tests.vault.papers import text_of

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
WORDS = "La personne a suivi l’atelier jusqu’au bout."


def form(**changes) -> dict:
    return {
        "starts_on": today() - 60 * DAY,
        "ends_on": today(),
        "outcome": "completed",
        "text": WORDS,
    } | changes


def send(row, **changes):
    path = f"/partages/{row.share.uuid}/bilan/"
    return client_of(row.user).post(path, form(**changes))


def test_the_referent_is_told_without_a_word_of_it_and_reads_it():
    row = shared()
    page = send(row).url
    with actor(SystemActor.CASES):
        care.tell_care_reports()
        care.tell_care_reports()
    message = Message.objects.get(recipient=row.case.referent.email)
    assert WORDS not in message.campaign.text + message.campaign.html
    browser = client_of(row.case.referent)
    assert WORDS in browser.get(page).text
    paper = text_of(browser.get(f"{page}bilan.pdf").content)
    assert f"Destinataire : {row.case.spip.name}" in paper
    assert page in browser.get(f"/dossiers/{row.case.uuid}/").text
    verbs = Entry.objects.filter(object_kind="bilan").values_list("verb", flat=True)
    assert set(verbs) == {Verb.CREATE, Verb.READ, Verb.PRINT}


def test_its_words_are_sealed():
    send(shared())
    with as_owner():
        assert WORDS.encode() not in bytes(CareReport.objects.get().sealed_text)


def test_the_author_reads_it_again_and_nobody_else_of_the_structure():
    row = shared()
    page = send(row).url
    colleague = MembershipFactory(
        organisation=row.membership.organisation, cleared=True
    )
    assert WORDS in client_of(row.user).get(page).text
    assert page in client_of(row.user).get("/partages/").text
    assert page not in client_of(colleague.user).get("/partages/").text
    for user in (
        colleague.user,
        agent(Role.CPIP, spip=row.case.spip),
        agent(Role.MANAGER, spip=row.case.spip),
    ):
        for path in (page, f"{page}bilan.pdf"):
            assert client_of(user).get(path).status_code == 404


def test_the_author_keeps_it_once_the_share_is_over_without_the_case():
    row = shared()
    page = send(row).url
    with as_owner():
        Share.objects.update(revoked_at=timezone.now(), revoked_by=row.case.referent)
    browser = client_of(row.user)
    answer = browser.get(page)
    assert WORDS in answer.text
    assert row.case.reference not in answer.text
    assert browser.get(f"{page}bilan.pdf").content.startswith(b"%PDF-")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"ends_on": DAY}, "ends_on"),
        ({"ends_on": -61 * DAY}, "ends_on"),
        ({"text": ""}, "text"),
        ({"outcome": "autre"}, "outcome"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_sent(wrong, field):
    answer = send(shared(), **from_today(wrong))
    assert field in answer.context["form"].errors
    with as_owner():
        assert not CareReport.objects.exists()


def test_without_a_live_share_nobody_writes_not_even_past_the_view():
    row = shared()
    stranger = MembershipFactory(cleared=True)
    path = f"/partages/{row.share.uuid}/bilan/"
    assert client_of(stranger.user).post(path, form()).status_code == 404
    assert client_of(row.case.referent).get(path).status_code == 404
    report = CareReport(
        case=row.case,
        share=row.share,
        spip=row.case.spip,
        membership=stranger,
        written_by=stranger.user,
        starts_on=today(),
        ends_on=today(),
        outcome="left",
    )
    report.text = "x"
    with (
        actor(stranger.user),
        pytest.raises(ProgrammingError, match="row-level security"),
        transaction.atomic(),
    ):
        report.save(force_insert=True)
