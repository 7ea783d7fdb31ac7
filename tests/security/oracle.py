"""The rule of who sees what, written a third time: plain Python over plain rows."""

from collections.abc import Callable
from datetime import timedelta

from django.utils import timezone

from cases.enums import Sensitivity
from cases.models import (
    AccessRequest,
    Acknowledgement,
    Assignment,
    BrokenGlass,
    CareReport,
    Case,
    Document,
    Incident,
    LiaisonMessage,
    Measure,
    Opening,
    Person,
    Share,
    ShareRecipient,
    Transfer,
)
from partners.models import (
    Agreement,
    AgreementParty,
    Clearance,
    Membership,
    Organisation,
    Partnership,
)
from spip_portal.accounts.enums import Role
from spip_portal.accounts.models import Posting, User
from spip_portal.security.dates import today

# What hangs on a case, and whose it is besides.
OWNERS = {
    "assignment": "user_id",
    "acknowledgement": "user_id",
    "accessrequest": "asked_by_id",
    "carereport": "written_by_id",
    "incident": "reported_by_id",
    "opening": "user_id",
}
HANGING = (
    *(AccessRequest, Acknowledgement, Assignment, BrokenGlass, CareReport),
    *(Incident, LiaisonMessage, Measure, Opening, Person, Transfer),
)


class Oracle:
    """Reads every row once, as the owner, and reasons on them in Python."""

    def __init__(self) -> None:
        self.now, self.today = timezone.now(), today()
        self.users = User.objects.in_bulk()
        self.postings = Posting.objects.in_bulk()
        self.cases = Case.objects.in_bulk()
        self.documents = Document.objects.in_bulk()
        self.hanging = {m._meta.model_name: list(m.objects.all()) for m in HANGING}
        self.assigned = {
            (a.case_id, a.user_id)
            for a in self.hanging["assignment"]
            if a.ended_at is None
        }
        self.broken = {(g.case_id, g.user_id) for g in self.hanging["brokenglass"]}
        self.rows = list(ShareRecipient.history.all())
        self.shares, self.measures = Share.objects.in_bulk(), Measure.objects.in_bulk()
        self.memberships = Membership.objects.in_bulk()
        self.clearances = {c.membership_id: c for c in Clearance.objects.all()}
        self.partnerships = Partnership.objects.in_bulk()
        self.state_services = {
            o.pk for o in Organisation.objects.select_related("kind") if o.kind.is_state
        }
        self.unanswered = {
            o.pk
            for o in Organisation.objects.all()
            if o.reviewed_at <= self.now - timedelta(days=274)
        }
        self.agreements = Agreement.objects.in_bulk()
        parties = AgreementParty.objects.values_list("agreement_id", "organisation_id")
        self.parties = set(parties)

    def posting(self, user: User) -> Posting | None:
        posting = self.postings.get(user.active_posting_id)
        if posting is None or posting.confirmed_at is None:
            return None
        begun = posting.starts_on <= self.today
        over = posting.ends_on is not None and posting.ends_on < self.today
        return posting if begun and not over else None

    def is_shut_out(self, user: User) -> bool:
        closed = user.cases_closed_until
        return not user.is_active or (closed is not None and closed > self.now)

    def is_cpip(self, user: User) -> bool:
        posting = self.posting(user)
        return (
            not self.is_shut_out(user)
            and posting is not None
            and posting.role == Role.CPIP
        )

    def follows(self, user: User, case: Case) -> bool:
        if not self.is_cpip(user) or case.spip_id != self.posting(user).spip_id:
            return False
        return case.referent_id == user.pk or (case.pk, user.pk) in self.assigned

    def manages(self, user: User, case: Case) -> bool:
        posting = self.posting(user)
        return (
            not self.is_shut_out(user)
            and posting is not None
            and posting.role == Role.MANAGER
            and posting.spip_id == case.spip_id
            and case.sensitivity != Sensitivity.RESTRICTED
        )

    def broke_glass(self, user: User, case: Case) -> bool:
        return any(
            glass.case_id == case.pk and self.is_live_glass(user, glass)
            for glass in self.hanging["brokenglass"]
        )

    def is_live_glass(self, user: User, glass: BrokenGlass) -> bool:
        posting, case = self.posting(user), self.cases[glass.case_id]
        return (
            glass.user_id == user.pk
            and glass.ends_at > self.now
            and not self.is_shut_out(user)
            and posting is not None
            and posting.role in {Role.CPIP, Role.MANAGER}
            and posting.spip_id == case.spip_id
            and case.sensitivity != Sensitivity.RESTRICTED
        )

    def reads(self, user: User, case: Case) -> bool:
        return self.follows(user, case) or self.broke_glass(user, case)

    def is_live(self, row: ShareRecipient) -> bool:
        share, clearance = self.shares[row.share_id], self.clearances[row.membership_id]
        partnership = self.partnerships[row.partnership_id]
        agreement = self.agreements[row.agreement_id]
        measure = self.measures[share.measure_id]
        reasons_to_refuse = [
            share.revoked_at is not None,
            self.cases[row.case_id].sensitivity == Sensitivity.MINOR,
            share.needs_countersignature and share.countersigned_at is None,
            share.starts_at > self.now,
            share.ends_at <= self.now,
            measure.ends_on is not None and measure.ends_on < self.today,
            self.memberships[row.membership_id].ended_at is not None,
            clearance.designated_at is None,
            clearance.suspended_at is not None,
            partnership.state != "validated",
            partnership.art46_confirmed_at is None,
            partnership.organisation_id in self.state_services,
            partnership.organisation_id in self.unanswered,
            partnership.art46_category in {"", "other"},
            (agreement.pk, partnership.organisation_id) not in self.parties,
            agreement.signed_on is None,
            agreement.starts_on > self.today,
            agreement.ends_on < self.today,
            agreement.denounced_on is not None and agreement.denounced_on <= self.today,
        ]
        return not any(reasons_to_refuse)

    def is_waiting_for(self, user: User, share: Share) -> bool:
        """A share that `user` may countersign: neither their own nor of a case that
        they opened by broken glass."""
        return (
            self.may_know_of(user, share)
            and share.countersigned_at is None
            and share.revoked_at is None
            and share.ends_at > self.now
            and share.created_by_id != user.pk
            and (share.case_id, user.pk) not in self.broken
        )

    def may_know_of(self, user: User, share: Share) -> bool:
        case = self.cases[share.case_id]
        return share.needs_countersignature and self.manages(user, case)

    def live_rows_of(self, user: User) -> list[ShareRecipient]:
        if not self.is_partner(user):
            return []
        return [
            row for row in self.rows if row.user_id == user.pk and self.is_live(row)
        ]

    def is_partner(self, user: User) -> bool:
        return not self.is_shut_out(user) and self.posting(user) is None

    def has_part(self, user: User, share: Share) -> bool:
        if self.follows(user, self.cases[share.case_id]):
            return True
        return self.is_partner(user) and user.pk in self.named_on(share)

    def named_on(self, share: Share) -> set[int]:
        rows = (row for row in self.rows if row.share_id == share.pk)
        return {row.user_id for row in rows if self.is_live(row)}

    def readers_of(self, share: Share) -> set[int]:
        """Of its messages. Those who can act as a CPIP count, whatever they act as
        now."""
        case = self.cases[share.case_id]
        following = {case.referent_id} | {
            user for case_id, user in self.assigned if case_id == case.pk
        }
        cpips = {
            posting.user_id
            for posting in self.postings.values()
            if posting.role == Role.CPIP
            and posting.spip_id == case.spip_id
            and posting.confirmed_at is not None
            and posting.starts_on <= self.today
            and (posting.ends_on is None or posting.ends_on >= self.today)
        }
        people = (following & cpips) | self.named_on(share)
        return {pk for pk in people if self.users[pk].is_active}

    def cases_of(self, user: User) -> set[int]:
        return self._cases(self.reads, user) | self._cases(self.manages, user)

    def documents_of(self, user: User) -> set[int]:
        waiting = {
            pk for pk, share in self.shares.items() if self.is_waiting_for(user, share)
        }
        return (
            {
                pk
                for pk, document in self.documents.items()
                if self.reads(user, self.cases[document.case_id])
            }
            | {row.content_object_id for row in self.live_rows_of(user)}
            | {row.content_object_id for row in self.rows if row.share_id in waiting}
        )

    def rows_of(self, user: User) -> dict[str, set[int]]:
        """Whatever the database gives them, table by table."""
        live = self.live_rows_of(user)
        follows, on_cases = self._cases(self.follows, user), self.cases_of(user)
        manages = self._cases(self.manages, user)
        known = {
            pk
            for pk, share in self.shares.items()
            if share.case_id in follows or self.may_know_of(user, share)
        }
        shared = {row.case_id for row in live}
        partner = user.pk if self.is_partner(user) else None
        named = {row.pk for row in self.rows if row.share_id in known}
        return {
            "case": on_cases | shared,
            "document": self.documents_of(user),
            "measure": self._on("measure", on_cases | shared),
            "person": self._on("person", follows),
            "transfer": self._on("transfer", follows | manages),
            "assignment": self._on("assignment", follows | manages)
            | self._of("assignment", user.pk if self.is_cpip(user) else None),
            "brokenglass": self._on("brokenglass", follows | manages)
            | {
                g.pk for g in self.hanging["brokenglass"] if self.is_live_glass(user, g)
            },
            "share": known | {row.share_id for row in live},
            "sharerecipient": named | {row.pk for row in live},
            "acknowledgement": self._on("acknowledgement", follows)
            | self._of("acknowledgement", partner),
            "accessrequest": self._on("accessrequest", follows)
            | self._of("accessrequest", partner),
            "carereport": self._on("carereport", follows)
            | self._of("carereport", partner),
            "incident": self._on("incident", follows | manages)
            | self._of("incident", partner),
            "liaisonmessage": {
                message.pk
                for message in self.hanging["liaisonmessage"]
                if self.has_part(user, self.shares[message.share_id])
            },
            "opening": self._of("opening", user.pk),
        }

    def rows_of_a_job(self) -> dict[str, set[int]]:
        """What the reminders read."""
        whole = {"case": self.cases, "document": self.documents, "share": self.shares}
        sets = {name: set(rows) for name, rows in whole.items()}
        sets |= {name: {row.pk for row in rows} for name, rows in self.hanging.items()}
        sets["sharerecipient"] = {row.pk for row in self.rows}
        closed = ("person", "transfer", "assignment", "brokenglass", "opening")
        return sets | {name: set() for name in (*closed, "acknowledgement")}

    def _cases(self, rule: Callable, user: User) -> set[int]:
        return {pk for pk, case in self.cases.items() if rule(user, case)}

    def _on(self, name: str, cases: set[int]) -> set[int]:
        return {row.pk for row in self.hanging[name] if row.case_id in cases}

    def _of(self, name: str, user_id: int | None) -> set[int]:
        owner = OWNERS[name]
        return {row.pk for row in self.hanging[name] if getattr(row, owner) == user_id}
