from collections.abc import Callable, Iterable, Iterator
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from spip_portal.journal.models import Entry, Verb
from spip_portal.journal.services import record
from spip_portal.security.actor import actor
from spip_portal.ui.urls import uuid_in

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
                    object_kind=_page_of(request.path),
                    object_uuid=next(_uuids(match.kwargs.values()), None),
                    request=request,
                )
        return response


def _page_of(path: str) -> str:
    """« dossiers modifier »: the words of an address, as whoever audits knows them."""
    words = [part for part in path.split("/") if part and not uuid_in(part)]
    return " ".join(words)[: Entry.object_kind.field.max_length]


def _uuids(values: Iterable) -> Iterator[UUID]:
    return (value for value in values if isinstance(value, UUID))
