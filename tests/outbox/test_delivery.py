"""SECURITY 29: whatever the server does at whatever step, 0 lost and copies counted."""

import threading
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from spip_portal.outbox import delivery, services
from spip_portal.outbox.models import Campaign, Message
from spip_portal.outbox.smtp import Outcome, Verdict
from tests.outbox import factories
from tests.outbox.conftest import use
from tests.outbox.sink import CUT, Sink

pytestmark = pytest.mark.django_db

State = Message.State
PAUSE = Campaign.FIRST_PAUSE + timedelta(seconds=1)
FIRST_DELAY = Message.FIRST_DELAY + timedelta(seconds=1)


@pytest.fixture
def clock():
    """Starts now and moves only when told."""
    with time_machine.travel(timezone.now(), tick=False) as traveller:
        yield traveller


def states(campaign: Campaign) -> dict[str, str]:
    return dict(campaign.messages.values_list("recipient", "state"))


def test_each_recipient_gets_one_mail_over_one_connection(sink):
    """The main job: filled in, once each, rows dated and free."""
    to = factories.addresses(120)
    campaign = factories.campaign(to, kind="newsletter")
    assert services.drain() is False
    assert sink.received_by == dict.fromkeys(to, 1)
    assert sink.connections == 1
    sent = campaign.messages.filter(state=State.SENT, leased_until=None, attempts=1)
    assert sent.exclude(sent_at=None).count() == 120
    received = sink.mail()
    assert received["Message-ID"] in campaign.messages.values_list(
        "message_id", flat=True
    )
    assert (
        f"https://portail.example/{received['To']}"
        in received.get_body(["plain"]).get_content()
    )


def test_dots_and_attachments_arrive_as_they_left(sink):
    """A line that starts with a dot is not the end of the message."""
    factories.single(text="Début\n.\n..deux\nfin.\n", attachments=[factories.CALENDAR])
    services.drain()
    received = sink.mail()
    text = received.get_body(["plain"]).get_content().replace("\r\n", "\n")
    assert text == "Début\n.\n..deux\nfin.\n"
    [calendar] = received.iter_attachments()
    assert calendar.get_payload(decode=True) == factories.CALENDAR.content
    assert calendar["Content-Type"].params["method"] == "REQUEST"


def test_each_gets_their_own_file_and_the_shared_one(sink):
    """A convocation is personal."""
    letters = {
        address: factories.Attachment("c.pdf", "application/pdf", address.encode())
        for address in factories.addresses(3)
    }
    services.queue_campaign(
        key="convocations",
        kind="invitation",
        label="",
        created_by=None,
        content=factories.content(attachments=[factories.CALENDAR]),
        recipients=[
            factories.recipient(address, attachments=[letter])
            for address, letter in letters.items()
        ],
    )
    services.drain()
    for index in range(3):
        received = sink.mail(index)
        calendar, own = received.iter_attachments()
        assert calendar.get_payload(decode=True) == factories.CALENDAR.content
        assert own.get_payload(decode=True) == received["To"].encode()


@pytest.mark.parametrize("step", ["RCPT", "DATA", "CONTENT"])
def test_a_final_refusal_concerns_that_recipient_only(sink, step):
    """5xx to RCPT TO or DATA: failed, with the server's words; the others leave."""
    campaign = factories.campaign(["a@asso.example", "b@asso.example"])
    sink.on(step, "550 5.1.1 No such user")
    services.drain()
    assert states(campaign) == {"a@asso.example": "failed", "b@asso.example": "sent"}
    failed = campaign.messages.get(state=State.FAILED)
    assert "550" in failed.last_error
    assert "No such user" in failed.last_error
    assert sink.received_by == {"b@asso.example": 1}
    assert Campaign.objects.get().paused_at is None


@pytest.mark.parametrize("step", ["RCPT", "DATA", "CONTENT"])
def test_a_temporary_refusal_is_tried_again_later(sink, clock, step):
    """4xx: the row waits (×4 each time), the others leave, nothing is counted twice."""
    campaign = factories.campaign(["a@asso.example", "b@asso.example"])
    sink.on(step, "450 4.2.1 Try later")
    services.drain()
    assert states(campaign) == {"a@asso.example": "due", "b@asso.example": "sent"}
    services.drain()
    assert sink.received_by == {"b@asso.example": 1}
    clock.shift(FIRST_DELAY)
    services.drain()
    assert sink.received_by == {"a@asso.example": 1, "b@asso.example": 1}
    assert campaign.progress().possible_copies == 0


def test_after_eight_attempts_a_mail_is_given_up(sink, clock):
    """Greylisting passes in minutes; 17 hours of refusals are an answer."""
    message = factories.single()
    sink.on("RCPT", *["450 4.2.0 Greylisted"] * 8)
    for attempt in range(1, 9):
        services.drain()
        message.refresh_from_db()
        assert message.attempts == attempt
        clock.shift(message.delay() + timedelta(seconds=1))
    assert message.state == State.FAILED
    assert "Greylisted" in message.last_error
    services.drain()
    assert sink.received_by == {}


@pytest.mark.parametrize("step", ["MAIL", "RCPT", "DATA"])
def test_one_cut_before_the_content_costs_nothing(sink, step):
    """A server may close a connection at any time: a second one is opened at once."""
    campaign = factories.campaign(factories.addresses(3))
    sink.on(step, CUT)
    services.drain()
    assert sink.received_by == dict.fromkeys(factories.addresses(3), 1)
    assert sink.connections == 2
    assert campaign.progress().possible_copies == 0


@pytest.mark.parametrize("step", ["MAIL", "RCPT", "DATA"])
def test_cuts_before_the_content_back_off(sink, clock, step):
    """Certainly not sent: no copy is counted."""
    message = factories.single()
    sink.on(step, CUT, CUT)
    services.drain()
    message.refresh_from_db()
    assert message.state == State.DUE
    assert message.due_at > timezone.now()
    clock.shift(FIRST_DELAY)
    services.drain()
    message.refresh_from_db()
    assert (message.state, message.copies) == (State.SENT, 0)
    assert sink.received_by == {"lea@asso.example": 1}


def test_a_cut_after_the_content_is_a_possible_copy(sink, clock):
    """The server had it and could not say so: sent again, counted, same Message-ID."""
    campaign = factories.campaign(factories.addresses(3))
    sink.on("CONTENT", CUT)
    services.drain()
    assert campaign.progress().due == 1
    assert campaign.messages.filter(state=State.SENDING).count() == 1
    clock.shift(FIRST_DELAY)
    services.drain()
    assert sum(sink.received_by.values()) == 4
    progress = campaign.progress()
    assert (progress.sent, progress.possible_copies) == (3, 1)
    first, again = sink.mail(0), sink.mail(3)
    assert first["To"] == again["To"]
    assert first["Message-ID"] == again["Message-ID"]


@pytest.mark.parametrize(
    ("step", "answer"),
    [
        ("BANNER", "554 5.3.2 No service"),
        ("BANNER", "421 4.3.2 Too busy"),
        ("BANNER", CUT),
        ("MAIL", "550 5.7.1 Sender refused"),
        ("MAIL", "451 4.3.0 Later"),
        ("MAIL", "530 5.7.0 Authentication required"),
        ("RCPT", "421 4.3.2 Closing"),
        ("RCPT", "530 5.7.0 Must issue STARTTLS"),
        ("DATA", "421 4.3.2 Closing"),
        ("CONTENT", "421 4.3.2 Closing"),
    ],
)
def test_what_concerns_the_server_pauses_and_resumes(sink, clock, step, answer):
    """Rows stay due and whole, the campaign tells why, and goes on by itself."""
    to = factories.addresses(30)
    campaign = factories.campaign(to, kind="newsletter")
    sink.on(step, answer)
    assert services.drain() is False
    campaign.refresh_from_db()
    assert campaign.paused_at is not None
    assert "serveur de messagerie" in campaign.progress().paused_reason
    assert set(campaign.messages.values_list("state", "attempts", "leased_until")) == {
        (State.DUE, 0, None)
    }
    services.drain()
    assert sink.received_by == {}
    clock.shift(PAUSE)
    services.drain()
    assert sink.received_by == dict.fromkeys(to, 1)
    campaign.refresh_from_db()
    assert (campaign.paused_at, campaign.pause_reason) == (None, "")
    assert campaign.progress().possible_copies == 0


def test_trouble_in_the_middle_keeps_what_was_sent(sink, clock):
    """Those already accepted are not sent again after the pause."""
    to = factories.addresses(60)
    campaign = factories.campaign(to, kind="newsletter")
    sink.on("CONTENT", *["250 OK"] * 40, "421 4.3.2 Closing")
    services.drain()
    progress = campaign.progress()
    assert (progress.sent, progress.due) == (40, 20)
    clock.shift(PAUSE)
    services.drain()
    assert campaign.progress().sent == 60


def test_a_server_that_is_away_pauses_longer_and_longer(sink, clock):
    """As long again as it was away already, between 30 seconds and 15 minutes."""
    campaign = factories.campaign()
    waits = []
    for _attempt in range(8):
        sink.on("BANNER", "421 4.3.2 Too busy")
        services.drain()
        campaign.refresh_from_db()
        waits.append(int((campaign.resume_at - timezone.now()).total_seconds()))
        clock.move_to(campaign.resume_at + timedelta(seconds=1))
    assert waits[:2] == [30, 31]
    assert waits == sorted(waits)
    assert waits[-1] == 15 * 60
    services.drain()
    assert sink.received_by == {"lea@asso.example": 1}


def test_nobody_listens(settings, clock):
    """Connection refused: one attempt, one pause, and the age of the queue shows it."""
    with Sink() as gone:
        use(gone, settings)
    campaign = factories.campaign()
    services.drain()
    assert "ConnectionRefusedError" in Campaign.objects.get().pause_reason
    clock.shift(timedelta(hours=2))
    assert services.oldest_due_age() >= timedelta(hours=2)
    with Sink() as back:
        use(back, settings)
        services.drain()
        assert campaign.progress().is_finished
    assert services.oldest_due_age() is None


def test_a_refused_login_concerns_the_server(settings):
    """AUTH: the password of the portal is wrong, not the recipient."""
    with Sink(rejects_login=True) as server:
        use(server, settings)
        settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "portail", "faux"
        campaign = factories.campaign()
        services.drain()
    campaign.refresh_from_db()
    assert "identification" in campaign.pause_reason
    assert "535" in campaign.pause_reason
    assert campaign.progress().due == 1


def test_missing_encryption_concerns_the_server(sink, settings):
    """TLS: nothing is sent in clear when encryption is asked for."""
    settings.EMAIL_USE_TLS = True
    campaign = factories.campaign()
    services.drain()
    campaign.refresh_from_db()
    assert "SMTPNotSupportedError" in campaign.pause_reason
    assert sink.received_by == {}


def test_single_mails_go_before_a_long_mailing(sink):
    """An invitation does not wait behind ten thousand newsletters."""
    factories.campaign(factories.addresses(150), kind="newsletter")
    factories.single(to="urgent@asso.example")
    services.drain()
    assert sink.contents[0][0] == "urgent@asso.example"


def test_a_round_hands_back_when_its_time_is_over(sink):
    """So that a worker's other tasks have a turn; the rest stays due."""
    campaign = factories.campaign(factories.addresses(150), kind="newsletter")
    assert services.drain(seconds=0) is True
    assert campaign.progress().sent == delivery.NEWSLETTER_BATCH
    assert not campaign.messages.exclude(leased_until=None).exists()
    assert services.drain() is False
    assert campaign.progress().sent == 150


def test_a_worker_that_stops_finishes_its_mail_only(sink):
    """A worker told to stop leaves at once, and no row in doubt."""
    campaign = factories.campaign(factories.addresses(10))
    stop = threading.Event()
    stop.set()
    services.drain(stop=stop)
    assert campaign.progress().sent == 1
    left = campaign.messages.filter(state=State.DUE, leased_until=None, attempts=0)
    assert left.count() == 9


def test_a_slow_server_gets_no_more_than_the_lease_allows(sink, clock):
    """Rows whose lease would run out while sending are given back untried."""
    campaign = factories.campaign(factories.addresses(2))
    rows = delivery.claim()
    clock.shift(delivery.CLAIM_LEASE)
    with services.Courier() as courier:
        assert delivery.deliver(courier, rows) is True
    assert sink.received_by == {}
    assert set(campaign.messages.values_list("state", "attempts")) == {("due", 0)}
    services.drain()
    assert campaign.progress().sent == 2


@pytest.mark.parametrize("verdict", [Verdict.SENT, Verdict.REFUSED, Verdict.UNTRIED])
def test_a_late_answer_says_nothing_of_a_row_taken_over(clock, verdict):
    """The lease ran out, another worker has the row and counted a copy: what becomes
    of it is theirs to record."""
    message = factories.single()
    [late] = delivery.settle([], delivery.claim())
    clock.shift(delivery.SEND_LEASE)
    [theirs] = delivery.settle([], delivery.claim())
    delivery.settle([(late, Outcome(verdict, "550"))])
    message.refresh_from_db()
    assert (message.state, message.attempts, message.copies) == (State.SENDING, 2, 1)
    assert message.leased_until == theirs.leased_until
    delivery.settle([(theirs, Outcome(Verdict.SENT))])
    message.refresh_from_db()
    assert message.state == State.SENT


def test_a_row_claimed_by_another_since_is_not_started(clock):
    """Two clocks may differ: the claim that counts is the one in the row."""
    factories.single()
    mine = delivery.claim()
    other = timezone.now() + 2 * delivery.CLAIM_LEASE
    Message.objects.update(leased_until=other)
    assert delivery.settle([], mine) == []
    assert Message.objects.get().leased_until == other


def test_a_batch_that_drags_on_gives_the_rest_back(sink, clock, monkeypatch):
    """Half of the lease spent: no further mail of the batch is started."""
    campaign = factories.campaign(factories.addresses(5), kind="newsletter")
    send = services.Courier.send

    def slow(courier, letter):
        clock.shift(delivery.SEND_LEASE / 3)
        return send(courier, letter)

    with monkeypatch.context() as patch:
        patch.setattr(services.Courier, "send", slow)
        rows = delivery.claim()
        with services.Courier() as courier:
            delivery.deliver(courier, rows)
    assert campaign.progress().sent == 2
    left = campaign.messages.filter(state=State.DUE, leased_until=None, attempts=0)
    assert left.count() == 3
    services.drain()
    assert sum(sink.received_by.values()) == 5


def test_a_row_that_cannot_be_composed_stops_no_other(sink):
    """A damaged row fails alone."""
    campaign = factories.campaign(["a@asso.example", "b@asso.example"])
    campaign.messages.filter(recipient="a@asso.example").update(merge={"name": "Léa"})
    services.drain()
    assert states(campaign) == {"a@asso.example": "failed", "b@asso.example": "sent"}


def test_a_message_that_kills_its_worker_is_given_up(sink, clock):
    """Eight workers died of it: it must not kill the ninth."""
    message = factories.single()
    Message.objects.update(state=State.SENDING, attempts=8, leased_until=timezone.now())
    services.drain()
    message.refresh_from_db()
    assert message.state == State.FAILED
    assert sink.received_by == {}


def test_other_backends_of_django_are_served_too():
    """Tests and consoles: the suite's own backend keeps the mail in memory."""
    factories.single(subject="Bonjour")
    services.drain()
    assert [each.subject for each in mail.outbox] == ["Bonjour"]


def test_queries_of_a_round(sink, django_assert_num_queries):
    """Commit each: two updates per message; newsletter: two per batch of 25."""
    factories.campaign(factories.addresses(10))
    with django_assert_num_queries(70):
        services.drain()
    factories.campaign(factories.addresses(50), kind="newsletter")
    with django_assert_num_queries(38):
        services.drain()
