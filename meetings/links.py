"""The personal link of an invitation: whoever holds it may answer, without an account.

The token is signed, so it says nothing by itself, and a made-up one finds nothing.
"""

import base64
import binascii
import uuid

from django.core.signing import BadSignature, Signer
from django.urls import reverse

from meetings.models import Invitation
from spip_portal.ui.urls import absolute

_signer = Signer(salt="meetings.invitation", sep=".")


def token_of(invitation: Invitation) -> str:
    value = base64.urlsafe_b64encode(invitation.uuid.bytes).decode().rstrip("=")
    return _signer.sign(value)


def uuid_of(token: str) -> uuid.UUID | None:
    """None for whatever this portal did not sign."""
    try:
        value = _signer.unsign(token)
        return uuid.UUID(bytes=base64.urlsafe_b64decode(f"{value}=="))
    except (BadSignature, binascii.Error, ValueError):
        return None


def reply_path(invitation: Invitation) -> str:
    return reverse("meetings:answer", args=[token_of(invitation)])


def reply_url(invitation: Invitation) -> str:
    return absolute(reply_path(invitation))
