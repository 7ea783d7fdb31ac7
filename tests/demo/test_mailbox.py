import os
import signal
import subprocess
import sys
import uuid
from urllib.parse import quote

import pytest
from django.urls import reverse

from spip_portal.demo.models import ReceivedMail
from spip_portal.outbox import services
from spip_portal.outbox.content import Attachment
from tests.demo.factories import received_mail
from tests.outbox.factories import CALENDAR, LETTER, single

LIST = "/demo/courriels/"


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 3])
def test_anybody_reads_the_list(client, django_assert_num_queries, count):
    """Before signing in too; as many queries for three mails as for one."""
    for number in range(count):
        received_mail(subject=f"Objet {number}")
    with django_assert_num_queries(5):
        response = client.get(LIST)
    assert response.status_code == 200
    assert [mail.subject for mail in response.context["page"]] == [
        f"Objet {number}" for number in reversed(range(count))
    ]


@pytest.mark.django_db
def test_an_empty_box_says_how_to_fill_it(client):
    """One sentence and the next thing to do."""
    assert "Aucun courriel pour l’instant" in client.get(LIST).content.decode()


@pytest.mark.django_db
def test_the_list_is_searched_by_recipient_and_subject(client):
    """In the address, so that it can be shared; nothing found says so."""
    received_mail(to="lea@asso.example", subject="Convocation")
    received_mail(to="tom@asso.example", subject="Lettre")

    def found(words):
        page = client.get(LIST, {"q": words}).context["page"]
        return [mail.subject for mail in page]

    assert found("LEA@") == ["Convocation"]
    assert found("lettre") == ["Lettre"]
    assert found("") == ["Lettre", "Convocation"]
    assert (
        "Aucun courriel ne correspond"
        in client.get(LIST, {"q": "introuvable"}).content.decode()
    )


@pytest.mark.django_db
def test_the_list_comes_in_pages(client):
    """25 a page; a page that does not exist gives the last one."""
    for _ in range(26):
        received_mail()
    assert len(client.get(LIST).context["page"]) == 25
    assert len(client.get(LIST, {"page": "99"}).context["page"]) == 1


@pytest.mark.django_db
def test_a_mail_shows_text_headers_and_files(client):
    """What its receiver gets, links included, and what a mail reader hides."""
    mail = received_mail(attachments=(CALENDAR, LETTER))
    page = client.get(f"{LIST}{mail.uuid}/").content.decode()
    assert '<a href="https://portail.example/documents/1/"' in page
    assert "Un document vous attend" in page
    assert "lea@asso.example" in page
    assert "Auto-Submitted" in page
    assert "invitation.ics" in page
    assert "convocation.pdf" in page
    assert f"{LIST}{mail.uuid}/mise-en-forme/" in page


@pytest.mark.django_db
def test_a_mail_without_format_offers_none(client):
    """No button that leads nowhere."""
    mail = received_mail(html="")
    assert "mise-en-forme" not in client.get(f"{LIST}{mail.uuid}/").content.decode()
    assert client.get(f"{LIST}{mail.uuid}/mise-en-forme/").status_code == 404


@pytest.mark.django_db
def test_what_a_mail_holds_stays_text_on_our_pages(client):
    """Subject, text and headers of a mail are somebody else's words."""
    mail = received_mail(subject="<script>1</script>", text="<script>2</script>")
    for address in (LIST, f"{LIST}{mail.uuid}/"):
        page = client.get(address).content.decode()
        assert "<script>1" not in page
        assert "<script>2" not in page
        assert "&lt;script&gt;1" in page


@pytest.mark.django_db
def test_the_formatted_mail_is_shut_in(client):
    """A page of its own: no script, no form, nothing fetched, never framed."""
    mail = received_mail(html="<p>Bonjour</p><script>alert(1)</script>")
    response = client.get(f"{LIST}{mail.uuid}/mise-en-forme/")
    assert "<p>Bonjour</p>" in response.content.decode()
    policy = response["Content-Security-Policy"]
    assert policy.startswith(
        "sandbox allow-top-navigation-by-user-activation; default-src 'none';"
        " style-src 'sha256-"
    )
    assert policy.endswith(
        "form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
    )
    assert "unsafe" not in policy
    assert response["X-Frame-Options"] == "DENY"
    assert response["X-Content-Type-Options"] == "nosniff"


@pytest.mark.django_db
def test_files_are_downloaded_never_shown(client):
    """Byte for byte, under their name; a type that a browser would run is neutral."""
    page = Attachment("é.html", "text/html", b"<script>alert(1)</script>")
    mail = received_mail(attachments=(CALENDAR, LETTER, page))
    types = []
    for number, sent in enumerate([CALENDAR, LETTER, page]):
        response = client.get(f"{LIST}{mail.uuid}/pieces/{number}/")
        assert response.content == sent.content
        assert response["Content-Disposition"].startswith("attachment")
        assert response["Content-Security-Policy"].startswith("sandbox;")
        types.append(response["Content-Type"])
    assert types == ["text/calendar", "application/pdf", "application/octet-stream"]
    assert quote("é.html") in response["Content-Disposition"]
    assert client.get(f"{LIST}{mail.uuid}/pieces/3/").status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("route", "more"),
    [("mailbox_mail", []), ("mailbox_html", []), ("mailbox_file", [0])],
)
def test_an_unknown_mail_is_not_found(client, route, more):
    """Wrong id, wrong method."""
    address = reverse(f"demo:{route}", args=[uuid.uuid4(), *more])
    assert client.get(address).status_code == 404
    assert client.post(address).status_code == 405


@pytest.fixture
def demo_smtp(committed_database, settings):
    """`manage.py demo_smtp` in a process of its own; the portal sends to it."""
    url = os.environ["TEST_DATABASE_URL"].replace("/portal?", f"/{committed_database}?")
    command = ("manage.py", "demo_smtp", "--host", "127.0.0.1", "--port", "0")
    with subprocess.Popen(
        [sys.executable, *command],
        cwd=settings.BASE_DIR,
        env=os.environ | {"DATABASE_URL": f"{url}&options=-c%20role%3Dportal_app"},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            ready = process.stdout.readline()
            assert ready.startswith("Mailbox ready: 127.0.0.1:")
            settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
            settings.EMAIL_HOST = "127.0.0.1"
            settings.EMAIL_PORT = int(ready.split(":")[-1])
            yield process
        finally:
            process.kill()


def test_the_server_of_the_demo_keeps_what_the_outbox_sends(demo_smtp, client):
    """From the row to the page: real SMTP, another process, stopped by SIGTERM."""
    message = single(subject="« Été »", text="Bonjour à vous.\n")
    services.drain()
    message.refresh_from_db()
    assert message.state == "sent"
    mail = ReceivedMail.objects.get()
    assert (mail.subject, mail.recipients) == ("« Été »", "lea@asso.example")
    page = client.get(f"{LIST}{mail.uuid}/").content.decode()
    assert "Bonjour à vous." in page
    assert message.message_id.strip("<>") in page
    demo_smtp.send_signal(signal.SIGTERM)
    assert demo_smtp.wait(10) == 0
