"""The address of an invitation, of a registration under way, of a request to join: its
identifier, signed, so that nobody guesses one and no table of secrets is kept. Whether
it is still good stands in the row alone."""

from django.core.signing import BadSignature, Signer
from django.urls import reverse

from partners.models import Invitation, JoinRequest, Registration
from spip_portal.ui.urls import absolute

_signer = Signer(salt="partners.invitation")
_registrations = Signer(salt="partners.registration")
_join_requests = Signer(salt="partners.join")


def invitation_token(invitation: Invitation) -> str:
    return _signer.sign(str(invitation.uuid))


def invitation_url(invitation: Invitation) -> str:
    token = invitation_token(invitation)
    return absolute(reverse("partners:invitation", args=[token]))


def invitation_of(token: str) -> Invitation | None:
    """The open invitation behind a link; None for one expired, used, called back,
    unknown or altered: they all read alike."""
    try:
        uuid = _signer.unsign(token)
    except BadSignature:
        return None
    return (
        Invitation.objects.open()
        .select_related("organisation")
        .filter(uuid=uuid)
        .first()
    )


# -- A registration under way --------------------------------------------------------


def registration_token(registration: Registration) -> str:
    return _registrations.sign(str(registration.uuid))


def registration_url(registration: Registration, step: str) -> str:
    token = registration_token(registration)
    return absolute(reverse("partners:registration_step", args=[token, step]))


def registration_of(token: str) -> Registration | None:
    """None for one that was sent, is over, unknown or altered."""
    try:
        uuid = _registrations.unsign(token)
    except BadSignature:
        return None
    open_ones = Registration.objects.open().select_related("file")
    return open_ones.filter(uuid=uuid).first()


# -- A request to join ---------------------------------------------------------------


def join_request_token(join_request: JoinRequest) -> str:
    return _join_requests.sign(str(join_request.uuid))


def join_request_url(join_request: JoinRequest) -> str:
    token = join_request_token(join_request)
    return absolute(reverse("partners:join_confirm", args=[token]))


def join_request_of(token: str) -> JoinRequest | None:
    """The request whose address is still to be proven; None as above."""
    try:
        uuid = _join_requests.unsign(token)
    except BadSignature:
        return None
    return JoinRequest.objects.unconfirmed().filter(uuid=uuid).first()
