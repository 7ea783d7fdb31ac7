"""A month of the journal ends: its partition is dropped, its roots and seals stay."""

from datetime import date

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from spip_portal.journal import lines, signing
from spip_portal.journal.merkle import Tree
from spip_portal.journal.models import Retirement, Seal, SealPart, Verb
from spip_portal.journal.services import record
from spip_portal.security.dates import today

USUAL, LONGEST = 12, 36  # months
PARTITIONS = """
select to_char(to_date(right(relname, 7), 'YYYY_MM'), 'YYYY-MM')
  from pg_inherits join pg_class on pg_class.oid = inhrelid
 where inhparent = 'journal_entry'::regclass order by 1
"""


class RetirementError(Exception):
    """A month may not go: what is left of it would not say what it held."""


def months() -> list[str]:
    """Those that have a partition, the oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(PARTITIONS)
        return [month for (month,) in cursor.fetchall()]


def past_retention(*, kept_months: int) -> list[str]:
    """Months whose last day is `kept_months` ago or more."""
    now = today()
    return [month for month in months() if _age(month, now) > kept_months]


def _age(month: str, now: date) -> int:
    year, number = map(int, month.split("-"))
    return (now.year - year) * 12 + now.month - number


@transaction.atomic
def retire(*, month: str, kept_months: int = USUAL, reason: str = "") -> Retirement:
    """Drop a month that its seals answer for, leaving a signed row with its root and
    count, and a line that says it in the journal, sealed as any other. Only the owner
    of the tables can."""
    if not USUAL <= kept_months <= LONGEST:
        raise RetirementError(_("La conservation va de 12 à 36 mois."))
    if kept_months > USUAL and not reason:
        raise RetirementError(_("Au-delà de 12 mois, la conservation veut un motif."))
    if month not in past_retention(kept_months=kept_months):
        raise RetirementError(
            _("Le mois %(month)s n’est pas au terme de sa conservation.")
            % {"month": month}
        )
    signer = signing.current()
    signing.registered(signer)
    count, root = _sum_of(month)
    retirement = Retirement(
        month=month,
        count=count,
        root=root,
        kept_months=kept_months,
        reason=reason,
        retired_at=timezone.now(),
        key_id=signer.key_id,
    )
    retirement.signature = signer.sign(signing.RETIREMENT, retirement.statement)
    retirement.save(force_insert=True)
    with connection.cursor() as cursor:
        cursor.execute(f'drop table "journal_entry_{month.replace("-", "_")}"')
    record(
        actor=None,
        verb=Verb.ERASE,
        object_kind="journal",
        count=count,
        motive=f"{month}, {kept_months} mois, racine {root} {reason}".strip(),
    )
    return retirement


def _sum_of(month: str) -> tuple[int, str]:
    """Count and root of the month, checked against the seals one by one."""
    parts = SealPart.objects.filter(month=month).select_related("seal")
    last = Seal.objects.newest()
    sealed_below = last.below_xact if last else 0
    rows = lines.between(0, sealed_below, month=month)
    row = next(rows, None)
    whole, count = Tree(), 0
    for part in parts.order_by("seal__number"):
        tree = Tree()
        while row is not None and row[lines.XACT] < part.seal.below_xact:
            tree.add(lines.canonical_line(row))
            row = next(rows, None)
        if (tree.count, tree.root) != (part.count, part.root):
            raise RetirementError(
                _("Le mois %(month)s ne répond pas à ses sceaux : verify_journal.")
                % {"month": month}
            )
        whole.add(bytes.fromhex(part.root))
        count += part.count
    if row is not None or next(lines.between(sealed_below, month=month), None):
        raise RetirementError(
            _("Le mois %(month)s a des lignes qui ne sont pas scellées.")
            % {"month": month}
        )
    return count, whole.root
