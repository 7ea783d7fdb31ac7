"""The PDFs that a convention or an action offers, each inspected and clean."""

import factory
from factory.django import DjangoModelFactory

from partners.models import ActionDocument, AgreementAnnex
from tests.accounts.factories import UserFactory
from tests.partners.factories import AgreementFactory, CollectiveActionFactory
from tests.vault.factories import stored_file


class AttachedPdfFactory(DjangoModelFactory):
    class Meta:
        abstract = True

    file = factory.LazyFunction(stored_file)
    added_by = factory.SubFactory(UserFactory)


class AgreementAnnexFactory(AttachedPdfFactory):
    """For the parties only; `public=True`."""

    class Meta:
        model = AgreementAnnex

    agreement = factory.SubFactory(AgreementFactory)
    title = "Texte signé"

    class Params:
        public = factory.Trait(audience=AgreementAnnex.Audience.PUBLIC)


class ActionDocumentFactory(AttachedPdfFactory):
    class Meta:
        model = ActionDocument

    action = factory.SubFactory(CollectiveActionFactory)
    title = "Programme"
