"""SECURITY 14: signing in, resetting a password, signing up, registering a structure,
joining one, inviting, subscribing and changing address answer alike whether the address
that was typed has an account or not; and mails leave only where they must."""

import re
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.db import transaction

from spip_portal.accounts.models import SignInFailure, User
from spip_portal.accounts.services import deactivate_account
from spip_portal.outbox.models import Message
from tests.accounts.factories import PASSWORD, SpipFactory, UserFactory, client_of
from tests.newsletters.factories import NewsletterFactory, SubscriberFactory
from tests.partners.factories import MembershipFactory, PartnershipFactory
from tests.partners.registering import filled, read_and_send, start

UNKNOWN = "personne@inconnu.example"
KNOWN = "camille@asso.example"
CLOSED = "ancienne@asso.example"
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="[^"]+"')

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _accounts(db):
    UserFactory(email=KNOWN, totp=True)
    deactivate_account(user=UserFactory(email=CLOSED))


@dataclass(frozen=True)
class Answer:
    """What whoever asked is shown, and the mails that left, without the address."""

    status: int
    location: str
    body: str
    mails: list[tuple[str, str]]


def ask(act: Callable, email: str) -> Answer:
    """Each act sees the same world: what it did is undone, once it was noted."""
    with transaction.atomic():
        before = set(Message.objects.values_list("pk", flat=True))
        response = act(email)
        new = Message.objects.exclude(pk__in=before).select_related("campaign")
        mails = [(row.recipient, row.campaign.subject) for row in new.order_by("pk")]
        transaction.set_rollback(True)
    body = TOKEN.sub("", response.content.decode())
    for typed in (email, email.replace("@", "%40")):
        body = body.replace(typed, "•")
    return Answer(response.status_code, response.get("Location", ""), body, mails)


def assert_alike(act: Callable, *emails: str) -> list[list[tuple[str, str]]]:
    """The same page for each; returns the mails that each act sent."""
    answers = [ask(act, email) for email in emails]
    seen = {(each.status, each.location, each.body) for each in answers}
    assert len(seen) == 1
    return [each.mails for each in answers]


# -- Signing in ---------------------------------------------------------------------


def sign_in(email: str):
    data = {"login": email, "password": "ce n’est pas le bon"}
    return client_of(None).post("/compte/login/", data)


def test_a_wrong_password_and_an_unknown_address_read_alike():
    assert assert_alike(sign_in, KNOWN, CLOSED, UNKNOWN) == [[], [], []]


def test_an_unknown_address_takes_as_long(monkeypatch):
    """A password is hashed either way: the time tells nothing."""
    hashed = []
    encode = MD5PasswordHasher.encode

    def counted(self, password, salt):
        hashed.append(password)
        return encode(self, password, salt)

    monkeypatch.setattr(MD5PasswordHasher, "encode", counted)
    counts = []
    for email in (KNOWN, UNKNOWN):
        hashed.clear()
        ask(sign_in, email)
        counts.append(len(hashed))
    assert counts == [1, 1]


def test_ten_failures_lock_an_unknown_address_too():
    for email in (KNOWN, UNKNOWN):
        for _ in range(SignInFailure.LIMIT):
            sign_in(email)
    right = {"password": PASSWORD}

    def locked(email):
        return client_of(None).post("/compte/login/", {"login": email} | right)

    assert_alike(locked, KNOWN, UNKNOWN)
    assert "Trop d" in ask(locked, UNKNOWN).body


def test_a_forgotten_password_is_mailed_to_accounts_only():
    def reset(email):
        return client_of(None).post("/compte/password/reset/", {"email": email})

    known, closed, unknown = assert_alike(reset, KNOWN, CLOSED, UNKNOWN)
    assert [recipient for recipient, _subject in known] == [KNOWN]
    assert closed == unknown == []


def test_signing_up_is_closed_to_all_alike():
    def sign_up(email):
        data = {"email": email, "password1": PASSWORD, "password2": PASSWORD}
        return client_of(None).post("/compte/signup/", data)

    assert assert_alike(sign_up, KNOWN, UNKNOWN) == [[], []]
    assert not User.objects.filter(email=UNKNOWN).exists()


def test_a_new_address_of_ones_own_reads_alike():
    """Both are written to: only whoever reads that mailbox can go on."""
    user = UserFactory(email="moi@asso.example")

    def change(email):
        data = {"email": email, "action_add": ""}
        return client_of(user).post("/compte/email/", data)

    known, unknown = assert_alike(change, KNOWN, UNKNOWN)
    assert {recipient for recipient, _subject in known} <= {KNOWN, user.email}
    assert UNKNOWN in {recipient for recipient, _subject in unknown}


# -- Joining ------------------------------------------------------------------------


def test_registering_a_structure_writes_to_its_contact_whoever_it_is():
    SpipFactory()
    visitor = client_of(None)
    draft = start(visitor)
    for step in ("structure", "activite"):
        assert visitor.post(f"{draft}{step}/", filled()).status_code == 302

    def give_address(email):
        return visitor.post(f"{draft}contact/", filled(email=email))

    def register(email):
        give_address(email)
        return read_and_send(visitor, draft)

    for act, mails in ((give_address, 1), (register, 2)):
        known, closed, unknown = assert_alike(act, KNOWN, CLOSED, UNKNOWN)
        assert [recipient for recipient, _subject in known] == [KNOWN] * mails
        assert [recipient for recipient, _subject in unknown] == [UNKNOWN] * mails
        subjects = [[subject for _to, subject in sent] for sent in (known, closed)]
        assert subjects == [[subject for _to, subject in unknown]] * 2


def test_asking_to_join_writes_to_the_address_whoever_it_is():
    """A member, an account, nobody: the same page and the same mail."""
    structure = PartnershipFactory(validated=True).organisation
    member = MembershipFactory(organisation=structure).user.email
    person = {"first_name": "Lou", "last_name": "Martin", "function": "Éducatrice"}

    def join(email):
        path = f"/partenaires/rejoindre/{structure.siret}/"
        return client_of(None).post(path, person | {"email": email})

    answers = assert_alike(join, member, KNOWN, CLOSED, UNKNOWN)
    assert [[to for to, _subject in mails] for mails in answers] == [
        [member],
        [KNOWN],
        [CLOSED],
        [UNKNOWN],
    ]
    assert len({subject for mails in answers for _to, subject in mails}) == 1


def test_inviting_a_colleague_says_nothing_of_their_account():
    organisation = PartnershipFactory(validated=True).organisation
    referent = MembershipFactory(organisation=organisation, referent=True).user

    def invite(email):
        return client_of(referent).post("/ma-structure/inviter/", {"email": email})

    known, closed, unknown = assert_alike(invite, KNOWN, CLOSED, UNKNOWN)
    assert [recipient for recipient, _subject in known] == [KNOWN]
    assert [recipient for recipient, _subject in unknown] == [UNKNOWN]
    assert known[0][1] == closed[0][1] == unknown[0][1]


# -- The letter ---------------------------------------------------------------------


def test_subscribing_reads_alike_and_writes_one_mail_to_the_address():
    letter = NewsletterFactory()
    reader = SubscriberFactory(newsletter=letter).email
    asked = SubscriberFactory(newsletter=letter, unconfirmed=True).email
    gone = SubscriberFactory(newsletter=letter, gone=True).email
    everyone = [KNOWN, UNKNOWN, reader, asked, gone]

    def subscribe(email):
        data = {"email": email, "newsletters": letter.pk}
        return client_of(None).post("/lettres/s-abonner/", data)

    for email, mails in zip(everyone, assert_alike(subscribe, *everyone), strict=True):
        assert [recipient for recipient, _subject in mails] == [email]
