"""SECURITY 14, 32, 33: a subscription is an act of the address itself, and so is the
end of it; opening a link changes nothing."""

import re
import uuid
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from newsletters import tasks
from newsletters.models import Subscriber
from spip_portal.outbox.models import Message
from tests.accounts.factories import UserFactory, client_of
from tests.newsletters.factories import NewsletterFactory, SubscriberFactory

pytestmark = pytest.mark.django_db

SUBSCRIBE = reverse("newsletters:subscribe")
ASKED = reverse("newsletters:subscription_asked")
ARCHIVE = reverse("newsletters:archive")


def ask(client, email: str, **more):
    return client.post(SUBSCRIBE, {"email": email, **more})


def mailed_link(message: Message) -> str:
    """The path of the one button of a mail."""
    found = re.search(r"http://localhost:8000(/lettres/\S+)", message.campaign.text)
    return urlsplit(found[1]).path


# -- Asking and confirming -----------------------------------------------------------


def test_asking_writes_to_the_address_and_subscribes_nobody(client, letter):
    """Double opt-in: anybody can type anybody's address."""
    response = ask(client, "Zoe@Asso.example")
    assert response.url == ASKED
    assert client.get(ASKED).status_code == 200
    subscriber = Subscriber.objects.get()
    assert (subscriber.newsletter, subscriber.email) == (letter, "zoe@asso.example")
    assert not Subscriber.objects.live().exists()
    message = Message.objects.get()
    assert message.recipient == "zoe@asso.example"
    assert message.campaign.subject.startswith("Confirmez votre abonnement")


def test_opening_the_link_changes_nothing_pressing_the_button_does(client, letter):
    """Mail gateways open every link."""
    ask(client, "zoe@asso.example")
    link = mailed_link(Message.objects.get())
    page = client.get(link)
    assert "Confirmer mon abonnement</button>" in page.content.decode()
    assert not Subscriber.objects.live().exists()
    assert client.post(link).url == ARCHIVE
    assert Subscriber.objects.live().get().email == "zoe@asso.example"


@pytest.mark.parametrize("what", [{}, {"unconfirmed": True}, {"gone": True}, None])
def test_the_answer_is_the_same_whatever_the_address(client, letter, what):
    """SECURITY 14: the page does not tell who subscribes; only the mail differs."""
    if what is not None:
        SubscriberFactory(newsletter=letter, email="zoe@asso.example", **what)
    response = ask(client, "zoe@asso.example", follow=True)
    assert response.url == ASKED
    is_live = what == {}
    subject = Message.objects.get().campaign.subject
    assert ("déjà actif" in subject) is is_live
    assert Subscriber.objects.live().exists() is is_live


def test_one_mail_an_hour_to_one_address(client, letter):
    """However often somebody types somebody's address."""
    with time_machine.travel("2027-01-14T09:05+01:00", tick=False) as clock:
        ask(client, "zoe@asso.example")
        clock.shift(timedelta(minutes=50))
        ask(client, "ZOE@asso.example")
        assert Message.objects.count() == 1
        clock.shift(timedelta(minutes=10))
        ask(client, "zoe@asso.example")
        assert Message.objects.count() == 2


def test_one_connection_may_not_write_to_everybody(client, letter):
    """Past twenty an hour: told, what was typed is kept, nobody is written to."""
    for number in range(20):
        ask(client, f"zoe{number}@asso.example")
    response = ask(client, "autre@asso.example")
    form = response.context["form"]
    assert "Trop de demandes" in form.non_field_errors()[0]
    assert form["email"].value() == "autre@asso.example"
    assert Message.objects.count() == 20


@pytest.mark.parametrize(
    "email",
    [
        "",
        "zoe",
        "zoe@",
        "zoé@asso.example",
        '"zoe"@asso.example',
        "zoe@asso.example\r\nBcc: b@c.example",
    ],
)
def test_a_wrong_address_is_told(client, letter, email):
    """SECURITY 31: beside the field, kept as typed, nothing written."""
    form = ask(client, email).context["form"]
    assert list(form.errors) == ["email"]
    assert len(form.errors["email"]) == 1
    assert form["email"].value() == email.replace("\r\n", "\n")
    assert not Subscriber.objects.exists()
    assert not Message.objects.exists()


def test_a_link_serves_seven_days(client, letter):
    """Then the page offers a new one."""
    with time_machine.travel("2027-01-14T09:00+01:00", tick=False) as clock:
        ask(client, "zoe@asso.example")
        link = mailed_link(Message.objects.get())
        clock.shift(timedelta(days=7, seconds=1))
        for response in (client.get(link), client.post(link)):
            assert "n’est plus valable" in response.content.decode()
    assert not Subscriber.objects.live().exists()


@pytest.mark.parametrize("token", ["x", "a:b:c", "%00"])
def test_a_forged_link_confirms_nobody(client, letter, token):
    """Nor does the id that every unsubscription link shows."""
    subscriber = SubscriberFactory(newsletter=letter, unconfirmed=True)
    for forged in (token, str(subscriber.uuid), f"{subscriber.uuid}:1vX:abc"):
        response = client.post(f"/lettres/confirmation/{forged}/")
        assert "n’est plus valable" in response.content.decode()
    assert not Subscriber.objects.live().exists()


def test_several_letters_are_chosen_among(client, letter):
    """One address, the letters ticked; none ticked is told."""
    other, unwanted = NewsletterFactory(), NewsletterFactory()
    form = ask(client, "zoe@asso.example").context["form"]
    assert form.errors == {"newsletters": ["Choisissez au moins une lettre."]}
    assert not Subscriber.objects.exists()
    ask(client, "zoe@asso.example", newsletters=[letter.slug, other.slug])
    chosen = set(Subscriber.objects.values_list("newsletter", flat=True))
    assert chosen == {letter.pk, other.pk}
    assert unwanted.pk not in chosen


def test_without_a_letter_there_is_nothing_to_subscribe_to(client):
    """Said, and no form."""
    page = client.get(SUBSCRIBE).content.decode()
    assert "Aucun service ne publie encore de lettre" in page
    assert "id_email" not in page


def test_whoever_never_confirmed_is_forgotten(letter):
    """After seven days their address is not ours to keep; asking again starts anew."""
    old = timezone.now() - timedelta(days=7, minutes=1)
    SubscriberFactory(newsletter=letter, unconfirmed=True, asked_at=old)
    kept = [
        SubscriberFactory(newsletter=letter, asked_at=old),
        SubscriberFactory(newsletter=letter, asked_at=old, gone=True),
        SubscriberFactory(newsletter=letter, unconfirmed=True),
    ]
    tasks.forget_unconfirmed()
    assert list(Subscriber.objects.all()) == kept


# -- Leaving -------------------------------------------------------------------------


@pytest.fixture
def reader(letter):
    return SubscriberFactory(newsletter=letter)


def leaving(subscriber) -> str:
    return reverse("newsletters:unsubscribe", args=[subscriber.uuid])


def is_subscribed(subscriber) -> bool:
    return Subscriber.objects.live().filter(pk=subscriber.pk).exists()


def test_opening_the_unsubscription_link_changes_nothing(client, reader):
    """One button, and only that acts."""
    page = client.get(leaving(reader)).content.decode()
    assert page.count("Me désabonner</button>") == 1
    assert is_subscribed(reader)


def test_the_button_unsubscribes(client, reader):
    """That letter, that address, once for all."""
    other = SubscriberFactory(newsletter=reader.newsletter)
    response = client.post(leaving(reader))
    assert "Vous ne recevrez plus" in response.content.decode()
    assert not is_subscribed(reader)
    assert is_subscribed(other)
    reader.refresh_from_db()
    first = reader.unsubscribed_at
    client.post(leaving(reader))
    reader.refresh_from_db()
    assert reader.unsubscribed_at == first


def test_a_mail_reader_unsubscribes_in_one_click(reader):
    """SECURITY 33, RFC 8058: no cookie, no CSRF token, no redirection."""
    strict = Client(enforce_csrf_checks=True)
    response = strict.post(
        leaving(reader),
        "List-Unsubscribe=One-Click",
        content_type="application/x-www-form-urlencoded",
    )
    assert response.status_code == 200
    assert not is_subscribed(reader)


def test_every_other_form_wants_its_token(letter):
    """The exemption is the only one."""
    strict = Client(enforce_csrf_checks=True)
    subscriber = SubscriberFactory(newsletter=letter, unconfirmed=True)
    confirm = reverse("newsletters:confirm", args=[subscriber.confirmation_token])
    for path in (SUBSCRIBE, confirm):
        assert strict.post(path, {"email": "zoe@asso.example"}).status_code == 403
    assert not Subscriber.objects.live().exists()


def test_an_unknown_link_is_a_404(client, reader):
    """And unsubscribes nobody."""
    path = reverse("newsletters:unsubscribe", args=[uuid.uuid4()])
    assert client.get(path).status_code == 404
    assert client.post(path).status_code == 404
    assert client.put(leaving(reader)).status_code == 405
    assert is_subscribed(reader)


def test_whoever_left_comes_back_by_the_same_way(client, letter):
    """A new mail, a new confirmation: an old link alone does not subscribe again."""
    gone = SubscriberFactory(newsletter=letter, gone=True)
    ask(client, gone.email)
    assert not is_subscribed(gone)
    client.post(mailed_link(Message.objects.get()))
    assert is_subscribed(gone)


# -- Signed in -----------------------------------------------------------------------


def button(name: str, letter) -> str:
    return reverse(f"newsletters:{name}", args=[letter.slug])


def test_an_account_subscribes_and_leaves_by_a_button(letter):
    """Its address is proven: no mail, no confirmation."""
    user = UserFactory(email="zoe@asso.example")
    client = client_of(user)
    assert button("own_subscribe", letter) in client.get(ARCHIVE).content.decode()
    assert client.post(button("own_subscribe", letter)).url == ARCHIVE
    subscriber = Subscriber.objects.live().get()
    assert (subscriber.user, subscriber.email) == (user, user.email)
    assert button("own_unsubscribe", letter) in client.get(ARCHIVE).content.decode()
    client.post(button("own_unsubscribe", letter))
    assert not Subscriber.objects.live().exists()
    client.post(button("own_subscribe", letter))
    assert Subscriber.objects.live().get() == subscriber
    assert not Message.objects.exists()


def test_an_account_finds_what_it_asked_for_as_a_visitor(letter):
    """The same address is the same subscription."""
    reader = SubscriberFactory(newsletter=letter, email="zoe@asso.example")
    user = UserFactory(email="zoe@asso.example")
    client = client_of(user)
    client.post(button("own_subscribe", letter))
    reader.refresh_from_db()
    assert reader.user == user
    assert Subscriber.objects.count() == 1
    client.post(button("own_unsubscribe", letter))
    assert not Subscriber.objects.live().exists()


def test_an_account_whose_address_changed_keeps_one_subscription(letter):
    """Leaving ends them all, whatever the address they stand under."""
    user = UserFactory()
    SubscriberFactory(newsletter=letter, user=user, email="ancienne@asso.example")
    client = client_of(user)
    client.post(button("own_subscribe", letter))
    assert Subscriber.objects.count() == 1
    SubscriberFactory(newsletter=letter, email=user.email)
    client.post(button("own_unsubscribe", letter))
    assert not Subscriber.objects.live().exists()


def test_an_account_acts_for_itself_only(letter):
    """SECURITY 4: what else is posted is not read."""
    other = SubscriberFactory(newsletter=letter)
    client = client_of(UserFactory())
    client.post(button("own_unsubscribe", letter), {"email": other.email})
    assert is_subscribed(other)
    assert client.get(button("own_subscribe", letter)).status_code == 405
    unknown = reverse("newsletters:own_subscribe", args=["inconnue"])
    assert client.post(unknown).status_code == 404


def test_the_database_keeps_one_row_per_address(letter):
    """SECURITY 30: whoever writes."""
    SubscriberFactory(newsletter=letter, email="zoe@asso.example")
    for email in ("zoe@asso.example", "Zoe@asso.example"):
        with pytest.raises(IntegrityError), transaction.atomic():
            SubscriberFactory(newsletter=letter, email=email)
