from collections.abc import Iterator

from django.contrib.auth.views import redirect_to_login
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_safe

from cases.models import Case, Document
from cases.services import readings as services
from partners.clearance import candidates
from spip_portal.accounts.second_factor import is_proof_recent
from spip_portal.pages.errors import too_many_requests, unavailable
from spip_portal.security.headers import FILE_POLICY
from spip_portal.ui.urls import uuid_in
from spip_portal.vault.envelope import VaultError
from spip_portal.vault.marking import MarkingError
from spip_portal.vault.ranges import UnsatisfiableRangeError, asked_range


@require_safe
def document_file(request: HttpRequest, uuid) -> HttpResponse:
    """The bytes, or a part of them under an opening that is live. What cannot be
    journaled, decrypted or marked is not sent (SECURITY 20, 23, 27)."""
    readable = Document.objects.visible_to(request.user).available()
    found = get_object_or_404(readable.select_related("file", "case"), uuid=uuid)
    if "telecharger" in request.GET and found.is_read_only_for(request.user):
        raise Http404
    if not is_proof_recent(request):
        return redirect_to_login(request.get_full_path(), reverse("mfa_reauthenticate"))
    if request.method == "HEAD":  # nothing is read
        return _as_file(request, found, HttpResponse())
    again = request.headers.get("If-Range", "") if "Range" in request.headers else None
    try:
        reading = services.read_document(
            by=request.user, document=found, request=request, again=again
        )
        return _as_file(request, found, _answer(request, reading))
    except services.NotReadableError as error:
        raise Http404 from error
    except services.TooManyOpeningsError:
        services.report_many_openings(by=request.user, document=found)
        return too_many_requests(request)
    except (DatabaseError, VaultError, MarkingError, OSError):
        return unavailable()


@require_safe
def document_preview(request: HttpRequest, uuid) -> HttpResponse:
    """The copy that a member of a structure would read: `?pour=` names them."""
    followed = Case.objects.followed_by(request.user)
    found = get_object_or_404(
        Document.objects.available()
        .filter(case__in=followed)
        .select_related("file", "case__spip"),
        uuid=uuid,
    )
    wanted = uuid_in(request.GET.get("pour"))
    membership = next(
        (
            candidate.membership
            for candidate in candidates(found.case.spip)
            if candidate.is_cleared and candidate.membership.uuid == wanted
        ),
        None,
    )
    if membership is None:
        raise Http404
    if not is_proof_recent(request):
        return redirect_to_login(request.get_full_path(), reverse("mfa_reauthenticate"))
    try:
        copy = services.preview_copy(
            by=request.user, document=found, membership=membership, request=request
        )
    except services.TooManyOpeningsError:
        services.report_many_openings(by=request.user, document=found)
        return too_many_requests(request)
    except (VaultError, MarkingError, OSError):
        return unavailable()
    return _as_file(request, found, HttpResponse(copy))


def _answer(request: HttpRequest, reading: services.Reading) -> HttpResponse:
    try:
        part = _part(request, reading)
    except UnsatisfiableRangeError:
        response = HttpResponse(status=416)
        response["Content-Range"] = f"bytes */{reading.size}"
        return response
    start, stop = part or (0, reading.size)
    chunks: Iterator[bytes] = reading.chunks(start, stop if part else None)
    response = StreamingHttpResponse(chunks, status=206 if part else 200)
    response["Content-Length"] = stop - start
    response["ETag"] = reading.opening.etag
    if part:
        response["Content-Range"] = f"bytes {start}-{stop - 1}/{reading.size}"
    return response


def _part(request: HttpRequest, reading: services.Reading) -> tuple[int, int] | None:
    """None: the whole, also for the rest of a file that was opened another time."""
    if request.headers.get("If-Range", reading.opening.etag) != reading.opening.etag:
        return None
    return asked_range(request.headers.get("Range", ""), reading.size)


def _as_file(
    request: HttpRequest, document: Document, response: HttpResponse
) -> HttpResponse:
    """For the browser's own reader, or as a download on demand; under a name that says
    nothing, never framed, never cached."""
    how = "attachment" if "telecharger" in request.GET else "inline"
    name = f"document-{document.uuid.hex[:8]}.pdf"
    response["Content-Type"] = "application/pdf"
    response["Content-Disposition"] = f'{how}; filename="{name}"'
    response["Content-Security-Policy"] = FILE_POLICY
    response["Accept-Ranges"] = "bytes"
    return response
