"""Forums of the département: a year at a glance, and the page of each."""

from collections import Counter

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from partners.exports import forum_rows
from partners.forms.filters import ForumFilter
from partners.forms.forums import ForumForm
from partners.models import Forum, Organisation
from partners.services import forums as services
from partners.views.confirming import Confirmation, confirm
from partners.views.listing import Listing, show_list
from partners.views.reading import adding
from spip_portal.accounts.models import is_coordination

METHODS = ["GET", "POST"]


@require_safe
@login_not_required
def forum_list(request: HttpRequest) -> HttpResponse:
    """`?annee=2027`: which were covered, which were missed, which are to come."""
    form = ForumFilter(request.GET)
    year = form.year
    listing = Listing(
        title=_("Forums de %(year)d") % {"year": year},
        none_found=_("Aucun forum de cette année ne correspond à cette recherche."),
        empty=_(
            "Aucun forum n’est annoncé pour cette année. Les actions collectives ont "
            "leur propre liste."
        ),
        next_url=reverse("partners:action_list"),
        next_label=_("Voir les actions collectives"),
        filename=f"forums-{year}.csv",
        rows_of=forum_rows,
        **adding(request.user, "partners:forum_add", _("Ajouter un forum")),
    )
    visible = Forum.objects.visible_to(request.user)
    return show_list(
        request,
        listing,
        "partners/forum_list.html",
        form=form,
        rows=visible,
        previous=year - 1,
        next=year + 1,
        counts=_counts(visible.of_year(year)),
    )


def _counts(forums: QuerySet[Forum]) -> list[tuple[str, int]]:
    """How the whole year stands, whatever the filters leave of it."""
    counts = Counter(forum.state for forum in forums.only("ends_on", "is_covered"))
    return [(state.label, counts[state]) for state in Forum.State]


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
    if not is_coordination(request.user):
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
