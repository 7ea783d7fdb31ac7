"""Writing an issue, reading it again, sending it, watching it leave."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from newsletters import emails, services
from newsletters.forms import NewsletterForm, SendForm, issue_form
from newsletters.models import Issue, Newsletter
from newsletters.progress import describe
from spip_portal import registry
from spip_portal.outbox.models import Message
from spip_portal.outbox.preview import as_page

FAILURES_SHOWN = 50


def settings(request: HttpRequest) -> HttpResponse:
    """Opens the letter of the service, then changes its name and legal sender."""
    user = request.user
    if not (user.is_coordinator or user.is_manager):
        raise Http404
    letter = Newsletter.objects.managed_by(user).first()
    initial = {"name": letter.name, "sender": letter.sender} if letter else None
    form = NewsletterForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        services.describe_newsletter(by=user, **form.cleaned_data)
        messages.success(request, _("La lettre de votre service est enregistrée."))
        return redirect("newsletters:archive")
    return render(
        request, "newsletters/settings.html", {"form": form, "letter": letter}
    )


def issue_create(request: HttpRequest) -> HttpResponse:
    letter = get_object_or_404(Newsletter.objects.managed_by(request.user))
    form = issue_form(request.POST or None, offered=_offered(request))
    if request.method == "POST" and form.is_valid():
        form.cleaned_data.pop("version")
        issue = services.create_issue(
            newsletter=letter, by=request.user, **form.cleaned_data
        )
        messages.success(request, _("Le brouillon est enregistré."))
        return redirect("newsletters:issue_preview", issue.uuid)
    return render(request, "newsletters/issue_form.html", {"form": form})


def issue_edit(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """A draft that changed or left meanwhile is not overwritten: the second editor is
    told, and keeps what they typed."""
    issue = _managed(request, uuid)
    if issue.is_sent and request.method != "POST":
        return redirect("newsletters:issue_progress", issue.uuid)
    form = issue_form(request.POST or None, offered=_offered(request), issue=issue)
    if request.method == "POST" and form.is_valid():
        try:
            services.edit_issue(issue=issue, by=request.user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Le brouillon est enregistré."))
            return redirect("newsletters:issue_preview", issue.uuid)
    context = {"form": form, "issue": issue}
    return render(request, "newsletters/issue_form.html", context)


@require_safe
def issue_preview(request: HttpRequest, uuid: UUID) -> HttpResponse:
    issue = _managed(request, uuid)
    subject, text, _html = emails.issue_texts(
        issue, unsubscribe_url=emails.archive_url()
    )
    return render(
        request,
        "newsletters/issue_preview.html",
        {
            "issue": issue,
            "subject": subject,
            "text": text,
            "obstacles": [] if issue.is_sent else services.obstacles(issue),
        },
    )


@require_safe
def issue_preview_mail(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The formatted mail, a page of its own as in a mail reader."""
    _subject, _text, html = emails.issue_texts(
        _managed(request, uuid), unsubscribe_url=emails.archive_url()
    )
    page, policy = as_page(html)
    return HttpResponse(page, headers={"Content-Security-Policy": policy})


@require_POST
def issue_test(request: HttpRequest, uuid: UUID) -> HttpResponse:
    issue = _managed(request, uuid)
    services.send_test(issue=issue, by=request.user)
    messages.success(
        request,
        _("Un essai part à votre adresse, %(email)s.") % {"email": request.user.email},
    )
    return redirect("newsletters:issue_preview", issue.uuid)


def issue_send(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """What will happen, to how many; the button repeats it."""
    issue = _managed(request, uuid)
    form = SendForm(request.POST or None, initial={"version": issue.version})
    if request.method == "POST" and form.is_valid():
        try:
            is_first = services.send_issue(
                issue=issue, by=request.user, **form.cleaned_data
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            _tell_sent(request, is_first=is_first)
            return redirect("newsletters:issue_progress", issue.uuid)
    elif issue.is_sent:
        return redirect("newsletters:issue_progress", issue.uuid)
    context = {
        "issue": issue,
        "form": form,
        "obstacles": services.obstacles(issue),
        "count": issue.newsletter.subscribers.live().count(),
    }
    return render(request, "newsletters/issue_send.html", context)


def _tell_sent(request: HttpRequest, *, is_first: bool) -> None:
    if is_first:
        messages.success(request, _("Le numéro part. Il est déjà dans les archives."))
    else:
        messages.info(
            request,
            _("Ce numéro est déjà parti : rien n’a été envoyé une seconde fois."),
        )


@require_safe
def issue_progress(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Can be left and found again; the bar asks `issue_progress_bar` for news."""
    issue = _sent(request, uuid)
    failures = issue.campaign.messages.filter(state=Message.State.FAILED)
    context = {
        "issue": issue,
        "progress": describe(issue.campaign),
        "failures": failures.order_by("recipient")[:FAILURES_SHOWN],
    }
    return render(request, "newsletters/issue_progress.html", context)


@require_safe
def issue_progress_bar(request: HttpRequest, uuid: UUID) -> HttpResponse:
    issue = _sent(request, uuid)
    context = {"issue": issue, "progress": describe(issue.campaign)}
    return render(request, "newsletters/progress_bar.html", context)


def _managed(request: HttpRequest, uuid: UUID) -> Issue:
    issues = Issue.objects.managed_by(request.user).select_related("newsletter__spip")
    return get_object_or_404(issues.prefetch_related("items"), uuid=uuid)


def _sent(request: HttpRequest, uuid: UUID) -> Issue:
    issues = Issue.objects.managed_by(request.user).sent()
    return get_object_or_404(issues.select_related("campaign"), uuid=uuid)


def _offered(request: HttpRequest) -> list[registry.NewsletterItem]:
    return registry.gather("newsletter_items", request.user)
