"""What the rules of sharing let pass, and under what."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from cases.enums import DocumentKind, MeasureKind, Outcome
from cases.models import Rules, RulesVersion
from cases.services.rules import CATEGORIES, decide_rules
from partners.enums import Art46Category
from spip_portal.accounts.enums import Role
from tests.accounts.factories import SpipFactory, agent, client_of

pytestmark = pytest.mark.django_db
JUDGMENT, HOST = DocumentKind.JUDGMENT, Art46Category.REINTEGRATION


def decided(manager, measure_kind="", based_on=0, **more) -> RulesVersion:
    values = {
        "outcomes": {(JUDGMENT, HOST): Outcome.COUNTERSIGNATURE},
        "days_after_measure": 0,
        "purpose_after_measure": "",
    }
    return decide_rules(
        by=manager, based_on=based_on, measure_kind=measure_kind, **{**values, **more}
    )


@pytest.mark.parametrize(
    ("kind", "outcome"),
    [
        (DocumentKind.JUDGMENT, Outcome.FORBIDDEN),
        (DocumentKind.PLACEMENT_ORDER, Outcome.ALLOWED),
        (DocumentKind.OBLIGATIONS, Outcome.ALLOWED),
        (DocumentKind.EXPERTISE, Outcome.AUTHORISATION),
    ],
)
def test_what_is_shipped_holds_until_the_direction_decides(kind, outcome):
    """MISSION, law."""
    rules = Rules.of(SpipFactory())
    assert rules.outcome(kind, HOST, MeasureKind.PLACEMENT) == outcome


def test_no_data_goes_to_a_structure_of_no_category():
    rules = Rules.of(SpipFactory())
    for category in ("", Art46Category.OTHER):
        outcome = rules.outcome(DocumentKind.OBLIGATIONS, category, "placement")
        assert outcome == Outcome.FORBIDDEN


def test_a_decision_keeps_the_rest_of_what_was_in_force():
    manager = agent(Role.MANAGER)
    decided(manager)
    rules = Rules.of(manager.spip)
    assert rules.outcome(JUDGMENT, HOST, "tig") == Outcome.COUNTERSIGNATURE
    assert rules.outcome(JUDGMENT, "essms", "tig") == Outcome.FORBIDDEN
    assert rules.outcome(DocumentKind.NOTE, HOST, "tig") == Outcome.ALLOWED


def test_the_rule_of_a_measure_goes_before_the_general_one():
    manager = agent(Role.MANAGER)
    decided(manager)
    special = {(JUDGMENT, HOST): Outcome.ALLOWED}
    decided(manager, MeasureKind.PLACEMENT, based_on=1, outcomes=special)
    rules = Rules.of(manager.spip)
    assert rules.outcome(JUDGMENT, HOST, MeasureKind.PLACEMENT) == Outcome.ALLOWED
    assert rules.outcome(JUDGMENT, HOST, MeasureKind.TIG) == Outcome.COUNTERSIGNATURE
    decided(manager, MeasureKind.PLACEMENT, based_on=2, outcomes={(JUDGMENT, HOST): ""})
    rules = Rules.of(manager.spip)
    assert rules.outcome(JUDGMENT, HOST, "placement") == Outcome.COUNTERSIGNATURE


def test_what_no_version_names_is_forbidden():
    manager = agent(Role.MANAGER)
    RulesVersion.objects.create(spip=manager.spip, number=1, decided_by=manager)
    rules = Rules.of(manager.spip)
    for kind in DocumentKind:
        for category in CATEGORIES:
            assert rules.outcome(kind, category, "tig") == Outcome.FORBIDDEN


def test_the_second_to_decide_at_once_is_told_and_changes_nothing():
    """SECURITY 36."""
    manager = agent(Role.MANAGER)
    decided(manager)
    with pytest.raises(ValidationError, match="autre version"):
        decided(manager, outcomes={(JUDGMENT, HOST): Outcome.ALLOWED})
    assert Rules.of(manager.spip).outcome(JUDGMENT, HOST, "") != Outcome.ALLOWED


def test_only_the_direction_decides():
    with pytest.raises(PermissionDenied):
        decided(agent(Role.CPIP))


def posted(form, **changes) -> dict:
    return {name: form[name].value() for name in form.fields} | changes


def test_the_page_makes_a_new_version_and_says_who_decided_it():
    manager = agent(Role.MANAGER)
    browser = client_of(manager)
    form = browser.get("/dossiers/regles/").context["form"]
    answer = browser.post(
        "/dossiers/regles/",
        posted(form, **{f"{JUDGMENT}-{HOST}": Outcome.AUTHORISATION}),
    )
    assert answer.status_code == 302
    rules = Rules.of(manager.spip)
    assert rules.outcome(JUDGMENT, HOST, "ssj") == Outcome.AUTHORISATION
    assert f"{manager}" in browser.get("/dossiers/regles/").text


def test_days_after_the_measure_need_a_purpose():
    browser = client_of(agent(Role.MANAGER))
    form = browser.get("/dossiers/regles/").context["form"]
    answer = browser.post("/dossiers/regles/", posted(form, days_after_measure=30))
    assert "Nommez la finalité" in answer.text
    answer = browser.post("/dossiers/regles/", posted(form, days_after_measure=91))
    assert answer.context["form"].errors["days_after_measure"]
    assert not RulesVersion.objects.exists()


def test_a_cpip_reads_the_rules_and_cannot_change_them():
    cpip = agent(Role.CPIP)
    browser = client_of(cpip)
    page = browser.get("/dossiers/regles/?mesure=placement")
    assert "Règle générale" in page.text
    browser.post("/dossiers/regles/", posted(page.context["form"]))
    assert not RulesVersion.objects.exists()
    assert (
        client_of(agent(Role.COORDINATOR)).get("/dossiers/regles/").status_code == 404
    )
