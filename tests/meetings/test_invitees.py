"""Choosing whom to invite: the network, the agents, anyone else."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from meetings import services
from partners.models import OrganisationKind
from spip_portal.accounts.enums import Role
from tests.accounts.factories import UserFactory, agent
from tests.meetings.factories import InvitationFactory, MeetingFactory, referent
from tests.partners.factories import (
    MembershipFactory,
    OrganisationKindFactory,
    PartnershipFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def meeting(spip):
    return MeetingFactory(spip=spip)


@pytest.fixture
def url(meeting):
    return reverse("meetings:invitees", args=[meeting.uuid])


def invited(meeting):
    return set(meeting.invitations.values_list("email", flat=True))


def group_of(member):
    return f"kind_{member.organisation.kind.pk}"


def test_the_network_of_the_service_is_offered_by_kind(browser, spip, url):
    """Référents of validated partners of this service, and of no other."""
    shown = referent(spip)
    hall = referent(spip, kind=OrganisationKindFactory(code="mairie", label="mairie"))
    MembershipFactory(organisation=shown.organisation)
    MembershipFactory(organisation=shown.organisation, referent=True, ended=True)
    suspended = PartnershipFactory(spip=spip, suspended=True).organisation
    MembershipFactory(organisation=suspended, referent=True)
    referent(PartnershipFactory(validated=True).spip)
    form = browser.get(url).context["form"]
    kinds = OrganisationKind.objects.filter(pk__in=[shown.organisation.kind.pk])
    assert form.choosable.keys() == {
        f"kind_{kinds.get().pk}",
        group_of(hall),
        "agents",
    }
    assert form.choosable[group_of(shown)].keys() == {str(shown.uuid)}


def test_each_way_of_inviting_gives_one_invitation(browser, spip, meeting, url):
    """A box of the network, a box of the agents, a free address with a name."""
    member, malik = referent(spip), agent(Role.CPIP, spip)
    browser.post(
        url,
        {
            group_of(member): [str(member.uuid)],
            "agents": [str(malik.uuid)],
            "others": "Cabinet du préfet <Cabinet@pref.example>\n\nmairie@v.example",
        },
    )
    rows = meeting.invitations.values_list("email", "name", "organisation__name")
    assert set(rows) == {
        (member.user.email, str(member.user), member.organisation.name),
        (malik.email, str(malik), None),
        ("cabinet@pref.example", "Cabinet du préfet", None),
        ("mairie@v.example", "", None),
    }


def test_one_box_takes_a_whole_group(browser, spip, meeting, url):
    """Without JavaScript."""
    members = [referent(spip), referent(spip)]
    browser.post(url, {group_of(members[0]): ["all"], "others": ""})
    assert invited(meeting) == {member.user.email for member in members}


def test_the_same_person_is_invited_once(browser, spip, meeting, url):
    """Référent of two structures and typed as well: the network's entry is kept."""
    user = UserFactory()
    first = MembershipFactory(user=user, organisation=referent(spip).organisation)
    second = MembershipFactory(user=user, organisation=referent(spip).organisation)
    for member in (first, second):
        member.role = member.Role.REFERENT
        member.save()
    browser.post(
        url,
        {
            group_of(first): [str(first.uuid), str(second.uuid)],
            "others": f"{user.email.upper()}\n{user.email}",
        },
    )
    assert meeting.invitations.get().organisation == first.organisation


def test_a_wrong_line_is_named_and_nothing_is_lost(browser, spip, meeting, url):
    """Its number and what it holds; the boxes stay ticked."""
    member = referent(spip)
    response = browser.post(
        url,
        {
            group_of(member): [str(member.uuid)],
            "others": "mairie@ville.example\n\npas une adresse\nNom <x@y",
        },
    )
    form = response.context["form"]
    assert form.errors["others"] == [
        "Ligne 3\xa0: «\xa0pas une adresse\xa0» n’est pas une adresse.",
        "Ligne 4\xa0: «\xa0Nom <x@y\xa0» n’est pas une adresse.",
    ]
    assert form[group_of(member)].value() == [str(member.uuid)]
    assert "pas une adresse" in form["others"].value()
    assert not invited(meeting)


def test_nobody_chosen_is_refused(browser, url):
    """The message says what to do."""
    form = browser.post(url, {"others": " \n"}).context["form"]
    assert form.errors["others"] == ["Choisissez au moins une personne à inviter."]


def test_a_person_of_another_network_cannot_be_slipped_in(browser, spip, meeting, url):
    """Only boxes that were offered count."""
    member, foreign = referent(spip), referent(MeetingFactory().spip)
    response = browser.post(url, {group_of(member): [str(foreign.uuid)], "others": ""})
    assert group_of(member) in response.context["form"].errors
    assert not invited(meeting)


def test_a_draft_shows_its_list_and_takes_another(browser, spip, meeting, url):
    """What is no longer chosen is no longer invited."""
    member, malik = referent(spip), agent(Role.CPIP, spip)
    data = {
        group_of(member): [str(member.uuid)],
        "others": "Le maire <m@ville.example>",
    }
    browser.post(url, data)
    form = browser.get(url).context["form"]
    assert form[group_of(member)].value() == [str(member.uuid)]
    assert form["agents"].value() == []
    assert form["others"].value() == "Le maire <m@ville.example>"
    browser.post(url, {"agents": [str(malik.uuid)], "others": ""})
    assert invited(meeting) == {malik.email}


def test_a_convened_meeting_only_gains_invitees(browser, spip):
    """Those already convened are not offered again, nor removed, nor told twice."""
    meeting = MeetingFactory(spip=spip, convened=True)
    known = referent(spip)
    InvitationFactory(meeting=meeting, email=known.user.email, told=True)
    added = referent(spip)
    url = reverse("meetings:invitees", args=[meeting.uuid])
    form = browser.get(url).context["form"]
    assert form.choosable[group_of(added)].keys() == {str(added.uuid)}
    assert form["others"].value() == ""
    response = browser.post(
        url, {group_of(added): [str(added.uuid)], "others": known.user.email}
    )
    assert response.url == reverse("meetings:sending", args=[meeting.uuid])
    assert invited(meeting) == {known.user.email, added.user.email}
    assert meeting.invitations.get(email=known.user.email).told_sequence == 0


def test_an_address_the_outbox_would_refuse_is_refused_now(jeanne, meeting):
    """Or it would stop all the others when their mails are made."""
    invitee = services.Invitee('"deux mots"@asso.example')
    with pytest.raises(ValidationError, match="ne peut pas recevoir"):
        services.choose_invitees(meeting=meeting, by=jeanne, invitees=[invitee])


def test_a_name_is_one_line(jeanne, meeting):
    """A line break in it would be refused by the mail."""
    invitee = services.Invitee("a@asso.example", name="Léa\nMartin")
    services.choose_invitees(meeting=meeting, by=jeanne, invitees=[invitee])
    assert meeting.invitations.get().name == "Léa Martin"


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_the_same_whatever_the_network(
    browser, spip, url, count, django_assert_num_queries
):
    """No query a person."""
    for _number in range(count):
        referent(spip)
    browser.get(url)
    with django_assert_num_queries(10):
        browser.get(url)
