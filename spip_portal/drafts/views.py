import json

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods

from spip_portal.drafts import services
from spip_portal.ui.templatetags.portal import long_datetime


@require_http_methods(["GET", "HEAD", "POST", "DELETE"])
def draft(request: HttpRequest) -> HttpResponse:
    """The draft of `?page=`: read, kept, forgotten. Asked by `js/drafts.js` only."""
    page = request.GET.get("page", "")
    if not page.startswith("/") or not url_has_allowed_host_and_scheme(page, None):
        return HttpResponse(status=400)
    if request.method == "POST":
        return _save(request, page)
    if request.method == "DELETE":
        services.forget(user=request.user, page=page)
        return HttpResponse(status=204)
    kept = services.kept_for(request.user, page)
    answer = {"token": get_token(request)}
    if kept:
        answer |= {"typed": kept.typed, "saved": long_datetime(kept.saved_at)}
    return JsonResponse(answer)


def _save(request: HttpRequest, page: str) -> HttpResponse:
    try:
        content = json.loads(request.body)
        label, typed = str(content["label"])[:200], _typed(content["typed"])
        services.save(user=request.user, page=page, label=label, typed=typed)
    except (ValueError, KeyError, TypeError, AttributeError, ValidationError):
        return HttpResponse(status=400)
    return HttpResponse(status=204)


def _typed(values: dict) -> services.Typed:
    return {
        str(name): [str(value) for value in several]
        for name, several in values.items()
        if isinstance(several, list)
    }
