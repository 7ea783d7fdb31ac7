from django.db import transaction
from django.utils.translation import gettext as _

from cases.enums import Sensitivity
from cases.models import Case, Share
from cases.services.cases import lock
from cases.services.sharing import revoke_share
from spip_portal.accounts.models import User
from spip_portal.journal.models import Verb
from spip_portal.journal.services import record


@transaction.atomic
def change_sensitivity(*, by: User, case: Case, sensitivity: Sensitivity) -> None:
    """What names a minor is shared with nobody: the shares that run end at once, and
    their recipients are told."""
    case = lock(by, case)
    if case.sensitivity == sensitivity:
        return
    if sensitivity == Sensitivity.MINOR:
        for share in Share.objects.revocable_by(by).filter(case=case):
            revoke_share(share=share, by=by, reason=_("Le dossier concerne un mineur."))
    case.sensitivity = sensitivity
    case.save(update_fields=["sensitivity"])
    record(
        actor=by,
        verb=Verb.CHANGE,
        object_kind="sensibilité",
        object_uuid=case.uuid,
        motive=str(Sensitivity(sensitivity).label),
    )
