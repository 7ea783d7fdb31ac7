"""Messages of a share: written and read by those who have a part in it, whose names are
shown before anything is sent; changed for a day, then never again."""

import uuid
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.db.utils import ProgrammingError
from django.utils import timezone

from cases.models import LiaisonMessage, Share, ShareRecipient
from cases.models.liaison import readers_of
from cases.services import liaison
from spip_portal.accounts.enums import Role
from spip_portal.accounts.models import User
from spip_portal.journal.models import Entry, Verb
from spip_portal.outbox.models import Message
from spip_portal.security.actor import SystemActor, actor
from spip_portal.security.dates import today
from tests.accounts.factories import agent, client_of
from tests.cases.factories import (
    AssignmentFactory,
    message_of,
    professional,
    recipient_row,
    shared,
)
from tests.conftest import as_owner
from tests.partners.factories import MembershipFactory

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
WORDS = "La personne commence lundi.\nMerci de la prévenir."


def page_of(row) -> str:
    return f"/partages/{row.share.uuid}/messages/"


def send(user, row, **changes):
    """Write, read over, confirm: what a person does."""
    browser, form = client_of(user), {"text": WORDS, "key": uuid.uuid4()} | changes
    read_over = browser.post(page_of(row), form)
    mark = read_over.context["mark"]
    return browser.post(page_of(row), form | {"confirmed": mark})


def sent() -> LiaisonMessage:
    with as_owner():
        return LiaisonMessage.objects.select_related("share", "written_by").get()


def count() -> int:
    with as_owner():
        return LiaisonMessage.objects.count()


def change(**fields) -> None:
    with as_owner():
        LiaisonMessage.objects.update(**fields)


def colleague_on(row, **fields) -> ShareRecipient:
    """Another professional named on the same share."""
    return recipient_row(
        row.share, row.content_object, professional(row.case.spip), **fields
    )


# -- Who will read is known before sending ---------------------------------------------


def test_the_readers_are_named_before_anything_is_sent():
    row = shared()
    other = colleague_on(row)
    form = {"text": WORDS, "key": uuid.uuid4()}
    browser = client_of(row.user)
    assert str(other.user) in browser.get(page_of(row)).text
    page = browser.post(page_of(row), form)
    assert count() == 0
    named = [(r.user, r.membership) for r in page.context["others"]]
    assert named == [(row.case.referent, None), (other.user, other.membership)]
    for words in (
        f"{row.case.referent}, CPIP",
        f"{other.user}, {other.membership.organisation}",
        "La personne commence lundi.",
        "Envoyer à 2 personnes",
    ):
        assert words in page.text
    done = browser.post(page_of(row), form | {"confirmed": page.context["mark"]})
    assert done.url == page_of(row)
    assert "La personne commence lundi." in browser.get(page_of(row)).text


def test_a_list_that_changed_meanwhile_is_read_over_again():
    row = shared()
    form = {"text": WORDS, "key": uuid.uuid4()}
    browser = client_of(row.case.referent)
    mark = browser.post(page_of(row), form).context["mark"]
    other = colleague_on(row)
    again = browser.post(page_of(row), form | {"confirmed": mark})
    assert "vient de changer" in again.text
    assert str(other.user) in again.text
    assert count() == 0


def test_going_back_keeps_what_was_typed():
    row = shared()
    page = client_of(row.user).post(
        page_of(row), {"text": WORDS, "key": uuid.uuid4(), "back": "1"}
    )
    assert page.context["form"]["text"].value() == WORDS
    assert "Relire avant d’envoyer" in page.text
    assert count() == 0


def test_posted_twice_it_is_sent_once():
    row, key = shared(), uuid.uuid4()
    assert send(row.user, row, key=key).url == send(row.user, row, key=key).url
    assert count() == 1


@pytest.mark.parametrize("text", ["", "x" * 3001])
def test_what_is_wrong_is_said_at_its_field(text):
    row = shared()
    page = client_of(row.user).post(page_of(row), {"text": text, "key": uuid.uuid4()})
    assert "text" in page.context["form"].errors
    assert count() == 0


# -- Who reads -------------------------------------------------------------------------


def readers(row, user) -> set[User]:
    with actor(user):
        return {reader.user for reader in readers_of(row.share)}


def test_those_who_follow_the_case_and_those_named_read_and_nobody_else():
    row = shared()
    substitute = colleague_on(row, is_substitute=True)
    second = agent(Role.CPIP, row.case.spip)
    AssignmentFactory(case=row.case, user=second)
    send(row.user, row)
    everyone = {row.user, substitute.user, row.case.referent, second}
    for user in everyone:
        assert "commence lundi" in client_of(user).get(page_of(row)).text
        assert readers(row, user) == everyone
    house = MembershipFactory(organisation=row.membership.organisation, cleared=True)
    for user in (
        house.user,
        agent(Role.CPIP, row.case.spip),
        agent(Role.MANAGER, row.case.spip),
    ):
        assert client_of(user).get(page_of(row)).status_code == 404
        assert readers(row, user) == set()


def gone(row, who: str) -> None:
    """`who` reads no more."""
    other = User.objects.filter(pk=row.user_id)
    referent = row.case.referent
    if who == "deactivated":
        other.update(is_active=False)
    elif who == "revoked":
        Share.objects.update(revoked_at=timezone.now(), revoked_by=referent)
    elif who == "waiting":
        Share.objects.update(needs_countersignature=True)
    elif who == "moved":
        ended = today() - DAY
        referent.postings.update(starts_on=ended, ends_on=ended)
    elif who == "left":
        row.membership.ended_at = timezone.now()
        row.membership.save()


@pytest.mark.parametrize("who", ["deactivated", "revoked", "waiting", "left", "moved"])
def test_whose_right_has_ended_is_no_longer_said_to_read(who):
    row = shared()
    second = agent(Role.CPIP, row.case.spip)
    AssignmentFactory(case=row.case, user=second)
    assert readers(row, second) == {second, row.case.referent, row.user}
    with as_owner():
        gone(row, who)
    lost = row.case.referent if who == "moved" else row.user
    assert readers(row, second) == {second, row.case.referent, row.user} - {lost}


@pytest.mark.parametrize(
    ("why", "said"),
    [
        ("revoked", "Ce partage est terminé"),
        ("waiting", "attend la contresignature"),
        ("left", "a pris fin"),
    ],
)
def test_what_nobody_else_would_read_is_not_written(why, said):
    row = shared()
    cpip, form = client_of(row.case.referent), {"text": WORDS, "key": uuid.uuid4()}
    with as_owner():
        gone(row, why)
    for page in (cpip.get(page_of(row)), cpip.post(page_of(row), form)):
        assert page.context["form"] is None
        assert said in page.text
    assert client_of(row.user).get(page_of(row)).status_code == 404
    assert count() == 0


@pytest.mark.parametrize("why", ["stranger", "revoked"])
def test_nor_by_the_service_itself(why):
    row, by = shared(), MembershipFactory(cleared=True).user
    if why == "revoked":
        by = row.case.referent
        with as_owner():
            gone(row, why)
    with actor(by), pytest.raises(PermissionDenied):
        liaison.send_message(by=by, share=row.share, text="x", key=uuid.uuid4())


# -- A day to change it ----------------------------------------------------------------


def edit_page() -> str:
    return f"/partages/messages/{sent().uuid}/modifier/"


def test_the_author_changes_it_within_a_day_and_it_says_so():
    row = shared()
    send(row.user, row)
    browser = client_of(row.user)
    assert edit_page() in browser.get(page_of(row)).text
    assert browser.get(edit_page()).context["form"].initial["text"] == WORDS
    wrong = browser.post(edit_page(), {"text": ""})
    assert "text" in wrong.context["form"].errors
    assert browser.post(edit_page(), {"text": "Mardi."}).url == page_of(row)
    page = client_of(row.case.referent).get(page_of(row))
    assert "Mardi." in page.text
    assert "modifié le" in page.text
    assert edit_page() not in page.text
    assert client_of(row.case.referent).get(edit_page()).status_code == 404


def test_after_a_day_it_is_locked_and_the_page_says_what_to_do():
    row = shared()
    send(row.user, row)
    change(written_at=timezone.now() - DAY)
    browser = client_of(row.user)
    typed = browser.post(edit_page(), {"text": "Plutôt mardi."})
    assert "Plutôt mardi." in typed.text
    for page in (browser.get(edit_page()), typed):
        assert page.context["form"] is None
        assert "Ce message ne se modifie plus depuis" in page.text
    assert edit_page() not in browser.get(page_of(row)).text
    assert sent().text == WORDS


# -- Held by the database --------------------------------------------------------------


def refused(user, sql: str) -> bool:
    """Refused outright, or done to no row."""
    with actor(user), connection.cursor() as cursor:
        try:
            with transaction.atomic():
                cursor.execute(sql)
                return cursor.rowcount == 0
        except ProgrammingError:
            return True


CHANGE = (
    "update cases_liaisonmessage"
    " set sealed_text = '', changed_at = statement_timestamp()"
)


def test_the_database_lets_only_the_author_change_only_the_words_only_for_a_day():
    row = shared()
    send(row.user, row)
    assert refused(row.case.referent, CHANGE)
    assert refused(row.user, "update cases_liaisonmessage set written_at = now()")
    assert refused(row.user, "update cases_liaisonmessage set sealed_text = ''")
    assert refused(row.user, "delete from cases_liaisonmessage")
    change(written_at=timezone.now() - DAY)
    assert refused(row.user, CHANGE)
    change(written_at=timezone.now())
    assert not refused(row.user, CHANGE)


@pytest.mark.parametrize(
    "forged", ["author", "stranger", "future", "membership", "ended"]
)
def test_nobody_writes_past_the_view(forged):
    row, stranger = shared(), MembershipFactory(cleared=True)
    message = LiaisonMessage(
        case=row.case, share=row.share, written_by=row.user, membership=row.membership
    )
    message.text = "x"
    author = stranger.user if forged == "stranger" else row.user
    if forged == "author":
        message.written_by = row.case.referent
    elif forged == "stranger":
        message.written_by, message.membership = author, stranger
    elif forged == "future":
        message.written_at = timezone.now() + DAY
    elif forged == "membership":
        message.membership = stranger
    elif forged == "ended":
        with as_owner():
            gone(row, "revoked")
    with (
        actor(author),
        pytest.raises(ProgrammingError, match="row-level security"),
        transaction.atomic(),
    ):
        message.save(force_insert=True)


def test_its_words_are_sealed():
    row = shared()
    send(row.user, row)
    assert b"lundi" not in bytes(sent().sealed_text)


# -- What is told and what is noted ----------------------------------------------------


def test_each_reader_is_told_once_and_not_the_author_nor_a_word_of_it():
    row = shared()
    other = colleague_on(row)
    send(row.user, row)
    for _time in range(2):
        with actor(SystemActor.CASES):
            assert liaison.tell_messages() == 1
    told = Message.objects.filter(campaign__subject="Un message vous attend")
    people = {row.case.referent.email, other.user.email}
    assert sorted(m.recipient for m in told) == sorted(people)
    for message in told:
        text = message.campaign.text + message.campaign.html
        assert page_of(row) in text
        for word in ("lundi", row.case.reference, str(row.user)):
            assert word not in text


def test_what_is_old_is_told_no_more():
    row = shared()
    send(row.user, row)
    change(written_at=timezone.now() - 4 * DAY)
    with actor(SystemActor.CASES):
        assert liaison.tell_messages() == 0


def test_a_reader_whose_address_changes_is_not_told_again():
    row = shared()
    send(row.case.referent, row)
    for address in ("ancienne@lavoir.example", "nouvelle@lavoir.example"):
        User.objects.filter(pk=row.user_id).update(email=address)
        with actor(SystemActor.CASES):
            assert liaison.tell_messages() == 1
    assert Message.objects.filter(recipient__endswith="@lavoir.example").count() == 1


def test_other_words_under_the_same_form_are_another_message():
    row, key = shared(), uuid.uuid4()
    for text in ("Lundi.", "Lundi.", "Mardi."):
        send(row.user, row, text=text, key=key)
    with as_owner():
        assert LiaisonMessage.objects.count() == 2


def test_what_was_typed_under_a_share_that_ended_is_shown():
    row = shared()
    with as_owner():
        Share.objects.update(revoked_at=timezone.now(), revoked_by=row.case.referent)
    form = {"text": "Elle arrive lundi.", "key": uuid.uuid4()}
    page = client_of(row.case.referent).post(page_of(row), form)
    assert "Elle arrive lundi." in page.text
    with as_owner():
        assert not LiaisonMessage.objects.exists()


def test_sending_changing_and_reading_leave_a_line_and_an_empty_thread_none():
    row = shared()
    browser = client_of(row.user)
    browser.get(page_of(row))
    send(row.user, row)
    browser.post(edit_page(), {"text": "Mardi."})
    client_of(row.case.referent).get(page_of(row))
    lines = Entry.objects.filter(object_kind="messages de liaison").order_by("pk")
    assert [(e.actor_id, e.verb, e.share_uuid) for e in lines] == [
        (row.user_id, Verb.CREATE, row.share.uuid),
        (row.user_id, Verb.CHANGE, row.share.uuid),
        (row.case.referent_id, Verb.READ, row.share.uuid),
    ]
    share = client_of(row.case.referent).get(f"/partages/{row.share.uuid}/")
    assert "Personne n’a encore ouvert" in share.text  # no reading of a document


# -- Pages -----------------------------------------------------------------------------


def test_the_thread_is_found_from_the_share_the_document_the_list_and_the_case():
    row = shared()
    send(row.user, row)
    for user, path in (
        (row.case.referent, f"/partages/{row.share.uuid}/"),
        (row.case.referent, f"/dossiers/{row.case.uuid}/"),
        (row.user, f"/documents/{row.content_object.uuid}/"),
        (row.user, "/partages/"),
    ):
        assert page_of(row) in client_of(user).get(path).text


@pytest.mark.parametrize("number", [1, 3])
def test_the_thread_costs_the_same_whatever_its_length(
    number, django_assert_num_queries
):
    row = shared()
    colleague_on(row)
    for _ in range(number):
        message_of(row.membership, row.share, WORDS)
    browser = client_of(row.user)
    browser.get(page_of(row))
    with django_assert_num_queries(12):
        page = browser.get(page_of(row))
    assert len(page.context["page"]) == number


def test_twenty_messages_a_page_the_newest_first():
    row = shared()
    for rank in range(21):
        message_of(row.membership, row.share, f"Message {rank}.")
    browser = client_of(row.user)
    first = browser.get(page_of(row)).context["page"]
    assert [m.text for m in first][:2] == ["Message 20.", "Message 19."]
    assert [m.text for m in browser.get(f"{page_of(row)}?page=2").context["page"]] == [
        "Message 0."
    ]
