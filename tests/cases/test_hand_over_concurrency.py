"""A case changes hands once, however many give it at the same moment."""

from contextlib import suppress
from functools import partial

import pytest
from django.core.exceptions import PermissionDenied

from cases.models import Case, Transfer
from cases.services.assignments import hand_over
from spip_portal.accounts.enums import Role
from spip_portal.accounts.models import User
from spip_portal.security.actor import actor
from tests.accounts.factories import agent
from tests.cases.factories import CaseFactory
from tests.conftest import as_owner
from tests.outbox.test_concurrency import in_threads

pytestmark = pytest.mark.usefixtures("committed_database")


def test_who_has_given_a_case_away_gives_it_no_more():
    with as_owner():
        case = CaseFactory()
        heirs = [agent(Role.CPIP, case.spip) for _ in range(6)]
    in_threads(*(partial(_give, case.referent, case, heir) for heir in heirs))
    with as_owner():
        transfer = Transfer.objects.get()
        assert Case.objects.get().referent == transfer.referent


def _give(by: User, case: Case, heir: User) -> None:
    with suppress(PermissionDenied), actor(by):
        hand_over(by=by, cases=[case], to=heir)
