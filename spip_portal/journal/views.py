from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from spip_portal.accounts.enums import Role
from spip_portal.journal import export
from spip_portal.journal.forms import JournalFilter
from spip_portal.journal.models import (
    Entry,
    Seal,
    Verb,
    Verification,
    audited_services,
)
from spip_portal.journal.pages import page_of
from spip_portal.journal.services import record


@require_safe
def journal(request: HttpRequest) -> HttpResponse:
    form, entries = _asked(request)
    page = page_of(entries, reader=request.user, cursor=request.GET.get("suite", ""))
    _record(request, Verb.LIST, form, len(page.lines))
    context = {
        "form": form,
        "page": page,
        "seal": Seal.objects.newest(),
        "verification": Verification.objects.order_by("-pk").first(),
        "is_first_page": "suite" not in request.GET,
    }
    return render(request, "journal/journal.html", context)


@require_safe
def journal_export(request: HttpRequest) -> HttpResponse:
    """Every line that the filters leave, signed; a journal too long for one file is
    taken in parts."""
    form, entries = _asked(request)
    count = entries.order_by()[: export.MOST + 1].count()
    if count > export.MOST:
        messages.error(
            request,
            _(
                "Plus de 50 000 lignes répondent à ces filtres. Exportez-les en "
                "plusieurs fois, par dates."
            ),
        )
        return redirect(f"{reverse('journal:journal')}?{request.GET.urlencode()}")
    packed = export.make(
        entries=entries.newest_first()[: export.MOST].iterator(),
        by=request.user,
        filters=form.described(),
    )
    _record(request, Verb.EXPORT, form, count)
    response = HttpResponse(packed, content_type="application/zip")
    response["Content-Disposition"] = 'attachment; filename="journal.zip"'
    return response


def _asked(request: HttpRequest):
    services = audited_services(request.user)
    if not services:
        raise Http404
    form = JournalFilter(request.GET, user=request.user, services=services)
    form.is_valid()  # what is not understood filters nothing
    entries = Entry.objects.visible_to(request.user, services)
    return form, form.apply(entries)


def _record(request: HttpRequest, verb: Verb, form: JournalFilter, count: int) -> None:
    asked = "&".join(f"{name}={value}" for name, value in form.described().items())
    named = {}
    if request.user.role == Role.AUDITOR:  # or this line tells what others hide
        named = {f"{name}_uuid": form.asked(name) for name in ("object", "share")}
    record(
        actor=request.user,
        verb=verb,
        object_kind="journal",
        count=count,
        motive=asked,
        request=request,
        **named,
    )
