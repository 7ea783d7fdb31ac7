"""guardian, made to respect the life of a share (ACCESS: what its stock backend does
wrong was measured: it grants revoked rows and says yes to superusers)."""

from typing import Any

from django.contrib.auth.models import Permission
from django.db.models import Model
from guardian.backends import ObjectPermissionBackend, check_support
from guardian.core import ObjectPermissionChecker

from cases.models import Case, Document, ShareRecipient
from spip_portal.accounts.enums import PARTNER


class LiveChecker(ObjectPermissionChecker):
    """Permissions a user holds on one document by live recipient rows, no other way."""

    def get_user_perms(self, obj: Any):
        rows = ShareRecipient.objects.filter(user=self.user, content_object=obj)
        return Permission.objects.filter(pk__in=rows.values("permission")).values_list(
            "codename", flat=True
        )

    def get_perms(self, obj: Model) -> list[str]:
        return list(self.get_user_perms(obj)) if isinstance(obj, Document) else []


class LiveShareBackend(ObjectPermissionBackend):
    """Answers `has_perm` for one object of the case area."""

    def has_perm(self, user_obj: Any, perm: str, obj: Model | None = None) -> bool:
        return perm.rsplit(".", maxsplit=1)[-1] in self.get_all_permissions(
            user_obj, obj
        )

    def get_all_permissions(self, user_obj: Any, obj: Model | None = None) -> set[str]:
        if not isinstance(obj, Document):
            return set()
        supported, user = check_support(user_obj, obj)
        if not supported or not user.is_active or user.are_cases_closed:
            return set()
        if user.role == PARTNER:
            return set(LiveChecker(user).get_perms(obj))
        readable = Case.objects.readable_by(user).filter(pk=obj.case_id)
        return {Document.READ} if readable.exists() else set()

    def get_group_permissions(
        self, user_obj: Any, obj: Model | None = None
    ) -> set[str]:
        return set()
