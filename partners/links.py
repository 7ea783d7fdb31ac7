"""The address of an invitation: its identifier, signed, so that nobody guesses one and
no table of secrets is kept. Whether it is still good stands in the row alone."""

from django.core.signing import BadSignature, Signer
from django.urls import reverse

from partners.models import Invitation
from spip_portal.ui.urls import absolute

_signer = Signer(salt="partners.invitation")


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
