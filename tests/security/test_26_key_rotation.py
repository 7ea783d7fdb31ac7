"""SECURITY 26: the vault's key changes without a failed reading; what was erased opens
no more, whatever key is kept."""

from datetime import date
from io import StringIO

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.conf import settings
from django.core.management import CommandError, call_command

from cases.identity import Identity
from cases.models import Person
from spip_portal import registry
from spip_portal.accounts.enums import Role
from spip_portal.drafts import services as drafts
from spip_portal.security.actor import actor
from spip_portal.vault import envelope, files, rotation, services
from spip_portal.vault.models import StoredFile
from tests.accounts.factories import agent
from tests.cases.factories import (
    CaseFactory,
    care_report,
    incident_of,
    message_of,
    shared,
)
from tests.conftest import as_owner
from tests.vault.factories import PDF

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_keys(settings, tmp_path):
    settings.VAULT_KEYS_DIR = tmp_path
    envelope.create_key()


def read(stored: StoredFile) -> bytes:
    return b"".join(services.open_stream(StoredFile.objects.get(pk=stored.pk)))


def rotate() -> str:
    said = StringIO()
    with as_owner():
        call_command("rewrap_vault_keys", "--new", stdout=said)
    return said.getvalue()


def forget_old_keys() -> None:
    for path in envelope.key_paths()[:-1]:
        path.unlink()


def test_after_a_rotation_the_old_key_may_go_and_all_is_read():
    kept = [services.store(content=PDF) for _ in range(3)]
    old = envelope.newest_key_id()
    said = rotate()
    assert f"{old}.key\u00a0: ne sert plus" in said
    assert f"{envelope.newest_key_id()}.key\u00a0: 3 en dépendent" in said
    forget_old_keys()
    assert [read(stored) for stored in kept] == [PDF] * 3


def test_a_reading_that_had_begun_goes_on():
    content = PDF + b"x" * files.CHUNK * 2 + b"%%EOF"
    stored = services.store(content=content)
    chunks = services.open_stream(stored)
    first = next(chunks)
    rotate()
    forget_old_keys()
    assert first + b"".join(chunks) == content


def test_each_file_is_read_at_each_step(monkeypatch):
    """Half of the rows are wrapped anew, the other half not yet."""
    monkeypatch.setattr(rotation, "BATCH", 2)
    kept = [services.store(content=PDF) for _ in range(5)]
    seen, rewrap = [], rotation._rewrap_batch

    def rewrap_and_read(sealed, keys):
        done = rewrap(sealed, keys)
        seen.append([read(stored) == PDF for stored in kept])
        return done

    monkeypatch.setattr(rotation, "_rewrap_batch", rewrap_and_read)
    rotate()
    assert len(seen) >= 3
    assert all(all(step) for step in seen)


def test_second_factors_and_drafts_follow():
    user = agent(Role.CPIP)
    with actor(user):
        RecoveryCodes.activate(user)
        drafts.save(user=user, page="/p/", label="Saisie", typed={"a": ["mot"]})
    factors = Authenticator.objects.filter(user=user).order_by("pk")
    before = [factor.wrap() for factor in factors]
    codes = before[-1].get_unused_codes()
    rotate()
    forget_old_keys()
    after = {f.type: f.wrap() for f in Authenticator.objects.filter(user=user)}
    assert after["recovery_codes"].get_unused_codes() == codes
    assert envelope.open_text(after["totp"].instance.data["secret"], purpose="mfa")
    with actor(user):
        assert drafts.kept_for(user, "/p/").typed == {"a": ["mot"]}


def test_who_a_person_is_follows():
    case = CaseFactory()
    someone = Identity("Saïdi", "Nadia", date(1990, 5, 4))
    with as_owner():
        person = Person.objects.create(
            case=case,
            sealed=someone.seal(case.uuid.bytes),
            digest=someone.digest(case.spip_id),
            written_by=case.referent,
        )
    rotate()
    forget_old_keys()
    with as_owner():
        assert Person.objects.get(pk=person.pk).identity == someone


def test_words_of_the_cases_follow():
    row = shared()
    message = message_of(row.membership, row.share, "Un message")
    report = care_report(row.membership, row.share, "Un bilan")
    unanswered = incident_of(row, "Un fait")
    answered = incident_of(row, "Un autre", answer="Une réponse")
    rotate()
    forget_old_keys()
    with as_owner():
        for written in (message, report, unanswered, answered):
            written.refresh_from_db()
    assert (message.text, report.text) == ("Un message", "Un bilan")
    assert (unanswered.facts, unanswered.answer) == ("Un fait", "")
    assert (answered.facts, answered.answer) == ("Un autre", "Une réponse")


def test_a_second_run_has_nothing_to_do():
    services.store(content=PDF)
    rotate()
    with as_owner():
        assert sum(rotation.rewrap_all().values()) == 0


def test_a_role_that_does_not_see_every_row_is_refused():
    with pytest.raises(CommandError, match="DATABASE_OWNER_URL"):
        call_command("rewrap_vault_keys", stdout=StringIO())


def test_what_was_erased_is_read_no_more(django_capture_on_commit_callbacks):
    """Neither before nor after a rotation; its bytes are gone too."""
    stored = services.store(content=PDF)
    with django_capture_on_commit_callbacks(execute=True):
        services.erase(stored=stored)
    assert not files.path_of(stored.uuid).exists()
    for _ in range(2):
        with pytest.raises(envelope.VaultError):
            read(stored)
        rotate()


def test_bytes_of_an_erased_file_that_someone_kept_open_with_no_key():
    stored = services.store(content=PDF)
    copy = files.path_of(stored.uuid).read_bytes()
    services.erase(stored=stored)
    files.path_of(stored.uuid).write_bytes(copy)
    with pytest.raises(envelope.VaultError):
        read(stored)


def test_every_app_that_seals_takes_part():
    """An app that seals, and does not say where, would lose what it sealed. The second
    factors of `accounts` are rows of allauth's."""
    sealing = {
        path.relative_to(settings.BASE_DIR).parts
        for package in ("spip_portal", "partners", "cases", "newsletters", "meetings")
        for path in (settings.BASE_DIR / package).rglob("*.py")
        if "envelope.seal" in path.read_text()
    }
    apps = {parts[1] if parts[0] == "spip_portal" else parts[0] for parts in sealing}
    told = {
        sealed.model._meta.app_label for sealed in registry.gather("sealed", None)
    } | {"accounts"}
    assert told - {"mfa"} == apps
