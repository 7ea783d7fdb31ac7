"""Recompute every seal from the lines, in one reading of the journal."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from django.db.models import Prefetch
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from spip_portal.journal import lines, signing
from spip_portal.journal.merkle import Tree, root_of
from spip_portal.journal.models import Retirement, Seal, SealPart
from spip_portal.journal.sealing import NO_SEAL, fingerprint
from spip_portal.ui.templatetags.portal import long_datetime

BATCH = 2_000


@dataclass
class Report:
    seals: int = 0
    lines: int = 0
    waiting: int = 0  # lines that no seal covers yet
    retired: int = 0  # months
    problems: list[str] = field(default_factory=list)
    is_anchor_found: bool = False

    @property
    def is_clean(self) -> bool:
        return not self.problems


def verify(*, pinned: Iterable[str] = (), anchor: str = "") -> Report:
    """`pinned`: public keys to believe instead of that of the settings. `anchor`: the
    fingerprint of a seal, as a mail gave it once, which the chain must hold."""
    report = Report()
    trusted = signing.trusted_keys(pinned)
    months = _retired_months(trusted, report)
    found = _Lines()
    before: Seal | None = None
    for seal in _seals():
        _check_chain(before, seal, trusted, report)
        trees = found.take(seal.from_xact, seal.below_xact)
        _check_lines(seal, trees, months, report)
        report.is_anchor_found |= bool(anchor) and fingerprint(seal) == anchor
        report.seals += 1
        before = seal
    report.waiting = found.skip_rest()
    report.lines = found.count
    _check_retired(months, report)
    if anchor and not report.is_anchor_found:
        report.problems.append(
            _(
                "Aucun sceau n’a l’empreinte donnée : la fin de la chaîne a été "
                "retirée, ou la chaîne entière refaite."
            )
        )
    return report


def _seals() -> Iterator[Seal]:
    parts = Prefetch("parts", SealPart.objects.order_by("month"))
    rows = Seal.objects.order_by("number").prefetch_related(parts)
    return rows.iterator(chunk_size=BATCH)


class _Lines:
    """The lines, taken once, by the bounds of one seal after the other."""

    def __init__(self) -> None:
        self.count = 0
        self._rows = lines.between()
        self._next = next(self._rows, None)

    def take(self, since: int, below: int) -> dict[str, Tree]:
        """A tree for each month; lines before `since` are in a gap of the chain."""
        trees: dict[str, Tree] = {}
        row = self._next
        while row is not None and row[lines.XACT] < below:
            if row[lines.XACT] >= since:
                tree = trees.get(row[-1])
                if tree is None:
                    tree = trees[row[-1]] = Tree()
                tree.add(lines.canonical_line(row))
            self.count += 1
            row = next(self._rows, None)
        self._next = row
        return trees

    def skip_rest(self) -> int:
        rest = sum(1 for _row in self._rows) + (self._next is not None)
        self.count += rest
        return rest


# -- The chain -------------------------------------------------------------------------


def _check_chain(
    before: Seal | None, seal: Seal, trusted: dict[str, str], report: Report
) -> None:
    due = before.number + 1 if before else 1
    if seal.number != due:
        report.problems.append(
            _("Chaîne coupée : le sceau n° %(due)s manque (après lui, le n° %(next)s).")
            % {"due": due, "next": seal.number}
        )
    else:
        expected = fingerprint(before) if before else NO_SEAL
        since = before.below_xact if before else 0
        if seal.previous != expected or seal.from_xact != since:
            report.problems.append(
                _("Chaîne coupée : %(seal)s ne suit pas le précédent.")
                % {"seal": _named(seal)}
            )
    public_key = trusted.get(seal.key_id)
    if public_key is None:
        report.problems.append(
            _("Sceau d’une clef inconnue (%(key)s) : %(seal)s.")
            % {"key": seal.key_id, "seal": _named(seal)}
        )
    elif not signing.is_signed(
        public_key, seal.signature, signing.SEAL, seal.statement
    ):
        report.problems.append(
            _("Sceau falsifié, sa signature ne vaut rien : %(seal)s.")
            % {"seal": _named(seal)}
        )


def _named(seal: Seal) -> str:
    return _("sceau n° %(number)s (%(when)s, lignes %(first)s à %(last)s)") % {
        "number": seal.number,
        "when": long_datetime(seal.sealed_at),
        "first": seal.first_line,
        "last": seal.last_line,
    }


# -- The lines under one seal ----------------------------------------------------------


def _check_lines(
    seal: Seal,
    trees: dict[str, Tree],
    months: dict[str, "_RetiredMonth"],
    report: Report,
) -> None:
    parts = list(seal.parts.all())
    if root_of([part.statement for part in parts]) != seal.root:
        report.problems.append(
            _("Sceau falsifié, ses parts ne sont pas les siennes : %(seal)s.")
            % {"seal": _named(seal)}
        )
    for part in parts:
        tree = trees.pop(part.month, None)
        if part.month in months:
            months[part.month].add(part)
            if tree is None:
                continue
        problem = _compared(part, tree or Tree())
        if problem:
            report.problems.append(f"{problem} : {_named(seal)}.")
    for month, tree in trees.items():
        added = _added(tree.count)
        report.problems.append(f"{added} ({month}) : {_named(seal)}.")


def _compared(part: SealPart, tree: Tree) -> str:
    """What is wrong, in words; empty when nothing is."""
    if tree.count < part.count:
        missing = part.count - tree.count
        return ngettext(
            "%(count)s ligne manque", "%(count)s lignes manquent", missing
        ) % {"count": missing}
    if tree.count > part.count:
        return _added(tree.count - part.count)
    if tree.root != part.root:
        return _("Une ligne au moins a été changée")
    return ""


def _added(count: int) -> str:
    return ngettext(
        "%(count)s ligne a été ajoutée", "%(count)s lignes ont été ajoutées", count
    ) % {"count": count}


# -- The months that are gone ----------------------------------------------------------


class _RetiredMonth:
    def __init__(self, retirement: Retirement) -> None:
        self.retirement = retirement
        self.count = 0
        self.parts = Tree()

    def add(self, part: SealPart) -> None:
        self.count += part.count
        self.parts.add(bytes.fromhex(part.root))

    @property
    def is_whole(self) -> bool:
        held = self.retirement
        return (self.count, self.parts.root) == (held.count, held.root)


def _retired_months(trusted: dict[str, str], report: Report) -> dict:
    months = {}
    for retirement in Retirement.objects.order_by("month"):
        public_key = trusted.get(retirement.key_id, "")
        if signing.is_signed(
            public_key, retirement.signature, signing.RETIREMENT, retirement.statement
        ):
            months[retirement.month] = _RetiredMonth(retirement)
        else:
            report.problems.append(
                _("Retrait falsifié, de signature sans valeur : le mois %(month)s.")
                % {"month": retirement.month}
            )
    report.retired = len(months)
    return months


def _check_retired(months: dict[str, _RetiredMonth], report: Report) -> None:
    report.problems += [
        _("Le mois retiré %(month)s ne répond pas à ses sceaux.") % {"month": month}
        for month, retired in months.items()
        if not retired.is_whole
    ]
