from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cases import readings
from cases.decisions import decision_of
from cases.enums import InformedHow, Outcome
from cases.forms.sharing import RevokeForm, ShareForm
from cases.models import CareReport, Case, Incident, Share, ShareRecipient
from cases.services import sharing as services
from partners.clearance import candidates, members_by_structure
from partners.views.confirming import Confirmation, confirm
from partners.views.listing import page_of
from spip_portal.journal.models import Verb
from spip_portal.journal.services import record
from spip_portal.ui.urls import uuid_in

PARTS = (
    "case__spip",
    "measure",
    "legal_basis",
    "created_by",
    "revoked_by",
    "countersigned_by",
    "rules_version",
    "renews",
)
SHOWN = 20  # incidents that one reported, and reports that one sent


def share_new(request: HttpRequest, uuid) -> HttpResponse:
    """A structure, then the decision on one page, then one confirmation that repeats
    it."""
    followed = Case.objects.followed_by(request.user)
    found = get_object_or_404(followed.select_related("spip"), uuid=uuid)
    if found.is_blocked:
        messages.error(request, services.BLOCKED)
        return redirect("cases:case", uuid=uuid)
    members = members_by_structure(candidates(found.spip))
    renewed = _renewed(request, found)
    structure = request.GET.get("structure") or _structure_of(renewed)
    if structure not in members:
        context = {"case": found, "structures": members.values()}
        return render(request, "cases/share_structure.html", context)
    form = ShareForm(
        request.POST or None,
        case=found,
        candidates=members[structure].candidates,
        initial=_suggested(request, renewed),
    )
    if form.is_valid():
        data = form.cleaned_data
        if "confirmed" in request.POST:
            made = services.share_documents(
                by=request.user,
                case=found,
                candidates=data.pop("recipients"),
                renews=renewed,
                **data,
            )
            messages.success(request, said_of(made))
            return redirect("cases:share", uuid=made.uuid)
        if "back" not in request.POST:
            context = {
                "form": form,
                "case": found,
                "data": data,
                "readers": [*data["recipients"], *filter(None, [data["substitute"]])],
                "informed_how": InformedHow(data["informed_how"]).label,
                "is_countersigned": form.outcome == Outcome.COUNTERSIGNATURE,
                "structure": members[structure],
            }
            return render(request, "cases/share_confirm.html", context)
    context = {"form": form, "case": found, "structure": members[structure]}
    return render(request, "cases/share_new.html", context)


def said_of(share: Share) -> str:
    if share.is_waiting:
        return _(
            "Le partage attend la contresignature de la direction, qui est prévenue. "
            "Les destinataires le seront ensuite."
        )
    return _("Le partage est ouvert, les personnes sont prévenues.")


def _renewed(request: HttpRequest, case: Case) -> Share | None:
    """The share that this one renews, if it ever took effect: a new decision, with the
    same answers to read over."""
    wanted = uuid_in(request.GET.get("renouvelle"))
    found = case.shares.filter(uuid=wanted).first() if wanted else None
    return found if found and found.took_effect else None


def _structure_of(renewed: Share | None) -> str:
    row = ShareRecipient.history.filter(share=renewed).first() if renewed else None
    return str(row.membership.organisation.uuid) if row else ""


def _suggested(request: HttpRequest, renewed: Share | None) -> dict:
    if renewed is None:
        return {"documents": request.GET.getlist("document")}
    rows = ShareRecipient.history.filter(share=renewed).select_related(
        "content_object", "membership"
    )
    return {
        "documents": list({row.content_object.uuid for row in rows}),
        "recipients": list(
            {str(row.membership.uuid) for row in rows if not row.is_substitute}
        ),
        "substitute": next(
            (str(row.membership.uuid) for row in rows if row.is_substitute), ""
        ),
        "purpose": renewed.purpose,
        "legal_basis": renewed.legal_basis,
        "measure": renewed.measure,
    }


@require_safe
def share(request: HttpRequest, uuid) -> HttpResponse:
    visible = Share.objects.visible_to(request.user).with_effect()
    found = get_object_or_404(visible.select_related(*PARTS), uuid=uuid)
    context = decision_of(found) | {
        "readings": readings.of_share(found, all_of_them="lectures" in request.GET),
        "acknowledgements": found.acknowledgements.select_related("user", "document"),
        "is_followed": not request.user.is_manager,
        "may_countersign": Share.objects.countersignable_by(request.user)
        .filter(pk=found.pk)
        .exists(),
    }
    return render(request, "cases/share.html", context)


def share_revoke(request: HttpRequest, uuid) -> HttpResponse:
    revocable = Share.objects.revocable_by(request.user)
    found = get_object_or_404(revocable.select_related("case"), uuid=uuid)
    page = Confirmation(
        title=_("Mettre fin au partage"),
        sentence=_what_ends_with(found),
        button=_("Mettre fin au partage"),
        done=_("Le partage est terminé."),
        back=reverse("cases:share", args=[uuid]),
        kind="danger",
    )
    return confirm(
        request,
        page,
        lambda reason: services.revoke_share(
            share=found, by=request.user, reason=reason
        ),
        RevokeForm(request.POST or None),
    )


def _what_ends_with(share: Share) -> str:
    if share.is_waiting:
        return _(
            "La direction n’aura plus à le contresigner. Personne n’en savait rien."
        )
    rows = ShareRecipient.history.filter(share=share).select_related("user")
    return _(
        "Dès maintenant, ces documents ne pourront plus être lus dans ce "
        "partage. Personnes prévenues : %(names)s."
    ) % {"names": ", ".join(sorted({str(row.user) for row in rows}))}


@require_safe
def shared_documents(request: HttpRequest) -> HttpResponse:
    """Partners: the documents shared with them by name. CPIP: what they shared. The
    direction: what it countersigns. The page does not exist for the other agents."""
    if request.user.is_agent:
        if not (request.user.is_cpip or request.user.is_manager):
            raise Http404
        visible = Share.objects.visible_to(request.user).with_effect()
        shares = visible.select_related("case", "revoked_by")
        page = page_of(request, shares.prefetch_related(readings.every_recipient()))
        return render(request, "cases/share_list.html", {"page": page})
    grants = (
        ShareRecipient.objects.filter(user=request.user)
        .select_related("content_object__case__spip", "share")
        .order_by("-pk")
    )
    page = page_of(request, grants)
    read = readings.by_user(request.user, [g.content_object for g in page])
    record(
        actor=request.user,
        verb=Verb.LIST,
        object_kind="document",
        count=len(page),
        request=request,
    )
    context = {
        "page": page,
        "read": read,
        "incidents": Incident.objects.visible_to(request.user).unanswered_first()[
            :SHOWN
        ],
        "reports": CareReport.objects.visible_to(request.user)[:SHOWN],
    }
    return render(request, "cases/shared_documents.html", context)
