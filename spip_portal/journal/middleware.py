from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from spip_portal.journal.models import Verb
from spip_portal.journal.services import record
from spip_portal.security.actor import actor

JOURNALED_NAMESPACES = {"cases", "journal"}
REFUSALS = {403, 404, 429}


class RefusalMiddleware:
    """A refusal in the case area or the journal leaves its line, in a second
    transaction: the first may have been undone. Stands outside ActorMiddleware for that
    reason."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        match = request.resolver_match
        if (
            response.status_code in REFUSALS
            and match is not None
            and match.namespace in JOURNALED_NAMESPACES
        ):
            with actor(request.user):
                record(
                    actor=request.user,
                    verb=Verb.REFUSED,
                    object_kind=match.url_name or "",
                    object_uuid=match.kwargs.get("uuid"),
                    request=request,
                )
        return response
