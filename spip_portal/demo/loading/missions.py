"""Missions with their texts, an image, and who wrote what: rows rather than services,
because their dates lie in the past."""

from io import BytesIO

from django.utils import timezone
from PIL import Image, ImageDraw, ImageFont

from partners.models import Mission, MissionImage
from partners.services.missions import image_url
from spip_portal.accounts.models import User
from spip_portal.demo.loading import people, source
from spip_portal.security.dates import start_of_day
from spip_portal.ui import rich_text
from spip_portal.vault import services as vault
from spip_portal.vault.models import StoredFile

HOME = "val-d-ornel"
ILLUSTRATED = "accueillir-en-placement-exterieur"
STEPS = ("Projet", "Accord du juge", "Accueil", "Sortie")
WIDTH, HEIGHT, GAP = 180, 90, 40
BLUE, WHITE = (0, 0, 145), (255, 255, 255)


def load() -> None:
    author = people.named("coordination")
    since = start_of_day(source.month_start(-12))
    for rank, (slug, title, summary, text) in enumerate(source.read_missions(), 1):
        body = rich_text.clean(rich_text.from_text(text))
        mission, is_new = Mission.objects.get_or_create(
            slug=slug,
            defaults={
                "spip": people.spip_of(HOME),
                "title": title,
                "summary": summary,
                "body": body,
                "position": rank * 10,
                "published_at": since,
            },
        )
        if is_new:
            _keep_version(mission, author, since)
            if slug == ILLUSTRATED:
                _illustrate(mission, author)


def _keep_version(mission: Mission, author: User, written_at) -> None:
    mission.versions.create(
        number=mission.version,
        title=mission.title,
        summary=mission.summary,
        body=mission.body,
        written_by=author,
        written_at=written_at,
    )


def _illustrate(mission: Mission, author: User) -> None:
    """A picture, and so a second version."""
    image = MissionImage.objects.create(
        mission=mission,
        file=vault.store(content=_steps(), media_type=StoredFile.MediaType.PNG),
        alternative="Quatre étapes : " + ", ".join(STEPS).lower(),
        added_by=author,
    )
    shown = f'<img src="{image_url(image)}" alt="{image.alternative}">'
    mission.body, mission.version = mission.body + shown, 2
    mission.save(update_fields=["body", "version"])
    _keep_version(mission, author, timezone.now())


def _steps() -> bytes:
    """Four boxes in a row, joined by arrows."""
    font = ImageFont.load_default(size=20)
    step = WIDTH + GAP
    image = Image.new("RGB", (len(STEPS) * step + GAP, HEIGHT + 2 * GAP), WHITE)
    pen = ImageDraw.Draw(image)
    middle = GAP + HEIGHT // 2
    for rank, label in enumerate(STEPS):
        left = GAP + rank * step
        box = (left, GAP, left + WIDTH, GAP + HEIGHT)
        pen.rectangle(box, outline=BLUE, width=3)
        pen.text((left + WIDTH // 2, middle), label, fill=BLUE, font=font, anchor="mm")
        if rank:
            tip = (left - 4, middle)
            pen.line((left - GAP + 4, middle, *tip), fill=BLUE, width=3)
            head = [tip, (left - 14, middle - 7), (left - 14, middle + 7)]
            pen.polygon(head, fill=BLUE)
    drawn = BytesIO()
    image.save(drawn, "PNG", optimize=True)
    return drawn.getvalue()
