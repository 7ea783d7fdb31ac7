"""The usual mail: whom to call fits who receives it."""

from datetime import timedelta

import pytest

from spip_portal.accounts.enums import Role
from spip_portal.accounts.models import Spip
from spip_portal.outbox.models import Message
from spip_portal.outbox.notices import Notice, send_notice
from spip_portal.security.dates import today
from tests.accounts.factories import agent
from tests.partners.factories import MembershipFactory

pytestmark = pytest.mark.django_db
CALL_THE_SERVICE = "Appelez votre interlocuteur habituel au service"
ASK_WITHIN = "Voyez avec la direction de votre service"


def text_to(address: str, **notice) -> str:
    words = {"subject": "Un document vous attend", "paragraphs": ["…"], "why": "essai."}
    message = send_notice(key="essai", to=address, notice=Notice(**words | notice))
    campaign = Message.objects.select_related("campaign").get(pk=message.pk).campaign
    for text in (campaign.text, campaign.html):
        assert (CALL_THE_SERVICE in text, ASK_WITHIN in text) == (
            CALL_THE_SERVICE in campaign.text,
            ASK_WITHIN in campaign.text,
        )
    return campaign.text


def test_a_partner_calls_the_service():
    text = text_to(MembershipFactory().user.email)
    assert CALL_THE_SERVICE in text
    assert ASK_WITHIN not in text


@pytest.mark.parametrize("to", ["agent", "mailbox"])
def test_the_service_is_not_told_to_call_itself(to):
    cpip = agent(Role.CPIP)
    Spip.objects.filter(pk=cpip.spip.pk).update(email="spip@example.org")
    text = text_to(cpip.email if to == "agent" else "spip@example.org")
    assert ASK_WITHIN in text
    assert CALL_THE_SERVICE not in text


def test_who_has_left_the_service_calls_it_like_anybody():
    cpip = agent(Role.CPIP)
    ended = today() - timedelta(days=1)
    cpip.postings.update(starts_on=ended, ends_on=ended)
    assert CALL_THE_SERVICE in text_to(cpip.email)


def test_a_mail_may_name_somebody_else_to_call():
    text = text_to(agent(Role.CPIP).email, contact="Appelez la permanence.")
    assert "Appelez la permanence." in text
    assert ASK_WITHIN not in text
