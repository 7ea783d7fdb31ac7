from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from spip_portal.journal.models import Verb
from spip_portal.journal.services import record
from spip_portal.security.actor import actor

JOURNALED_NAMESPACE = "cases"


class RefusalMiddleware:
    """A 404 in the case area leaves its line, in a second transaction: the first may
    have been undone. Stands outside ActorMiddleware for that reason."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        match = request.resolver_match
        if (
            response.status_code == 404
            and match is not None
            and match.namespace == JOURNALED_NAMESPACE
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
