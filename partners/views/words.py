"""The glossary and « qui fait quoi »: read by everyone, kept by the coordination."""

from itertools import groupby

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from partners.forms.words import DutyFilter, DutyForm, TermForm
from partners.models import Duty, Mission, Term
from partners.services import words as services
from partners.views.confirming import Confirmation, confirm
from partners.views.editing import FormPage, edit
from spip_portal.accounts.models import is_coordination
from spip_portal.ui.slugs import french_slug

METHODS = ["GET", "POST"]


# -- Glossary -----------------------------------------------------------------------


@require_safe
@login_not_required
def glossary(request: HttpRequest) -> HttpResponse:
    """On one page, letter by letter: each term has its own anchor."""
    terms = list(Term.objects.visible_to(request.user).select_related("mission"))
    terms.sort(key=lambda term: (french_slug(term.term), term.pk))
    letters = [
        (letter, list(rows))
        for letter, rows in groupby(terms, lambda t: french_slug(t.term)[:1].upper())
    ]
    context = {
        "letters": letters,
        "count": len(terms),
        "missions": _readable_missions(request),
        "may_publish": is_coordination(request.user),
    }
    return render(request, "partners/glossary.html", context)


def _readable_missions(request: HttpRequest) -> set[int]:
    """Those one may follow a link to."""
    return set(Mission.objects.visible_to(request.user).values_list("pk", flat=True))


@require_http_methods(METHODS)
def term_add(request: HttpRequest) -> HttpResponse:
    return _edit_term(request, Term(), _("Ajouter un terme"))


@require_http_methods(METHODS)
def term_edit(request: HttpRequest, slug: str) -> HttpResponse:
    term = get_object_or_404(Term.objects.editable_by(request.user), slug=slug)
    return _edit_term(request, term, _("Modifier le terme"))


def _edit_term(request: HttpRequest, term: Term, title: str) -> HttpResponse:
    if not is_coordination(request.user):
        raise Http404
    page = FormPage(
        title=title,
        done=_("Le terme est enregistré."),
        back=reverse("partners:glossary"),
        back_label=_("Lexique"),
    )
    form = TermForm(request.POST or None, instance=term, user=request.user)
    return edit(
        request,
        page,
        form,
        lambda **data: services.save_term(row=term, by=request.user, **data),
    )


@require_http_methods(METHODS)
def term_delete(request: HttpRequest, slug: str) -> HttpResponse:
    term = get_object_or_404(Term.objects.editable_by(request.user), slug=slug)
    page = Confirmation(
        title=_("Supprimer le terme"),
        sentence=_("« %(term)s » disparaîtra du lexique de tous les services.")
        % {"term": term},
        button=_("Supprimer le terme"),
        done=_("Le terme est supprimé."),
        back=reverse("partners:glossary"),
        kind="danger",
    )
    return confirm(
        request, page, lambda: services.delete_word(row=term, by=request.user)
    )


# -- Who does what ------------------------------------------------------------------


@require_safe
@login_not_required
def duties(request: HttpRequest) -> HttpResponse:
    """`?theme=sante`: by side, then in the order that the coordination chose."""
    form = DutyFilter(request.GET)
    shown = form.apply(Duty.objects.visible_to(request.user))
    shown = list(shown.select_related("theme", "mission"))
    sides = [
        (side.label, [duty for duty in shown if duty.side == side])
        for side in Duty.Side
    ]
    context = {
        "form": form,
        "sides": [(label, rows) for label, rows in sides if rows],
        "missions": _readable_missions(request),
        "may_publish": is_coordination(request.user),
    }
    return render(request, "partners/duties.html", context)


@require_http_methods(METHODS)
def duty_add(request: HttpRequest) -> HttpResponse:
    return _edit_duty(request, Duty(), _("Ajouter un rôle"))


@require_http_methods(METHODS)
def duty_edit(request: HttpRequest, uuid) -> HttpResponse:
    duty = get_object_or_404(Duty.objects.editable_by(request.user), uuid=uuid)
    return _edit_duty(request, duty, _("Modifier le rôle"))


def _edit_duty(request: HttpRequest, duty: Duty, title: str) -> HttpResponse:
    if not is_coordination(request.user):
        raise Http404
    page = FormPage(
        title=title,
        done=_("Le rôle est enregistré."),
        back=reverse("partners:duties"),
        back_label=_("Qui fait quoi"),
    )
    form = DutyForm(request.POST or None, instance=duty, user=request.user)
    return edit(
        request,
        page,
        form,
        lambda **data: services.save_duty(row=duty, by=request.user, **data),
    )


@require_http_methods(METHODS)
def duty_delete(request: HttpRequest, uuid) -> HttpResponse:
    duty = get_object_or_404(Duty.objects.editable_by(request.user), uuid=uuid)
    page = Confirmation(
        title=_("Supprimer le rôle"),
        sentence=_("« %(who)s » disparaîtra de « Qui fait quoi » pour tous.")
        % {"who": duty},
        button=_("Supprimer le rôle"),
        done=_("Le rôle est supprimé."),
        back=reverse("partners:duties"),
        kind="danger",
    )
    return confirm(
        request, page, lambda: services.delete_word(row=duty, by=request.user)
    )
