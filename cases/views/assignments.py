"""Who follows a case, how secret it is, and how cases change hands."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from cases.enums import Sensitivity
from cases.forms.assignments import (
    HandOverForm,
    SensitivityForm,
    SubstituteForm,
    TransferForm,
)
from cases.models import Assignment, Case, Share
from cases.models.cases import cpips_of
from cases.services import assignments as services
from cases.services.sensitivity import change_sensitivity
from partners.views.confirming import Confirmation, confirm
from spip_portal.accounts.models import User

METHODS = ["GET", "POST"]


@require_safe
def followers(request: HttpRequest, uuid) -> HttpResponse:
    listed = Case.objects.listed_to(request.user).select_related("referent", "spip")
    found = get_object_or_404(listed, uuid=uuid)
    assignments = found.assignments.select_related("user", "added_by", "ended_by")
    endable = Assignment.objects.endable_by(request.user).filter(case=found)
    context = {
        "case": found,
        "assignments": assignments.order_by("ended_at", "-pk"),
        "endable": set(endable.values_list("pk", flat=True)),
        "transfers": found.transfers.select_related(
            "previous", "referent", "decided_by"
        ),
        "is_entrusted": Case.objects.entrusted_to(request.user)
        .filter(pk=found.pk)
        .exists(),
        "has_referent": cpips_of(found.spip_id).filter(pk=found.referent_id).exists(),
    }
    return render(request, "cases/followers.html", context)


def _entrusted(request: HttpRequest, uuid) -> Case:
    entrusted = Case.objects.entrusted_to(request.user)
    return get_object_or_404(entrusted.select_related("referent"), uuid=uuid)


@require_http_methods(METHODS)
def substitute_add(request: HttpRequest, uuid) -> HttpResponse:
    found = _entrusted(request, uuid)
    page = Confirmation(
        title=_("Désigner un suppléant ou une suppléante"),
        sentence=_(
            "Cette personne lira tout le dossier et pourra y écrire, jusqu’à ce que sa "
            "suppléance prenne fin."
        ),
        button=_("Désigner"),
        done=_("La suppléance commence."),
        back=reverse("cases:followers", args=[uuid]),
    )
    return confirm(
        request,
        page,
        lambda **data: services.name_substitute(by=request.user, case=found, **data),
        SubstituteForm(request.POST or None, case=found),
    )


@require_http_methods(METHODS)
def substitute_end(request: HttpRequest, uuid) -> HttpResponse:
    endable = Assignment.objects.endable_by(request.user)
    found = get_object_or_404(endable.select_related("case", "user"), uuid=uuid)
    is_own = found.user_id == request.user.pk
    back = reverse("cases:followers", args=[found.case.uuid])
    page = Confirmation(
        title=_("Mettre fin à la suppléance"),
        sentence=_("%(name)s ne pourra plus ouvrir ce dossier, dès maintenant.")
        % {"name": found.user},
        button=_("Mettre fin à la suppléance"),
        done=_("La suppléance a pris fin."),
        back=reverse("cases:case_list") if is_own else back,
    )
    return confirm(
        request,
        page,
        lambda: services.end_substitution(by=request.user, assignment=found),
    )


@require_http_methods(METHODS)
def hand_over(request: HttpRequest, uuid) -> HttpResponse:
    found = _entrusted(request, uuid)
    is_own = found.referent_id == request.user.pk
    back = reverse("cases:followers", args=[uuid])
    page = Confirmation(
        title=_("Confier le dossier"),
        sentence=_(
            "Le dossier passe tout entier à la personne choisie. Vous ne pourrez plus "
            "l’ouvrir."
        )
        if is_own
        else _(
            "Le dossier passe tout entier à la personne choisie. %(name)s ne pourra "
            "plus l’ouvrir."
        )
        % {"name": found.referent},
        button=_("Confier le dossier"),
        done=_("Le dossier est confié."),
        back=reverse("cases:case_list") if is_own else back,
    )
    return confirm(
        request,
        page,
        lambda to: services.hand_over(by=request.user, cases=[found], to=to),
        HandOverForm(request.POST or None, case=found),
    )


# -- When somebody leaves ------------------------------------------------------------


def _leavers(user: User):
    """Whoever has cases that the direction sees: those in office no more come first."""
    listed = Case.objects.listed_to(user)
    held = Case.objects.filter(pk__in=listed.values("pk")).order_by()
    counts = dict(held.values_list("referent").annotate(Count("pk")))
    in_office = set(cpips_of(user.spip).values_list("pk", flat=True))
    people = User.objects.filter(pk__in=counts).order_by("last_name", "first_name")
    rows = [(each, counts[each.pk], each.pk in in_office) for each in people]
    return sorted(rows, key=lambda row: row[2])


@require_safe
def transfers(request: HttpRequest) -> HttpResponse:
    if not request.user.is_manager:
        raise Http404
    context = {"rows": _leavers(request.user)}
    return render(request, "cases/transfers.html", context)


@require_http_methods(METHODS)
def transfer(request: HttpRequest, uuid) -> HttpResponse:
    """The cases of one CPIP, or those ticked, go to another in one transaction."""
    if not request.user.is_manager:
        raise Http404
    leaver = get_object_or_404(User, uuid=uuid)
    cases = Case.objects.entrusted_to(request.user).filter(referent=leaver)
    if not cases.exists():
        raise Http404
    form = TransferForm(
        request.POST or None, cases=cases, leaver=leaver, by=request.user
    )
    if form.is_valid():
        try:
            moved = services.hand_over(
                by=request.user,
                cases=list(form.cleaned_data["cases"]),
                to=form.cleaned_data["to"],
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            done = ngettext(
                "%(count)d dossier est transféré.",
                "%(count)d dossiers sont transférés.",
                moved,
            )
            messages.success(request, done % {"count": moved})
            return redirect("cases:transfers")
    context = {"form": form, "leaver": leaver, "count": cases.count()}
    return render(request, "cases/transfer.html", context)


# -- How secret it is ----------------------------------------------------------------


@require_http_methods(METHODS)
def sensitivity(request: HttpRequest, uuid) -> HttpResponse:
    """Chosen, then confirmed on a page that says what follows."""
    followed = Case.objects.followed_by(request.user).select_related("referent")
    found = get_object_or_404(followed, uuid=uuid)
    back = reverse("cases:case", args=[uuid])
    form = SensitivityForm(
        request.POST or None, initial={"sensitivity": found.sensitivity}
    )
    if not form.is_valid():
        return render(request, "cases/sensitivity.html", {"form": form, "case": found})
    chosen = form.cleaned_data["sensitivity"]
    if form.cleaned_data["is_confirmed"]:
        change_sensitivity(by=request.user, case=found, sensitivity=chosen)
        messages.success(request, _("La sensibilité du dossier est enregistrée."))
        return redirect(back)
    context = {
        "title": _("Sensibilité « %(level)s »") % {"level": chosen.label},
        "sentence": _what_follows(found, chosen),
        "button": _("Confirmer"),
        "kind": "danger" if chosen != Sensitivity.NORMAL else "",
        "form": form.ask(),
        "cancel_url": back,
    }
    return render(request, "components/confirm_page.html", context)


def _what_follows(case: Case, chosen: Sensitivity) -> str:
    follows = _what_comes_with(case, chosen)
    if not case.is_blocked or chosen == Sensitivity.MINOR:
        return follows
    return _(
        "Les documents, bloqués parce que le dossier concerne un mineur, pourront de "
        "nouveau se partager : ne confirmez que si aucun ne concerne un mineur. "
        "%(follows)s"
    ) % {"follows": follows}


def _what_comes_with(case: Case, chosen: Sensitivity) -> str:
    if chosen == Sensitivity.NORMAL:
        return _(
            "La direction voit ce dossier dans ses listes, sans ses documents, et ses "
            "documents peuvent se partager."
        )
    if chosen == Sensitivity.MINOR:
        running = Share.objects.filter(case=case, revoked_at=None).count()
        return _(
            "Les documents de ce dossier ne se partagent plus. Partages qui prennent "
            "fin tout de suite, avec un courriel à leurs destinataires : %(count)d."
        ) % {"count": running}
    named = case.assignments.filter(ended_at=None).select_related("user")
    return _(
        "Ce dossier disparaît pour toute autre personne que %(names)s : listes, "
        "recherches, comptes et transferts, direction comprise. Les partages en cours "
        "continuent. Si le référent quitte le service, seule une personne suppléante "
        "peut reprendre le dossier : désignez-en une."
    ) % {"names": ", ".join(map(str, [case.referent, *(a.user for a in named)]))}
