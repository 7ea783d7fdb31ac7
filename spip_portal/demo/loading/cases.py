"""The cases, each written by the CPIP who follows it, in that person's name: row-level
security applies to the demo too.

Opening, and what is decided today, goes through the services. What is said to be older
(documents, past shares and their readings) is written as rows: a service dates from now
and writes to people.
"""

import re
import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import dates, translation

from cases.enums import DocumentKind, InformedHow, MeasureKind, Milieu, Sensitivity
from cases.identity import Identity
from cases.models import (
    Assignment,
    BrokenGlass,
    Case,
    Document,
    LegalBasis,
    Measure,
    Rules,
    Share,
)
from cases.services import broken_glass, identities, sharing
from cases.services import cases as case_services
from cases.services.rules import CATEGORIES, decide_rules
from partners.clearance import Candidate, candidates
from partners.models import Agreement, Membership
from spip_portal.accounts.models import User
from spip_portal.demo.loading import exchanges, paper, people, source
from spip_portal.demo.loading.noting import note
from spip_portal.journal.models import Verb
from spip_portal.security.actor import SystemActor, actor
from spip_portal.security.dates import end_of_day, start_of_day
from spip_portal.vault import services as vault

COURT = "Tribunal judiciaire de Valornel"
BORN = re.compile(r"le (\d+)(?:er)? (\S+) (\d{4})")
SENSITIVITIES = {
    "minor": Sensitivity.MINOR,
    "restricted": Sensitivity.RESTRICTED,
}
# The rank of a person among the rows of a case makes the identifier of each share, so
# that a share decided by the service is found again.
SHARES = uuid.UUID("6f1b2f4e-8f0c-4c53-9a55-0d5c6b6c7a11")


@dataclass(frozen=True)
class Opened:
    """A case and what its row of the data file names by rank."""

    case: Case
    measure: Measure
    by: User
    documents: list[Document]


def load() -> None:
    with actor(SystemActor.DEMO):
        _load_legal_bases()
        _load_rules()
    offences = source.read("offences")
    for row in source.read("cases")["case"]:
        _load_case(row, offences[row["offence"]])
        if "opened" in row:
            _break_glass(row["reference"], row["opened"])
        for rank, share in enumerate(row.get("shares", [])):
            exchanges.load(_share_uuid(row["reference"], rank), share)


def _load_legal_bases() -> None:
    for row in source.read("spips")["legal_basis"]:
        spip = people.spip_of(row["spip"])
        LegalBasis.objects.get_or_create(spip=spip, label=row["label"])


def _load_rules() -> None:
    """Each a version of its own, decided in the order of the file."""
    for based_on, row in enumerate(source.read("spips")["sharing_rules"]):
        by = people.named(row["by"])
        rules = Rules.of(by.spip)
        if (rules.version.number if rules.version else 0) == based_on:
            decide_rules(
                by=by,
                based_on=based_on,
                measure_kind=row["measure"],
                outcomes={
                    (DocumentKind.JUDGMENT, category): row["judgment"]
                    for category in CATEGORIES
                },
                days_after_measure=0,
                purpose_after_measure="",
            )


def _load_case(row: dict, offence: dict) -> None:
    """One case, whole or not at all."""
    by = people.named(row["cpip"])
    with actor(by):
        if Case.objects.followed_by(by).filter(reference=row["reference"]).exists():
            return
        first, *others = [_measure(measure) for measure in row["measures"]]
        case = identities.open_case_of(
            by=by,
            identity=_identity(row) if row.get("is_named") else None,
            reference=row["reference"],
            antenne=by.posting.antenne,
            measure=first,
            **_situation(row),
        )
        for measure in others:
            case_services.add_measure(by=by, case=case, measure=measure)
        _date_case(case, first)
        for name in row.get("also_followed_by", []):
            Assignment.objects.create(case=case, user=people.named(name), added_by=by)
        documents: list[Document] = []
        for text in row["documents"]:
            document = _document(text, case, first, row, offence, before=documents)
            documents.append(document)
        vault.inspect_waiting()
        opened = Opened(case, first, by, documents)
        for rank, share in enumerate(row.get("shares", [])):
            _share(opened, rank, share)


def _break_glass(reference: str, row: dict) -> None:
    """By the service: its mail to the direction waits in the demo's mailbox."""
    by = people.named(row["by"])
    with actor(people.named("direction")):
        if BrokenGlass.objects.filter(case__reference=reference).exists():
            return
    with actor(by):
        broken_glass.break_glass(
            by=by, reference=reference, motive=row["why"], hours=row["hours"]
        )


def _identity(row: dict) -> Identity:
    """« Kevin Marchal, né le 14 mars 1991 à Valornel », as the papers say it."""
    name, _comma, born = row["person"].partition(", ")
    first_name, _space, last_name = name.partition(" ")
    day, month, year = BORN.search(born).groups()
    months = [dates.MONTHS[number] for number in range(1, 13)]
    with translation.override("fr"):
        number = [str(each).lower() for each in months].index(month) + 1
    return Identity(last_name, first_name, date(int(year), number, int(day)))


def _situation(row: dict) -> dict:
    """How secret the case is, and where the person is; most are in the open."""
    level = SENSITIVITIES.get(row.get("sensitivity", ""), Sensitivity.NORMAL)
    if "prison" not in row:
        return {"sensitivity": level}
    known = {"release_unknown": row.get("release_unknown", "")}
    if "release" in row:
        known["release_on"] = source.day(row["release"])
    known |= {"milieu": Milieu.CLOSED, "prison": row["prison"], "sensitivity": level}
    return known


def _measure(row: dict) -> Measure:
    ends_on = None
    if "last_day" in row:
        ends_on = source.day(row["last_day"])
    elif "ends" in row:
        ends_on = source.month_end(row["ends"])
    return Measure(
        kind=MeasureKind(row["kind"]),
        ordered_by=row["by"],
        court=COURT,
        starts_on=source.month_start(row["starts"]),
        ends_on=ends_on,
        obligations=row.get("obligations", []),
    )


def _date_case(case: Case, measure: Measure) -> None:
    opened_at = start_of_day(measure.starts_on) + timedelta(hours=10)
    Case.objects.filter(pk=case.pk).update(opened_at=opened_at)
    case.refresh_from_db()


def _document(
    text: str,
    case: Case,
    measure: Measure,
    row: dict,
    offence: dict,
    *,
    before: list[Document],
) -> Document:
    """« judgment:-58 », « judgment:-2:refused » for one that the vault refuses, or
    « note:-5:replaces:0 » for a new version of the first."""
    name, days, *fate = text.split(":")
    kind, dated_on = DocumentKind(name), source.moment(int(days)).date()
    content = paper.make(
        kind,
        person=row["person"],
        offence=offence,
        reference=case.reference,
        measure=measure,
        dated_on=dated_on,
    )
    document = Document.objects.create(
        case=case,
        kind=kind,
        dated_on=dated_on,
        court=paper.AUTHORS[kind],
        file=vault.store(
            content=paper.locked(content) if fate == ["refused"] else content
        ),
        replaces=before[int(fate[1])] if "replaces" in fate else None,
        added_by=case.referent,
        added_at=source.moment(int(days) + 1, "11:20"),
    )
    _note(case.referent, Verb.CREATE, document.added_at, document)
    return document


# -- Shares ----------------------------------------------------------------------------


def _share(opened: Opened, rank: int, row: dict) -> None:
    documents = _fresh(opened, row["documents"])
    recipients = [_candidate(opened, name) for name in row["to"]]
    state = row.get("state", "live")
    if state == "fresh":
        _decide_now(opened, rank, row, documents, recipients)
        return
    share = _past_share(opened, rank, row, recipients)
    sharing.name_recipients(share, documents, recipients)
    _note_share(share, documents, row)


def _fresh(opened: Opened, ranks: list[int]) -> list[Document]:
    """As inspection left them."""
    chosen = [opened.documents[rank].pk for rank in ranks]
    return list(Document.objects.select_related("file").filter(pk__in=chosen))


def _candidate(opened: Opened, name: str) -> Candidate:
    """What the right of this person rests, or rested, on."""
    spip, user = opened.case.spip, people.named(name)
    for candidate in candidates(spip):
        if candidate.membership.user_id == user.pk and candidate.agreement:
            return candidate
    membership = Membership.objects.live().get(user=user)
    partnership = membership.organisation.partnerships.get(spip=spip)
    agreement = Agreement.objects.filter(
        spip=spip, organisations=membership.organisation
    ).latest("ends_on")
    return Candidate(membership, partnership, agreement, "")


def _legal_basis(opened: Opened, row: dict) -> LegalBasis:
    return list(LegalBasis.objects.offered_in(opened.case.spip))[row["basis"]]


def _decide_now(
    opened: Opened,
    rank: int,
    row: dict,
    documents: list[Document],
    recipients: list[Candidate],
) -> None:
    """By the service: its mail waits in the demo's mailbox."""
    sharing.share_documents(
        by=opened.by,
        case=opened.case,
        documents=documents,
        candidates=recipients,
        measure=opened.measure,
        purpose=row["why"],
        legal_basis=_legal_basis(opened, row),
        ends_on=sharing.latest_end(opened.measure, recipients).day,
        informed_on=source.day(-1),
        informed_how=InformedHow.ORAL,
        key=_share_uuid(opened.case.reference, rank),
    )


def _share_uuid(reference: str, rank: int) -> uuid.UUID:
    return uuid.uuid5(SHARES, f"{reference}/{rank}")


def _past_share(
    opened: Opened, rank: int, row: dict, recipients: list[Candidate]
) -> Share:
    since = source.moment(row["since"], "15:40")
    last_day = sharing.latest_end(opened.measure, recipients).day
    if "until" in row:
        last_day = source.day(row["until"])
    last_day = min(last_day, sharing.twelve_months_from(since.date()))
    is_revoked = "revoked" in row
    return Share.objects.create(
        uuid=_share_uuid(opened.case.reference, rank),
        case=opened.case,
        measure=opened.measure,
        purpose=row["why"],
        legal_basis=_legal_basis(opened, row),
        informed_on=since.date(),
        informed_how=InformedHow.ORAL,
        created_by=opened.by,
        created_at=since,
        starts_at=since,
        ends_at=end_of_day(last_day),
        revoked_at=source.moment(row["revoked"], "9:15") if is_revoked else None,
        revoked_by=opened.by if is_revoked else None,
        revocation_reason=row.get("reason", ""),
    )


# -- The journal of what is said to be older -------------------------------------------


def _note_share(share: Share, documents: list[Document], row: dict) -> None:
    for document in documents:
        _note(share.created_by, Verb.SHARE, share.starts_at, document, share)
    for days, name in enumerate(row.get("read_by", []), 1):
        read_at = share.starts_at + timedelta(days=days, minutes=17 * days)
        for document in documents:
            _note(people.named(name), Verb.READ, read_at, document, share)
    if share.revoked_at:
        _note(share.created_by, Verb.REVOKE, share.revoked_at, None, share)


def _note(
    who: User,
    verb: Verb,
    at: datetime,
    document: Document | None,
    share: Share | None = None,
) -> None:
    note(
        who,
        verb,
        at,
        spip_id=share.case.spip_id if share else document.case.spip_id,
        kind="document" if document else "partage",
        about=document.uuid if document else share.uuid,
        share=share.uuid if share else None,
        motive=share.purpose if share else "",
    )
