import datetime
import django.contrib.postgres.fields
import uuid
from django.conf import settings
from django.contrib.postgres.functions import RandomUUID
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("cases", "0002_row_level_security"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="case",
            name="milieu",
            field=models.CharField(
                choices=[("open", "milieu ouvert"), ("closed", "milieu fermé")],
                default="open",
                max_length=10,
                verbose_name="milieu",
            ),
        ),
        migrations.AddField(
            model_name="case",
            name="prison",
            field=models.CharField(
                blank=True,
                help_text="En milieu fermé seulement.",
                max_length=120,
                verbose_name="établissement pénitentiaire",
            ),
        ),
        migrations.AddField(
            model_name="case",
            name="release_on",
            field=models.DateField(
                blank=True,
                help_text="En milieu fermé : la date, ou le motif qui suit.",
                null=True,
                verbose_name="date de libération prévue",
            ),
        ),
        migrations.AddField(
            model_name="case",
            name="release_unknown",
            field=models.CharField(
                blank=True,
                choices=[
                    ("pretrial", "détention provisoire"),
                    ("appeal", "appel ou pourvoi en cours"),
                    ("count", "situation pénale en cours de calcul"),
                    ("other_case", "autre peine ou autre affaire à venir"),
                    ("request", "aménagement de peine en cours d’examen"),
                    ("life", "réclusion à perpétuité"),
                ],
                max_length=15,
                verbose_name="motif si cette date n’est pas connue",
            ),
        ),
        migrations.AddField(
            model_name="case",
            name="version",
            field=models.PositiveIntegerField(
                default=1, editable=False, verbose_name="version"
            ),
        ),
        migrations.AddField(
            model_name="measure",
            name="obligations",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("summons", "répondre aux convocations"),
                        (
                            "visits",
                            "recevoir les visites et remettre les justificatifs demandés",
                        ),
                        ("job_change", "prévenir d’un changement d’emploi"),
                        (
                            "move",
                            "prévenir d’un déménagement ou d’un déplacement de plus de 15 jours",
                        ),
                        (
                            "judge_consent",
                            "demander l’accord du juge avant un changement d’emploi ou de résidence",
                        ),
                        ("abroad", "informer le juge avant un voyage à l’étranger"),
                        (
                            "work",
                            "travailler ou suivre un enseignement ou une formation",
                        ),
                        ("residence", "habiter à une adresse fixée"),
                        (
                            "care",
                            "se soumettre à des examens, à un traitement ou à des soins",
                        ),
                        (
                            "family",
                            "contribuer aux charges familiales, payer les pensions",
                        ),
                        ("repair", "réparer les dommages, indemniser les victimes"),
                        ("treasury", "payer les sommes dues au Trésor public"),
                        ("driving", "ne pas conduire certains véhicules"),
                        (
                            "job_ban",
                            "ne pas exercer certaines activités professionnelles",
                        ),
                        ("places", "ne pas paraître en certains lieux"),
                        ("gambling", "ne pas parier ni jouer à des jeux d’argent"),
                        ("bars", "ne pas fréquenter les débits de boissons"),
                        ("company", "ne pas fréquenter certaines personnes condamnées"),
                        (
                            "contact",
                            "ne pas entrer en relation avec certaines personnes",
                        ),
                        ("weapons", "ne pas détenir ni porter d’arme"),
                        ("course", "accomplir un stage"),
                        ("publish", "ne rien publier sur les faits"),
                        ("children", "remettre ses enfants à qui en a la garde"),
                        ("home", "habiter hors du domicile du couple"),
                        (
                            "support",
                            "suivre une prise en charge sanitaire, sociale, éducative ou psychologique",
                        ),
                        (
                            "travel",
                            "demander l’accord du juge avant un voyage à l’étranger",
                        ),
                    ],
                    max_length=15,
                ),
                blank=True,
                default=list,
                size=None,
                verbose_name="obligations",
            ),
        ),
        migrations.AddField(
            model_name="measure",
            name="uuid",
            # Each row that is there gets one of its own from the database.
            field=models.UUIDField(
                db_default=RandomUUID(), editable=False, unique=True
            ),
        ),
        migrations.AlterField(
            model_name="measure",
            name="uuid",
            field=models.UUIDField(default=uuid.uuid4, editable=False, unique=True),
        ),
        migrations.AddField(
            model_name="measure",
            name="version",
            field=models.PositiveIntegerField(
                default=1, editable=False, verbose_name="version"
            ),
        ),
        migrations.AlterField(
            model_name="measure",
            name="kind",
            field=models.CharField(
                choices=[
                    ("probation", "sursis probatoire"),
                    ("reinforced", "sursis probatoire renforcé"),
                    ("placement", "placement à l’extérieur"),
                    ("semi_liberty", "semi-liberté"),
                    ("ddse", "détention à domicile sous surveillance électronique"),
                    ("parole", "libération conditionnelle"),
                    ("forced_release", "libération sous contrainte"),
                    ("tig", "travail d’intérêt général"),
                    ("ssj", "suivi socio-judiciaire"),
                    ("supervision", "contrôle judiciaire"),
                    ("arse", "assignation à résidence avec surveillance électronique"),
                    ("judicial_watch", "surveillance judiciaire"),
                    ("psem", "placement sous surveillance électronique mobile"),
                    ("leave", "permission de sortir"),
                    ("tnr", "travail non rémunéré"),
                    ("course", "stage"),
                    ("residence_ban", "interdiction de séjour"),
                    ("deferral", "ajournement de la peine"),
                    ("composition", "composition pénale"),
                    ("sas", "structure d’accompagnement vers la sortie"),
                    ("prison", "détention"),
                    ("constraint", "contrainte pénale (avant le 24 mars 2020)"),
                ],
                max_length=15,
                verbose_name="mesure",
            ),
        ),
        migrations.AlterField(
            model_name="measure",
            name="ordered_by",
            field=models.CharField(
                choices=[
                    ("court", "juridiction de jugement"),
                    ("jap", "juge de l’application des peines"),
                    (
                        "pretrial",
                        "juge d’instruction ou juge des libertés et de la détention",
                    ),
                    ("prosecutor", "procureur de la République"),
                ],
                max_length=10,
                verbose_name="prononcée par",
            ),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        models.Q(
                            models.Q(
                                ("release_on__isnull", False), ("release_unknown", "")
                            ),
                            models.Q(
                                ("release_on__isnull", True),
                                (
                                    "release_unknown__in",
                                    [
                                        "pretrial",
                                        "appeal",
                                        "count",
                                        "other_case",
                                        "request",
                                        "life",
                                    ],
                                ),
                            ),
                            _connector="OR",
                        ),
                        ("milieu", "closed"),
                        models.Q(("prison", ""), _negated=True),
                    ),
                    models.Q(
                        ("milieu", "open"),
                        ("prison", ""),
                        ("release_on__isnull", True),
                        ("release_unknown", ""),
                    ),
                    _connector="OR",
                ),
                name="case_release_known_or_why",
                violation_error_message="En milieu fermé, il faut l’établissement, et la date de libération prévue ou le motif qui l’empêche d’être connue.",
            ),
        ),
        migrations.AddConstraint(
            model_name="measure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "constraint"), _negated=True),
                    ("starts_on__lt", datetime.date(2020, 3, 24)),
                    _connector="OR",
                ),
                name="measure_constraint_is_past",
                violation_error_message="La contrainte pénale n’existe plus depuis le 24 mars 2020.",
            ),
        ),
        migrations.AddConstraint(
            model_name="measure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "obligations__contained_by",
                        [
                            "summons",
                            "visits",
                            "job_change",
                            "move",
                            "judge_consent",
                            "abroad",
                            "work",
                            "residence",
                            "care",
                            "family",
                            "repair",
                            "treasury",
                            "driving",
                            "job_ban",
                            "places",
                            "gambling",
                            "bars",
                            "company",
                            "contact",
                            "weapons",
                            "course",
                            "publish",
                            "children",
                            "home",
                            "support",
                            "travel",
                        ],
                    )
                ),
                name="measure_obligations_known",
            ),
        ),
    ]
