"""The demo's mail, open to everyone: an invitation is read before one can sign in.

The app is installed in the demo and in tests only, so the routes exist nowhere else."""

from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from spip_portal.demo.forms_mailbox import MailSearchForm
from spip_portal.demo.mailbox import open_mail
from spip_portal.demo.models import ReceivedMail
from spip_portal.outbox.preview import as_page
from spip_portal.security.headers import FILE_POLICY

PAGE_SIZE = 25
# Any other type is handed over as bytes that no browser interprets.
KNOWN_TYPES = {"application/pdf", "text/calendar"}


@require_safe
@login_not_required
def mailbox(request: HttpRequest) -> HttpResponse:
    form = MailSearchForm(request.GET)
    words = form.cleaned_data["q"] if form.is_valid() else ""
    mails = ReceivedMail.objects.matching(words).without_bytes()
    page = Paginator(mails, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(
        request,
        "demo/mailbox.html",
        {"form": form, "page": page, "is_filtered": bool(words)},
    )


@require_safe
@login_not_required
def mailbox_mail(request: HttpRequest, uuid: UUID) -> HttpResponse:
    mail = get_object_or_404(ReceivedMail, uuid=uuid)
    return render(
        request, "demo/mailbox_mail.html", {"mail": mail, "opened": open_mail(mail.raw)}
    )


@require_safe
@login_not_required
def mailbox_html(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The formatted version, a page of its own: no script, no form, nothing fetched, an
    origin of its own, never framed."""
    html = open_mail(get_object_or_404(ReceivedMail, uuid=uuid).raw).html
    if not html:
        raise Http404
    page, policy = as_page(html)
    return HttpResponse(page, headers={"Content-Security-Policy": policy})


@require_safe
@login_not_required
def mailbox_file(request: HttpRequest, uuid: UUID, number: int) -> HttpResponse:
    files = open_mail(get_object_or_404(ReceivedMail, uuid=uuid).raw).files
    if number >= len(files):
        raise Http404
    file = files[number]
    known = file.content_type in KNOWN_TYPES
    return HttpResponse(
        file.content,
        content_type=file.content_type if known else "application/octet-stream",
        headers={
            "Content-Disposition": content_disposition_header(
                as_attachment=True, filename=file.name or f"piece-jointe-{number + 1}"
            ),
            "Content-Security-Policy": FILE_POLICY,
        },
    )
