"""The missions: read by everyone, written by the coordination, version by version."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from partners import sheets
from partners.badges import agreement_state
from partners.exports import mission_rows
from partners.forms.filters import MissionFilter
from partners.forms.missions import MissionForm, MissionImageForm
from partners.models import (
    Agreement,
    Charge,
    CollectiveAction,
    Mission,
    MissionImage,
    MissionVersion,
)
from partners.services import missions as services
from partners.views.confirming import Confirmation, confirm
from partners.views.listing import Listing, page_of, show_list
from partners.views.reading import adding, may_edit
from spip_portal.accounts.models import is_coordination
from spip_portal.security.headers import FILE_POLICY
from spip_portal.ui.templatetags.portal import long_datetime

METHODS = ["GET", "POST"]


# -- Read ---------------------------------------------------------------------------


@require_safe
@login_not_required
def mission_list(request: HttpRequest) -> HttpResponse:
    listing = Listing(
        title=_("Missions du service"),
        intro=_(
            "Ce que fait le service pénitentiaire d’insertion et de probation, "
            "expliqué à celles et ceux qui travaillent avec lui."
        ),
        none_found=_("Aucune mission ne correspond à cette recherche."),
        empty=_("Aucune mission n’est encore publiée. L’accueil présente le service."),
        next_url=reverse("pages:home"),
        next_label=_("Revenir à l’accueil"),
        filename="missions.csv",
        rows_of=mission_rows,
        **adding(request.user, "partners:mission_add", _("Ajouter une mission")),
    )
    return show_list(
        request,
        listing,
        "partners/mission_list.html",
        form=MissionFilter(request.GET),
        rows=Mission.objects.visible_to(request.user).select_related("spip"),
        may_publish=is_coordination(request.user),
    )


@require_safe
@login_not_required
def mission(request: HttpRequest, slug: str) -> HttpResponse:
    missions = Mission.objects.visible_to(request.user).select_related("spip")
    mission = get_object_or_404(missions, slug=slug)
    agreements = Agreement.objects.visible_to(request.user).filter(missions=mission)
    actions = CollectiveAction.objects.visible_to(request.user)
    contacts = Charge.objects.for_page_of(request.user)
    context = {
        "mission": mission,
        "contact": contacts.filter(pk=mission.contact_id).first(),
        "agreements": [(each, agreement_state(each)) for each in agreements],
        "actions": actions.filter(missions=mission).soonest_first(),
        "may_edit": may_edit(request.user, mission),
    }
    return render(request, "partners/mission.html", context)


@require_safe
@login_not_required
def mission_print(request: HttpRequest, slug: str) -> HttpResponse:
    """The page as a PDF/UA, with the date of its text."""
    missions = Mission.objects.visible_to(request.user).select_related("spip")
    mission = get_object_or_404(missions, slug=slug)
    content = sheets.mission_sheet(mission, by=request.user)
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="mission-{mission.slug}.pdf"'
    response["Content-Security-Policy"] = FILE_POLICY
    return response


@require_safe
@login_not_required
def mission_image(request: HttpRequest, uuid) -> HttpResponse:
    """The picture, for whoever may read the page that shows it."""
    images = MissionImage.objects.visible_to(request.user).available()
    image = get_object_or_404(images.select_related("file"), uuid=uuid)
    chunks = services.read_image(by=request.user, image=image)
    response = StreamingHttpResponse(chunks, content_type=image.file.media_type)
    response["Content-Disposition"] = "inline"
    response["Content-Length"] = image.file.size
    response["Content-Security-Policy"] = FILE_POLICY
    return response


# -- Write --------------------------------------------------------------------------


def _mission(request: HttpRequest, slug: str) -> Mission:
    return get_object_or_404(Mission.objects.editable_by(request.user), slug=slug)


@require_http_methods(METHODS)
def mission_add(request: HttpRequest) -> HttpResponse:
    if not is_coordination(request.user):
        raise Http404
    form = MissionForm(request.POST or None, spip=request.user.spip)
    if request.method == "POST" and form.is_valid():
        try:
            mission = services.add_mission(by=request.user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("La mission est enregistrée."))
            return redirect("partners:mission", mission.slug)
    context = {"form": form, "mission": None, "other": None}
    return render(request, "partners/mission_edit.html", context)


@require_http_methods(METHODS)
def mission_edit(request: HttpRequest, slug: str) -> HttpResponse:
    """Saved after somebody else, it shows both texts and has written neither."""
    mission, other = _mission(request, slug), None
    form = MissionForm(
        request.POST or None,
        instance=mission,
        spip=request.user.spip,
        images=_choices_of(mission),
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.save_mission(mission=mission, by=request.user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
            if getattr(error, "code", None) == "changed":
                other = mission.versions.select_related("written_by").first()
                form.show_version(other.number)
        else:
            messages.success(request, _("La mission est enregistrée."))
            return redirect("partners:mission", slug)
    context = {"form": form, "mission": mission, "other": other}
    return render(request, "partners/mission_edit.html", context)


def _choices_of(mission: Mission) -> list[tuple[str, str]]:
    return [
        (services.image_url(image), image.alternative)
        for image in mission.images.available()
    ]


@require_http_methods(METHODS)
def mission_order(request: HttpRequest) -> HttpResponse:
    """One button up and one down for each: the keyboard does it all."""
    if not is_coordination(request.user):
        raise Http404
    missions = Mission.objects.editable_by(request.user)
    if request.method == "POST":
        is_up = "up" in request.POST
        slug = request.POST.get("up" if is_up else "down", "")
        mission = next((each for each in missions if each.slug == slug), None)
        if mission is None:
            raise Http404
        services.move_mission(mission=mission, by=request.user, is_up=is_up)
        done = _("« %(title)s » est montée.") if is_up else _("« %(title)s » descend.")
        messages.success(request, done % {"title": mission})
        return redirect("partners:mission_order")
    return render(request, "partners/mission_order.html", {"missions": missions})


# -- Versions -----------------------------------------------------------------------


@require_safe
def mission_versions(request: HttpRequest, slug: str) -> HttpResponse:
    mission = _mission(request, slug)
    versions = mission.versions.select_related("written_by")
    context = {"mission": mission, "page": page_of(request, versions)}
    return render(request, "partners/mission_versions.html", context)


@require_safe
def mission_version(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    mission = _mission(request, slug)
    context = {"mission": mission, "version": _version(mission, number)}
    return render(request, "partners/mission_version.html", context)


@require_http_methods(METHODS)
def mission_restore(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    mission = _mission(request, slug)
    version = _version(mission, number)
    if version.number == mission.version:
        raise Http404
    page = Confirmation(
        title=_("Reprendre la version %(number)d") % {"number": number},
        sentence=_(
            "Le texte du %(date)s redevient celui de la page, comme une nouvelle "
            "version. Le texte actuel reste dans la liste."
        )
        % {"date": long_datetime(version.written_at)},
        button=_("Reprendre cette version"),
        done=_("La version %(number)d est reprise.") % {"number": number},
        back=reverse("partners:mission", args=[slug]),
    )
    return confirm(
        request,
        page,
        lambda: services.restore_version(
            mission=mission, by=request.user, number=number
        ),
    )


def _version(mission: Mission, number: int) -> MissionVersion:
    return get_object_or_404(
        mission.versions.select_related("written_by"), number=number
    )


# -- Images -------------------------------------------------------------------------


@require_http_methods(METHODS)
def mission_images(request: HttpRequest, slug: str) -> HttpResponse:
    mission = _mission(request, slug)
    form = MissionImageForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        services.add_image(mission=mission, by=request.user, **form.cleaned_data)
        messages.success(
            request,
            _("L’image est déposée. Une fois vérifiée, elle pourra être insérée."),
        )
        return redirect("partners:mission_images", slug)
    images = mission.images.select_related("file")
    context = {"mission": mission, "form": form, "images": images}
    return render(request, "partners/mission_images.html", context)


@require_http_methods(METHODS)
def mission_image_remove(request: HttpRequest, uuid) -> HttpResponse:
    editable = MissionImage.objects.editable_by(request.user)
    image = get_object_or_404(editable.select_related("file", "mission"), uuid=uuid)
    page = Confirmation(
        title=_("Retirer l’image"),
        sentence=_("« %(text)s » sera effacée : personne ne pourra plus la voir.")
        % {"text": image},
        button=_("Retirer l’image"),
        done=_("L’image est retirée."),
        back=reverse("partners:mission_images", args=[image.mission.slug]),
        kind="danger",
    )
    return confirm(
        request, page, lambda: services.remove_image(image=image, by=request.user)
    )
