"""Sealing: every minute, what was written since the last seal."""

from hashlib import sha256

from django.db import connection, transaction
from django.utils import timezone

from spip_portal.journal import lines, signing
from spip_portal.journal.merkle import Tree, canonical, root_of
from spip_portal.journal.models import Seal, SealPart

LOCK = 0x5EA1
NO_SEAL = "0" * 64


@transaction.atomic
def seal_new_lines() -> Seal | None:
    """Seal the lines whose transaction is surely over; None when there are none, or
    when another process is at it. A line that is committed late has a transaction that
    was still open: it stays above the bound, and is for a later seal."""
    if not is_only_sealer():
        return None
    signer = signing.current()
    signing.registered(signer)
    last = Seal.objects.newest()
    since, below = (last.below_xact if last else 0), bound()
    trees: dict[str, Tree] = {}
    ids = [0, 0]
    for row in lines.between(since, below):
        trees.setdefault(row[-1], Tree()).add(lines.canonical_line(row))
        number = row[lines.ID]
        ids = [min(ids[0] or number, number), max(ids[1], number)]
    if not trees:
        return None
    parts = [
        SealPart(month=month, count=tree.count, root=tree.root)
        for month, tree in sorted(trees.items())
    ]
    seal = Seal(
        number=last.number + 1 if last else 1,
        from_xact=since,
        below_xact=below,
        first_line=ids[0],
        last_line=ids[1],
        count=sum(part.count for part in parts),
        root=root_of([part.statement for part in parts]),
        previous=fingerprint(last) if last else NO_SEAL,
        key_id=signer.key_id,
        sealed_at=timezone.now(),
    )
    seal.signature = signer.sign(signing.SEAL, seal.statement)
    seal.save(force_insert=True)
    for part in parts:
        part.seal = seal
    SealPart.objects.bulk_create(parts)
    return seal


def fingerprint(seal: Seal) -> str:
    """What the next seal, and the daily mail, say of this one."""
    return sha256(canonical(seal.statement)).hexdigest()


def is_only_sealer() -> bool:
    """Until the end of this transaction."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_xact_lock(%s)", [LOCK])
        return cursor.fetchone()[0]


def bound() -> int:
    """Every transaction below it is over."""
    with connection.cursor() as cursor:
        cursor.execute("select app.journal_bound()")
        return cursor.fetchone()[0]
