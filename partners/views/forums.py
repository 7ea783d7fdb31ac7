"""Forums of the département: a year at a glance, and the page of each."""

from collections import Counter

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from partners.forms.forums import ForumForm
from partners.models import Forum, Organisation
from partners.services import forums as services
from partners.views.confirming import Confirmation, confirm
from partners.views.reading import may_publish
from spip_portal.security.dates import today

METHODS = ["GET", "POST"]
FIRST_YEAR, LAST_YEAR = 2000, 2099


@require_safe
@login_not_required
def forum_list(request: HttpRequest) -> HttpResponse:
    """`?annee=2027`: which were covered, which were missed, which are to come."""
    year = _asked_year(request.GET.get("annee", ""))
    forums = list(Forum.objects.visible_to(request.user).of_year(year))
    counts = Counter(forum.state for forum in forums)
    context = {
        "year": year,
        "previous": year - 1,
        "next": year + 1,
        "forums": forums,
        "counts": [(state.label, counts[state]) for state in Forum.State],
        "may_publish": may_publish(request.user),
    }
    return render(request, "partners/forum_list.html", context)


def _asked_year(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) == 4):
        return today().year
    return min(max(int(text), FIRST_YEAR), LAST_YEAR)


@require_safe
@login_not_required
def forum(request: HttpRequest, uuid) -> HttpResponse:
    visible = Forum.objects.visible_to(request.user).select_related("spip")
    forum = get_object_or_404(visible, uuid=uuid)
    names = Forum.objects.naming_to(request.user).filter(pk=forum.pk).exists()
    shown = Organisation.objects.visible_to(request.user)
    context = {
        "forum": forum,
        "organisations": shown.filter(forums=forum),
        "shows_people": names,
        "agents": forum.agents.all() if names else [],
        "may_edit": Forum.objects.editable_by(request.user)
        .filter(pk=forum.pk)
        .exists(),
    }
    return render(request, "partners/forum.html", context)


@require_http_methods(METHODS)
def forum_add(request: HttpRequest) -> HttpResponse:
    if not may_publish(request.user):
        raise Http404
    form = ForumForm(request.POST or None, spip=request.user.spip)
    if request.method == "POST" and form.is_valid():
        forum = services.add_forum(by=request.user, **form.cleaned_data)
        messages.success(request, _("Le forum est enregistré."))
        return redirect("partners:forum", forum.uuid)
    return render(request, "partners/forum_edit.html", {"form": form, "forum": None})


@require_http_methods(METHODS)
def forum_edit(request: HttpRequest, uuid) -> HttpResponse:
    forum = get_object_or_404(Forum.objects.editable_by(request.user), uuid=uuid)
    form = ForumForm(request.POST or None, instance=forum, spip=request.user.spip)
    if request.method == "POST" and form.is_valid():
        services.save_forum(forum=forum, by=request.user, **form.cleaned_data)
        messages.success(request, _("Le forum est enregistré."))
        return redirect("partners:forum", uuid)
    return render(request, "partners/forum_edit.html", {"form": form, "forum": forum})


@require_http_methods(METHODS)
def forum_delete(request: HttpRequest, uuid) -> HttpResponse:
    forum = get_object_or_404(Forum.objects.editable_by(request.user), uuid=uuid)
    page = Confirmation(
        title=_("Supprimer le forum"),
        sentence=_(
            "« %(title)s » disparaîtra de l’année et de ses comptes. Un forum manqué "
            "se garde."
        )
        % {"title": forum},
        button=_("Supprimer le forum"),
        done=_("Le forum est supprimé."),
        back=reverse("partners:forum_list"),
        kind="danger",
    )
    return confirm(
        request, page, lambda: services.delete_forum(forum=forum, by=request.user)
    )
