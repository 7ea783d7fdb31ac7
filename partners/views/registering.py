"""A visitor registers a structure, step after step; what was typed is kept."""

from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from partners.forms.registering import (
    STEPS,
    SUMMARY,
    TITLES,
    FindForm,
    Step,
    StructureForm,
    bound,
    lines_of,
    shown,
    typed_in,
)
from partners.links import registration_of, registration_token
from partners.models import Organisation, Registration
from partners.services import drafts
from partners.services.registration import registered
from partners.views.joining import link_over
from spip_portal.pages.errors import too_many_requests

METHODS = ["GET", "POST"]
FOUND = 10
SESSION_KEY = "registration"


# -- The first step: find --------------------------------------------------------------


@require_http_methods(METHODS)
@login_not_required
def registration(request: HttpRequest) -> HttpResponse:
    """GET looks for the structure; POST begins a draft for one that is not there."""
    if request.method == "POST":
        return _start(request)
    form = FindForm(request.GET or None)
    context = {
        "form": form,
        "stepper": _stepper(0),
        "matches": [],
        "hidden_siret": "",
        "is_new": False,
        "resume_token": _own_draft(request),
    }
    if form.is_valid():
        context |= _found(request, **form.cleaned_data)
    return render(request, "partners/registration.html", context)


def _found(request: HttpRequest, q: str, siret: str) -> dict:
    """Those that this visitor may see; of another that holds the SIRET, only that it
    does."""
    known = Organisation.objects.visible_to(request.user).select_related("kind")
    if not siret:
        # Only those whose page says that they are partners: one asks them to join.
        matches = known.validated().search(q)[:FOUND]
        return {"matches": matches, "is_new": True, "typed": {"name": q}}
    holder = registered(siret)
    if holder is None:
        return {"is_new": True, "typed": {"siret": siret}}
    matches = known.filter(pk=holder.pk)
    return {"matches": matches, "hidden_siret": "" if matches else siret}


def _start(request: HttpRequest) -> HttpResponse:
    if not _consume(request):
        return too_many_requests(request)
    typed = typed_in(StructureForm, request.POST)
    draft = drafts.start_registration(typed=typed)
    token = registration_token(draft)
    request.session[SESSION_KEY] = token
    return redirect("partners:registration_step", token, STEPS[0].slug)


def _consume(request: HttpRequest) -> bool:
    """Drafts, files and links to come back: so many an hour from one connection."""
    return bool(ratelimit.consume(request, action="registration_draft"))


def _own_draft(request: HttpRequest) -> str:
    """The draft begun in this browser, if it is still open."""
    token = request.session.get(SESSION_KEY, "")
    return token if token and registration_of(token) else ""


# -- The steps -------------------------------------------------------------------------


@never_cache
@require_http_methods(METHODS)
@login_not_required
def registration_step(request: HttpRequest, token: str, slug: str) -> HttpResponse:
    """Whatever is posted is kept first, right or wrong; then it is judged."""
    draft = registration_of(token)
    if draft is None:
        return link_over(request)
    if slug == SUMMARY:
        return _summary(request, draft, token)
    rank = _rank(slug)
    step = STEPS[rank]
    if request.method == "POST":
        return _keep(request, draft, token, rank)
    is_judged = "verifier" in request.GET
    form = bound(step, draft.typed) if is_judged else shown(step, draft.typed)
    return _page(request, draft, token, rank, form)


def _rank(slug: str) -> int:
    for rank, step in enumerate(STEPS):
        if step.slug == slug:
            return rank
    raise Http404


def _keep(
    request: HttpRequest, draft: Registration, token: str, rank: int
) -> HttpResponse:
    step = STEPS[rank]
    form = step.form(request.POST, request.FILES)
    form.is_valid()
    content = form.cleaned_data.get("file")
    is_one_too_many = bool(content) and not _consume(request)
    kept = drafts.save_typed(
        registration=draft,
        typed=typed_in(step.form, request.POST),
        content=None if is_one_too_many else content,
    )
    if kept is None:  # sent from another tab
        return link_over(request)
    if is_one_too_many:
        return too_many_requests(request)
    if "retirer" in request.POST:
        drafts.remove_file(registration=kept)
        return redirect("partners:registration_step", token, step.slug)
    if "precedent" in request.POST:
        return _back(token, rank)
    return _go_on(request, kept, token, rank, form)


def _back(token: str, rank: int) -> HttpResponse:
    if rank == 0:
        return redirect("partners:registration")
    return redirect("partners:registration_step", token, STEPS[rank - 1].slug)


def _go_on(
    request: HttpRequest, draft: Registration, token: str, rank: int, form: Form
) -> HttpResponse:
    _judge_file(form, draft)
    if form.errors:
        return _page(request, draft, token, rank, form)
    slug = STEPS[rank + 1].slug if rank + 1 < len(STEPS) else SUMMARY
    if not _mail_link(request, draft, form, slug):
        return too_many_requests(request)
    return redirect("partners:registration_step", token, slug)


def _mail_link(
    request: HttpRequest, draft: Registration, form: Form, slug: str
) -> bool:
    """False when this connection has asked for too many links."""
    data = form.cleaned_data
    email = data.get("resume_email") or data.get("email") or ""
    if not email or email.lower() == draft.linked_email:
        return True
    if not _consume(request):
        return False
    drafts.mail_link(registration=draft, email=email, step=slug)
    return True


def _judge_file(form: Form, draft: Registration) -> None:
    """What a worker found in the PDF since is said where it was chosen."""
    if "file" in form.fields and draft.file and draft.file.refusal:
        form.add_error("file", draft.file.refusal)


def _page(
    request: HttpRequest, draft: Registration, token: str, rank: int, form: Form
) -> HttpResponse:
    is_taken = form.is_bound and form.has_error("siret", "siret_taken")
    context = {
        "form": form,
        "draft": draft,
        "file": draft.file if "file" in form.fields else None,
        "stepper": _stepper(rank + 1),
        "taken_siret": form["siret"].value() if is_taken else "",
    }
    return render(request, "partners/registration_step.html", context)


def _stepper(rank: int) -> dict:
    following = TITLES[rank + 1] if rank + 1 < len(TITLES) else ""
    return {
        "number": rank + 1,
        "total": len(TITLES),
        "title": TITLES[rank],
        "following": following,
    }


# -- The last step: read again, send ---------------------------------------------------


def _summary(request: HttpRequest, draft: Registration, token: str) -> HttpResponse:
    forms = [(step, bound(step, draft.typed)) for step in STEPS]
    for _step, form in forms:
        _judge_file(form, draft)
    is_whole = not [step for step, form in forms if form.errors]
    if request.method == "POST" and is_whole:
        if not ratelimit.consume(request, action="registration"):
            return too_many_requests(request)
        seen = request.POST.get("seen", "")
        try:
            drafts.send_registration(registration=draft, seen=seen, **_fields_of(forms))
        except ValidationError as error:
            if getattr(error, "code", "") == "changed":
                messages.error(request, error.message)
                return redirect("partners:registration_step", token, SUMMARY)
            forms[0][1].add_error("siret", error)  # registered meanwhile
            is_whole = False
        else:
            request.session.pop(SESSION_KEY, None)
            return redirect("partners:registration_sent")
    context = {
        "draft": draft,
        "token": token,
        "stepper": _stepper(len(STEPS) + 1),
        "sections": [(step, lines_of(form), form) for step, form in forms],
        "is_whole": is_whole,
    }
    return render(request, "partners/registration_summary.html", context)


def _fields_of(forms: list[tuple[Step, Form]]) -> dict:
    fields = {}
    for _step, form in forms:
        fields |= form.cleaned_data
    return {k: v for k, v in fields.items() if k not in {"file", "resume_email"}}


@require_safe
@login_not_required
def registration_sent(request: HttpRequest) -> HttpResponse:
    """The same words whether or not the address has an account."""
    return render(request, "partners/registration_sent.html")
