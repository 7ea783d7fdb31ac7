"""SECURITY 8: a share forged with another case's id, or with parts that do not belong
together, is refused by the database itself, whoever writes it."""

import pytest
from django.db import Error, IntegrityError, transaction

from cases.models import ShareRecipient
from partners.models import AgreementParty
from spip_portal.security.actor import actor
from tests.cases.factories import (
    CaseFactory,
    DocumentFactory,
    MeasureFactory,
    ShareFactory,
    recipient_row,
    shared,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def row():
    return shared()


@pytest.fixture
def foreign(row):
    """A document of another case that the same CPIP follows."""
    return DocumentFactory(case=CaseFactory(referent=row.share.created_by))


@pytest.mark.parametrize("said", ["the case of the share", "the case of the document"])
def test_a_document_of_another_case_is_refused(row, foreign, said):
    case = row.case if said == "the case of the share" else foreign.case
    with pytest.raises(IntegrityError, match="foreign key"), transaction.atomic():
        recipient_row(row.share, foreign, row.membership, case=case)


def test_it_is_refused_to_the_application_too(row, foreign):
    """To the CPIP who follows both cases, and to whom nothing is hidden."""
    for case in (row.case, foreign.case):
        with actor(row.share.created_by), pytest.raises(Error), transaction.atomic():
            ShareRecipient.history.create(
                share=row.share,
                case=case,
                content_object=foreign,
                permission=row.permission,
                user=row.user,
                membership=row.membership,
                partnership=row.partnership,
                agreement=row.agreement,
            )


def test_a_share_on_a_case_that_one_does_not_follow_is_refused(row):
    """With one's own name under it."""
    other = MeasureFactory()
    forged = ShareFactory.build(
        case=other.case,
        measure=other,
        legal_basis=row.share.legal_basis,
        created_by=row.share.created_by,
    )
    with actor(row.share.created_by), pytest.raises(Error, match="row-level security"):
        with transaction.atomic():
            forged.save(force_insert=True)


@pytest.mark.parametrize("part", ["partnership", "agreement", "membership"])
def test_a_recipient_made_of_parts_that_do_not_belong_together_is_refused(row, part):
    other = shared()
    share = ShareFactory(case=row.case)
    with pytest.raises(IntegrityError), transaction.atomic():
        recipient_row(
            share, row.content_object, row.membership, **{part: getattr(other, part)}
        )


def test_an_agreement_that_the_structure_did_not_sign_carries_no_share(row):
    AgreementParty.objects.filter(agreement=row.agreement).delete()
    with pytest.raises(IntegrityError), transaction.atomic():
        recipient_row(
            ShareFactory(case=row.case),
            row.content_object,
            row.membership,
            agreement=row.agreement,
        )
