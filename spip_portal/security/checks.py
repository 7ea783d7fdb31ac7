"""Refuse a database role that row-level security would not bind (DESIGN, promise 1)."""

from django.core.checks import Error, Tags, register
from django.db import connections
from django.db.backends.signals import connection_created
from django.utils.translation import gettext as _

GUARDED_TABLE = "cases_case"
ROLE_SQL = """
select r.rolsuper, r.rolbypassrls, coalesce(pg_has_role(c.relowner, 'usage'), false)
  from pg_roles r left join pg_class c on c.oid = to_regclass(%s)
 where r.rolname = current_user
"""


class BypassingRoleError(RuntimeError):
    """The database role of this process would read past row-level security."""


def role_findings(connection) -> list[str]:
    """Why the current role is not bound by row-level security; empty when it is."""
    with connection.cursor() as cursor:
        cursor.execute(ROLE_SQL, [GUARDED_TABLE])
        is_superuser, bypasses, owns = cursor.fetchone()
    reasons = {
        _("le rôle est superutilisateur"): is_superuser,
        _("le rôle a l’attribut BYPASSRLS"): bypasses,
        _("le rôle possède les tables des dossiers"): owns,
    }
    return [reason for reason, holds in reasons.items() if holds]


@register(Tags.database)
def check_database_role(app_configs, databases, **kwargs) -> list[Error]:
    return [
        Error(
            _("DATABASE_URL : %(reason)s ; le portail doit se connecter en portal_app.")
            % {"reason": reason},
            id="security.E001",
        )
        for alias in databases or []
        for reason in role_findings(connections[alias])
    ]


def _refuse(sender, connection, **kwargs) -> None:
    if reasons := role_findings(connection):
        connection.close()
        raise BypassingRoleError(
            "Rôle de base de données refusé : " + ", ".join(reasons)
        )


def guard_connections() -> None:
    """Called by web and worker at start: every connection they open is checked."""
    connection_created.connect(_refuse, dispatch_uid="bypassing-role")
