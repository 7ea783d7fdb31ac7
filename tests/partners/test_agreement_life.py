"""What happens to a signed convention: denounced, amended, renewed."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from partners.models import Agreement, Theme
from partners.services import agreements as services
from spip_portal.security.dates import today
from tests.accounts.factories import client_of
from tests.days import from_today
from tests.partners.closed import assert_closed
from tests.partners.conftest import last_mail, mails
from tests.partners.factories import AgreementFactory, MembershipFactory, partner
from tests.partners.pdf_factories import AgreementAnnexFactory

DAY = timedelta(days=1)


@pytest.fixture
def agreement(spip, organisation):
    return AgreementFactory(
        spip=spip, title="Convention du Pont", parties=[organisation], notice_days=90
    )


def page(agreement, act: str = "") -> str:
    return f"/conventions/{agreement.uuid}/" + (f"{act}/" if act else "")


# -- Denounce ------------------------------------------------------------------------


def denounce(user, agreement, **data):
    return client_of(user).post(page(agreement, "denoncer"), data)


def test_a_denunciation_tells_the_referents_of_the_parties(
    agreement, coordinator, referent, member, outsider
):
    on = today() + 100 * DAY
    text = client_of(coordinator).get(page(agreement, "denoncer")).content.decode()
    assert "Avec le préavis, au plus tôt le" in text
    assert denounce(coordinator, agreement, on=on).url == page(agreement)
    agreement.refresh_from_db()
    assert (agreement.denounced_on, agreement.state) == (on, "in_force")
    assert mails() == [(referent.email, "Une convention est dénoncée")]
    assert "Convention du Pont" in last_mail()
    denounce(coordinator, agreement, on=on)
    assert len(mails()) == 1


def test_from_its_date_on_it_opens_no_right(agreement, coordinator):
    denounce(coordinator, agreement, on=today(), is_short="on")
    assert not Agreement.objects.in_force().exists()


@pytest.mark.parametrize(
    ("days", "field", "said"),
    [(-1, "on", "passée"), (366, "on", "suit la fin"), (89, "is_short", "préavis")],
)
def test_a_bad_date_of_effect_is_said_at_its_field(
    agreement, coordinator, days, field, said
):
    response = denounce(coordinator, agreement, on=today() + days * DAY)
    errors = response.context["form"].errors
    assert list(errors) == [field]
    assert said in errors[field][0]
    agreement.refresh_from_db()
    assert agreement.denounced_on is None
    assert mails() == []


def test_a_short_notice_must_be_meant(agreement, coordinator):
    denounce(coordinator, agreement, on=today() + 89 * DAY, is_short="on")
    agreement.refresh_from_db()
    assert agreement.denounced_on == today() + 89 * DAY


@pytest.mark.parametrize("state", ["unsigned", "over", "denounced"])
def test_only_what_runs_is_denounced(spip, coordinator, state):
    agreement = AgreementFactory(spip=spip, **{state: True})
    assert "/denoncer/" not in client_of(coordinator).get(page(agreement)).text
    with pytest.raises(ValidationError):
        services.denounce_agreement(agreement=agreement, by=coordinator, on=today())


# -- Amend ---------------------------------------------------------------------------


def amend(user, agreement, **changes):
    data = {
        "key": uuid4(),
        "signed_on": today(),
        "changes": "Deux places de plus.",
        "ends_on": "",
    }
    return client_of(user).post(page(agreement, "avenant"), data | changes)


def test_an_amendment_moves_the_end_and_stays_as_history(
    agreement, coordinator, referent
):
    before, after, key = agreement.ends_on, agreement.ends_on + 100 * DAY, uuid4()
    for _ in range(2):  # a double click
        response = amend(coordinator, agreement, ends_on=after, key=key)
        assert response.url == page(agreement)
    amendment = agreement.amendments.get()
    assert (amendment.previous_ends_on, amendment.ends_on) == (before, after)
    agreement.refresh_from_db()
    assert agreement.ends_on == after
    text = client_of(referent).get(page(agreement)).text
    assert "Deux places de plus." in text
    assert "fin portée du" in text


def test_an_amendment_may_leave_the_end(agreement, coordinator):
    before = agreement.ends_on
    amend(coordinator, agreement)
    agreement.refresh_from_db()
    assert agreement.ends_on == before
    assert agreement.amendments.get().previous_ends_on is None


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"changes": ""}, "changes", "obligatoire"),
        ({"signed_on": 3 * DAY}, "signed_on", "à venir"),
        ({"signed_on": -31 * DAY}, "signed_on", "précède la signature"),
        ({"ends_on": -31 * DAY}, "ends_on", "précède le début"),
    ],
)
def test_a_bad_amendment_is_said_at_its_field(
    agreement, coordinator, changes, field, said
):
    answer = amend(coordinator, agreement, **from_today(changes))
    errors = answer.context["form"].errors
    assert list(errors) == [field]
    assert said in errors[field][0]
    assert not agreement.amendments.exists()


def test_what_is_not_signed_is_edited_instead(spip, coordinator):
    agreement = AgreementFactory(spip=spip, unsigned=True)
    assert amend(coordinator, agreement).url == page(agreement, "modifier")
    assert not agreement.amendments.exists()


# -- Renew ---------------------------------------------------------------------------


def test_a_renewal_clones_and_both_link_to_each_other(
    spip, organisation, coordinator, referent
):
    second = partner(spip)
    old = AgreementFactory(
        spip=spip,
        parties=[organisation, second],
        signed_on=date(2026, 1, 5),
        starts_on=date(2026, 2, 1),
        ends_on=date(2029, 1, 31),
        objectives="Loger.",
        number="VO-1",
    )
    old.themes.set([Theme.objects.get(code="hebergement")])
    client = client_of(coordinator)
    response = client.post(page(old, "renouveler"))
    new = Agreement.objects.get(renews=old)
    assert response.url == page(new, "modifier")
    assert client.post(page(old, "renouveler")).url == response.url
    assert (new.starts_on, new.ends_on) == (date(2029, 2, 1), date(2032, 1, 31))
    assert (new.state, new.objectives, new.number) == ("unsigned", "Loger.", "")
    leads = {party.organisation: party.is_lead for party in new.parties.all()}
    assert leads == {organisation: True, second: False}
    assert [theme.code for theme in new.themes.all()] == ["hebergement"]
    for user in (coordinator, referent):
        assert page(new) in client_of(user).get(page(old)).text
        assert page(old) in client_of(user).get(page(new)).text
    assert page(old, "renouveler") not in client.get(page(old)).text


@pytest.mark.parametrize(
    ("starts", "ends", "new_end"),
    [
        (date(2026, 1, 1), date(2026, 12, 31), date(2027, 12, 31)),
        (date(2026, 1, 10), date(2026, 3, 20), date(2026, 5, 29)),  # 70 days
        (date(2024, 2, 29), date(2028, 2, 28), date(2032, 2, 28)),
    ],
)
def test_a_renewal_lasts_as_long(spip, coordinator, starts, ends, new_end):
    old = AgreementFactory(spip=spip, signed_on=starts, starts_on=starts, ends_on=ends)
    new = services.renew_agreement(agreement=old, by=coordinator)
    assert (new.starts_on, new.ends_on) == (ends + DAY, new_end)


def test_the_other_one_is_linked_only_for_who_may_read_it(spip, coordinator, outsider):
    old = AgreementFactory(spip=spip, parties=[partner(spip)])
    new = services.renew_agreement(agreement=old, by=coordinator)
    Agreement.objects.filter(pk=new.pk).update(audience="parties")
    assert page(new) not in client_of(outsider).get(page(old)).text


# -- Who -----------------------------------------------------------------------------


def test_only_the_service_acts_on_it(agreement, cpip, referent, other_coordinator):
    others = (cpip, referent, other_coordinator)
    for act in ("denoncer", "avenant"):
        assert_closed(page(agreement, act), *others)
    assert_closed(page(agreement, "renouveler"), *others, methods=("post",))
    for user in others:
        with pytest.raises(PermissionDenied):
            services.denounce_agreement(agreement=agreement, by=user, on=today())
        with pytest.raises(PermissionDenied):
            services.amend_agreement(
                agreement=agreement, by=user, signed_on=today(), changes="x"
            )
        with pytest.raises(PermissionDenied):
            services.renew_agreement(agreement=agreement, by=user)


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_the_same_for_any_number(
    count, spip, referent, coordinator, organisation, django_assert_num_queries
):
    parties = [organisation, *(partner(spip) for _ in range(count))]
    agreement = AgreementFactory(spip=spip, parties=parties)
    for _ in range(count):
        AgreementAnnexFactory(agreement=agreement)
        MembershipFactory(organisation=organisation)
        services.amend_agreement(
            agreement=agreement, by=coordinator, signed_on=today(), changes="Plus."
        )
    client = client_of(referent)
    with django_assert_num_queries(13):
        client.get(page(agreement))
