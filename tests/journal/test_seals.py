"""Every line is under a seal within a minute, a late one too; seals follow one another
under keys that follow one another."""

import io
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, ProgrammingError, connection, transaction

from spip_portal.journal import signing, watch
from spip_portal.journal.models import Entry, Seal, SealKey, Verb, Verification
from spip_portal.journal.retirement import months
from spip_portal.journal.sealing import fingerprint, is_only_sealer, seal_new_lines
from spip_portal.journal.services import add_months, record
from spip_portal.journal.verification import verify
from spip_portal.outbox.models import Message
from spip_portal.security.actor import SystemActor, actor
from spip_portal.security.dates import today
from tests.conftest import as_owner
from tests.journal.sealed import (
    other_connection,
    public_key_of_settings,
    seal_all,
    tampering,
    write_by,
)

pytestmark = [pytest.mark.usefixtures("committed_database")]


@pytest.fixture(autouse=True)
def _database(django_db_blocker, settings):
    settings.JOURNAL_ANCHOR_EMAIL = "temoin@exemple.example"
    with django_db_blocker.unblock():
        yield


def write(count: int = 1, motive: str = "") -> None:
    for _time in range(count):
        with transaction.atomic():
            record(actor=None, verb=Verb.READ, object_kind="document", motive=motive)


def problems(**asked) -> list[str]:
    with actor(SystemActor.JOURNAL):
        return verify(**asked).problems


def test_seals_cover_every_line_once_and_follow_one_another():
    write(3)
    first = seal_all()
    write(2)
    second = seal_all()
    assert second.number == first.number + 1
    assert second.previous == fingerprint(first)
    assert second.from_xact == first.below_xact
    assert second.count == 2
    with actor(SystemActor.JOURNAL):
        report = verify(anchor=fingerprint(first))
    assert (report.problems, report.waiting) == ([], 0)
    assert report.lines == Entry.objects.count()


def test_nothing_new_makes_no_seal():
    write()
    last = seal_all()
    with actor(SystemActor.JOURNAL):
        assert seal_new_lines() is None
    assert Seal.objects.newest() == last


def test_a_late_commit_is_never_skipped():
    """A line whose transaction began first and ends last: the seal in between stops
    before it, and the next one covers it."""
    seal_all_after_one()
    with other_connection() as slow:
        write_by(slow, "lente")  # its transaction stays open
        write(motive="rapide")
        with actor(SystemActor.JOURNAL):
            seal_new_lines()
        bound = Seal.objects.newest().below_xact
        slow.commit()
    late = Entry.objects.get(motive="lente")
    assert late.xact_id >= bound
    last = seal_all()
    assert late.xact_id < last.below_xact
    assert problems() == []


def seal_all_after_one() -> None:
    write()
    seal_all()


def test_one_process_seals_at_a_time():
    with other_connection() as other:
        with other.cursor() as cursor:
            cursor.execute("select pg_advisory_xact_lock(%s)", [0x5EA1])
        with actor(SystemActor.JOURNAL):
            assert not is_only_sealer()
            write()
            assert seal_new_lines() is None
    seal_all()


def test_nobody_gives_a_line_the_place_of_another_transaction():
    with actor(SystemActor.JOURNAL):
        line = Entry.objects.create(verb=Verb.READ, motive="forcée", xact_id=1)
    assert Entry.objects.get(pk=line.pk).xact_id > 1
    seal_all()
    assert problems() == []


def test_only_the_sealer_adds_a_seal_and_nobody_changes_one():
    seal_all_after_one()
    last = Seal.objects.newest()
    last.pk, last.number = None, last.number + 1
    with pytest.raises(ProgrammingError, match="row-level security"):
        with actor(SystemActor.OUTBOX):
            last.save(force_insert=True)
    for table in ("seal", "sealpart", "sealkey", "verification", "retirement"):
        for act in ("delete from", "truncate"):
            with pytest.raises(ProgrammingError, match="permission denied"):
                with transaction.atomic(), connection.cursor() as cursor:
                    cursor.execute(f"{act} journal_{table}")
    with as_owner(), connection.cursor() as cursor:
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            cursor.execute("update journal_seal set count = 0")


# -- Keys ------------------------------------------------------------------------------


@pytest.fixture
def rotated(settings, tmp_path):
    """Sealed under a first key, then under the one it handed over to."""
    seal_all_after_one()
    old, new = public_key_of_settings(), tmp_path / "new.key"
    secret = settings.JOURNAL_SEAL_KEY
    call_command("create_seal_key", new, "--rotate", stdout=io.StringIO())
    settings.JOURNAL_SEAL_KEY = new.read_text()
    seal_all_after_one()
    yield old, public_key_of_settings()
    settings.JOURNAL_SEAL_KEY = secret


def test_a_rotated_key_keeps_the_chain_verifiable(rotated):
    """Whoever trusts the first key trusts the second, and the other way round."""
    first, second = rotated
    assert Seal.objects.newest().key_id == signing.key_id_of(second)
    assert problems() == problems(pinned=[first]) == problems(pinned=[second]) == []
    stranger = signing.signer_of(signing.new_secret()).public_key
    assert "clef inconnue" in problems(pinned=[stranger])[0]


@pytest.mark.parametrize(
    ("emptied", "refilled", "pinned"),
    [
        (
            "update journal_sealkey set acceptance = '' where id = %s",
            "update journal_sealkey set acceptance = %s where id = %s",
            1,
        ),
        (
            "update journal_sealkey set endorsement = '' where id = %s",
            "update journal_sealkey set endorsement = %s where id = %s",
            0,
        ),
    ],
    ids=["acceptance", "endorsement"],
)
def test_a_key_that_nobody_vouches_for_seals_nothing(
    rotated, emptied, refilled, pinned
):
    row = SealKey.objects.order_by("-pk").first()
    signature = row.acceptance if pinned else row.endorsement
    with tampering() as cursor:
        cursor.execute(emptied, [row.pk])
    assert "clef inconnue" in problems(pinned=[rotated[pinned]])[0]
    with tampering() as cursor:
        cursor.execute(refilled, [signature, row.pk])
    assert problems() == []


def test_another_key_cannot_just_take_over(settings):
    seal_all_after_one()
    settings.JOURNAL_SEAL_KEY = signing.new_secret()
    write()
    with pytest.raises(signing.SealKeyError, match="rotate"):
        with actor(SystemActor.JOURNAL):
            seal_new_lines()


def test_a_key_is_written_once_and_for_its_owner_alone(tmp_path):
    path = tmp_path / "seal.key"
    call_command("create_seal_key", path, stdout=io.StringIO())
    secret = path.read_text()
    assert path.stat().st_mode & 0o777 == 0o400
    with pytest.raises(CommandError, match="existe déjà"):
        call_command("create_seal_key", path)
    call_command("create_seal_key", path, "--if-missing")
    assert path.read_text() == secret
    assert signing.signer_of(secret).public_key


# -- The witness and the night's verification ------------------------------------------


def test_the_witness_of_the_day_is_mailed_once():
    seal_all_after_one()
    for _time in range(2):
        with actor(SystemActor.JOURNAL):
            watch.mail_anchor()
    mail = Message.objects.get(campaign__key=f"journal-anchor:{today()}")
    assert fingerprint(Seal.objects.newest()) in mail.campaign.text


def test_without_its_last_seals_the_chain_lacks_the_witness():
    """Cutting the end off leaves a chain that holds: only the witness tells."""
    seal_all_after_one()
    witness = fingerprint(seal_all())
    assert problems(anchor=witness) == []
    assert "Aucun sceau" in problems(anchor="0" * 64)[0]


def test_a_night_that_finds_something_keeps_it_and_says_so():
    seal_all_after_one()
    with actor(SystemActor.JOURNAL):
        assert watch.verify_whole().is_clean
    with tampering() as cursor:
        cursor.execute("update journal_entry set motive = motive || '.'")
    with actor(SystemActor.JOURNAL):
        watch.verify_whole()
    assert not Verification.objects.order_by("-pk").first().is_clean
    assert Message.objects.filter(campaign__key=f"journal-alarm:{today()}").exists()
    with tampering() as cursor:
        cursor.execute("update journal_entry set motive = left(motive, -1)")
    assert problems() == []


# -- Months ----------------------------------------------------------------------------


def test_a_line_finds_its_month_in_paris():
    day = today() - timedelta(days=200)
    assert day.isoformat()[:7] not in months()
    with actor(SystemActor.JOURNAL):
        add_months(since=day)
        add_months(since=day)  # again: nothing more
    assert day.isoformat()[:7] in months()
    with as_owner(), connection.cursor() as cursor:
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            cursor.execute(f"truncate journal_entry_{day:%Y_%m}")
