"""Cases: who they are about, who follows them, their measures and their documents."""

import datetime
import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.datetime
import django.db.models.functions.text
import django.db.models.lookups
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
        ('vault', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Case',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('reference', models.CharField(help_text='Le numéro du dossier dans votre logiciel métier. Jamais un nom.', max_length=30, verbose_name='référence du dossier')),
                ('sensitivity', models.PositiveSmallIntegerField(choices=[(1, 'normale'), (2, 'concerne un mineur\xa0: documents bloqués'), (3, 'restreinte\xa0: seuls les agents désignés')], default=1, verbose_name='sensibilité')),
                ('milieu', models.CharField(choices=[('open', 'milieu ouvert'), ('closed', 'milieu fermé')], default='open', max_length=10, verbose_name='milieu')),
                ('prison', models.CharField(blank=True, help_text='En milieu fermé seulement.', max_length=120, verbose_name='établissement pénitentiaire')),
                ('release_on', models.DateField(blank=True, help_text='En milieu fermé\xa0: la date, ou le motif qui suit.', null=True, verbose_name='date de libération prévue')),
                ('release_unknown', models.CharField(blank=True, choices=[('pretrial', 'détention provisoire'), ('appeal', 'appel ou pourvoi en cours'), ('count', 'situation pénale en cours de calcul'), ('other_case', 'autre peine ou autre affaire à venir'), ('request', 'aménagement de peine en cours d’examen'), ('life', 'réclusion à perpétuité')], max_length=15, verbose_name='motif si cette date n’est pas connue')),
                ('opened_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='ouvert le')),
                ('version', models.PositiveIntegerField(default=1, editable=False, verbose_name='version')),
                ('antenne', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.antenne', verbose_name='antenne')),
                ('referent', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='CPIP référent')),
                ('spip', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.spip', verbose_name='service')),
            ],
            options={
                'verbose_name': 'dossier',
                'verbose_name_plural': 'dossiers',
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='BrokenGlass',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('motive', models.CharField(max_length=300, verbose_name='motif')),
                ('starts_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='depuis')),
                ('ends_at', models.DateTimeField(verbose_name='jusqu’à')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='agent')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='broken_glass', to='cases.case', verbose_name='dossier')),
            ],
            options={
                'verbose_name': 'accès motivé',
                'verbose_name_plural': 'accès motivés',
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='Assignment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('started_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='depuis le')),
                ('ended_at', models.DateTimeField(null=True, verbose_name='jusqu’au')),
                ('added_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='désigné par')),
                ('ended_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='retiré par')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='CPIP')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='assignments', to='cases.case', verbose_name='dossier')),
            ],
            options={
                'verbose_name': 'attribution',
                'verbose_name_plural': 'attributions',
            },
        ),
        migrations.CreateModel(
            name='Document',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('kind', models.CharField(choices=[('placement_order', 'ordonnance accordant la mesure'), ('judgment', 'jugement'), ('expertise', 'rapport d’expertise'), ('obligations', 'extrait d’obligations'), ('note', 'note de liaison'), ('certificate', 'attestation')], max_length=20, verbose_name='nature')),
                ('dated_on', models.DateField(verbose_name='date du document')),
                ('court', models.CharField(blank=True, max_length=120, verbose_name='juridiction ou auteur')),
                ('added_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='déposé le')),
                ('added_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='déposé par')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='documents', to='cases.case', verbose_name='dossier')),
                ('file', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='vault.storedfile', verbose_name='fichier')),
                ('replaces', models.OneToOneField(null=True, on_delete=django.db.models.deletion.RESTRICT, related_name='replaced_by', to='cases.document', verbose_name='remplace')),
            ],
            options={
                'verbose_name': 'document',
                'verbose_name_plural': 'documents',
                'ordering': ['-pk'],
                'permissions': [('read_document', 'Lire le document')],
            },
        ),
        migrations.CreateModel(
            name='Measure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('kind', models.CharField(choices=[('probation', 'sursis probatoire'), ('reinforced', 'sursis probatoire renforcé'), ('placement', 'placement à l’extérieur'), ('semi_liberty', 'semi-liberté'), ('ddse', 'détention à domicile sous surveillance électronique'), ('parole', 'libération conditionnelle'), ('forced_release', 'libération sous contrainte'), ('tig', 'travail d’intérêt général'), ('ssj', 'suivi socio-judiciaire'), ('supervision', 'contrôle judiciaire'), ('arse', 'assignation à résidence avec surveillance électronique'), ('judicial_watch', 'surveillance judiciaire'), ('psem', 'placement sous surveillance électronique mobile'), ('leave', 'permission de sortir'), ('tnr', 'travail non rémunéré'), ('course', 'stage'), ('residence_ban', 'interdiction de séjour'), ('deferral', 'ajournement de la peine'), ('composition', 'composition pénale'), ('sas', 'structure d’accompagnement vers la sortie'), ('prison', 'détention'), ('constraint', 'contrainte pénale (avant le 24 mars 2020)')], max_length=15, verbose_name='mesure')),
                ('ordered_by', models.CharField(choices=[('court', 'juridiction de jugement'), ('jap', 'juge de l’application des peines'), ('pretrial', 'juge d’instruction ou juge des libertés et de la détention'), ('prosecutor', 'procureur de la République')], max_length=10, verbose_name='prononcée par')),
                ('court', models.CharField(max_length=120, verbose_name='juridiction')),
                ('starts_on', models.DateField(verbose_name='début')),
                ('ends_on', models.DateField(blank=True, help_text='Laissez vide si elle n’est pas connue.', null=True, verbose_name='fin prévue')),
                ('obligations', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('summons', 'répondre aux convocations'), ('visits', 'recevoir les visites et remettre les justificatifs demandés'), ('job_change', 'prévenir d’un changement d’emploi'), ('move', 'prévenir d’un déménagement ou d’un déplacement de plus de 15 jours'), ('judge_consent', 'demander l’accord du juge avant un changement d’emploi ou de résidence'), ('abroad', 'informer le juge avant un voyage à l’étranger'), ('work', 'travailler ou suivre un enseignement ou une formation'), ('residence', 'habiter à une adresse fixée'), ('care', 'se soumettre à des examens, à un traitement ou à des soins'), ('family', 'contribuer aux charges familiales, payer les pensions'), ('repair', 'réparer les dommages, indemniser les victimes'), ('treasury', 'payer les sommes dues au Trésor public'), ('driving', 'ne pas conduire certains véhicules'), ('job_ban', 'ne pas exercer certaines activités professionnelles'), ('places', 'ne pas paraître en certains lieux'), ('gambling', 'ne pas parier ni jouer à des jeux d’argent'), ('bars', 'ne pas fréquenter les débits de boissons'), ('company', 'ne pas fréquenter certaines personnes condamnées'), ('contact', 'ne pas entrer en relation avec certaines personnes'), ('weapons', 'ne pas détenir ni porter d’arme'), ('course', 'accomplir un stage'), ('publish', 'ne rien publier sur les faits'), ('children', 'remettre ses enfants à qui en a la garde'), ('home', 'habiter hors du domicile du couple'), ('support', 'suivre une prise en charge sanitaire, sociale, éducative ou psychologique'), ('travel', 'demander l’accord du juge avant un voyage à l’étranger')], max_length=15), blank=True, default=list, size=None, verbose_name='obligations')),
                ('version', models.PositiveIntegerField(default=1, editable=False, verbose_name='version')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='measures', to='cases.case', verbose_name='dossier')),
            ],
            options={
                'verbose_name': 'mesure',
                'verbose_name_plural': 'mesures',
                'ordering': ['-starts_on', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='Opening',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('opened_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='ouvert le')),
                ('document', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='openings', to='cases.document', verbose_name='document')),
                ('user', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='lecteur')),
            ],
            options={
                'verbose_name': 'ouverture',
                'verbose_name_plural': 'ouvertures',
            },
        ),
        migrations.CreateModel(
            name='Person',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sealed', models.BinaryField(verbose_name='identité chiffrée')),
                ('digest', models.BinaryField(max_length=32, verbose_name='empreinte')),
                ('written_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='écrite le')),
                ('case', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='person', to='cases.case', verbose_name='dossier')),
                ('written_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='écrite par')),
            ],
            options={
                'verbose_name': 'identité',
                'verbose_name_plural': 'identités',
            },
        ),
        migrations.CreateModel(
            name='Transfer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('decided_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='décidé le')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='transfers', to='cases.case', verbose_name='dossier')),
                ('decided_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='décidé par')),
                ('previous', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='référent précédent')),
                ('referent', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='nouveau référent')),
            ],
            options={
                'verbose_name': 'changement de référent',
                'verbose_name_plural': 'changements de référent',
                'ordering': ['-pk'],
            },
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(fields=['referent', '-id'], name='case_referent'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(fields=['spip', '-id'], name='case_spip'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(fields=['spip', 'reference'], name='case_reference'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(models.Q(models.Q(('release_on__isnull', False), ('release_unknown', '')), models.Q(('release_on__isnull', True), ('release_unknown__in', ['pretrial', 'appeal', 'count', 'other_case', 'request', 'life'])), _connector='OR'), ('milieu', 'closed'), models.Q(('prison', ''), _negated=True)), models.Q(('milieu', 'open'), ('prison', ''), ('release_on__isnull', True), ('release_unknown', '')), _connector='OR'), name='case_release_known_or_why', violation_error_message='En milieu fermé, il faut l’établissement, et la date de libération prévue ou le motif qui l’empêche d’être connue.'),
        ),
        migrations.AddIndex(
            model_name='brokenglass',
            index=models.Index(fields=['user', '-ends_at'], name='glass_of_user'),
        ),
        migrations.AddConstraint(
            model_name='brokenglass',
            constraint=models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('starts_at')), ('ends_at__lte', django.db.models.expressions.CombinedExpression(models.F('starts_at'), '+', models.Value(datetime.timedelta(days=1))))), name='glass_at_most_24_hours'),
        ),
        migrations.AddConstraint(
            model_name='brokenglass',
            constraint=models.CheckConstraint(condition=django.db.models.lookups.GreaterThanOrEqual(django.db.models.functions.text.Length(django.db.models.functions.text.Trim('motive')), 10), name='glass_has_a_motive'),
        ),
        migrations.AddIndex(
            model_name='assignment',
            index=models.Index(condition=models.Q(('ended_at', None)), fields=['user', '-case'], name='assignment_live'),
        ),
        migrations.AddConstraint(
            model_name='assignment',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('case', 'user'), name='assignment_once'),
        ),
        migrations.AddConstraint(
            model_name='document',
            constraint=models.UniqueConstraint(fields=('case', 'id'), name='document_of_case'),
        ),
        migrations.AddConstraint(
            model_name='document',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['placement_order', 'judgment', 'expertise', 'obligations', 'note', 'certificate'])), name='document_kind'),
        ),
        migrations.AddConstraint(
            model_name='measure',
            constraint=models.CheckConstraint(condition=models.Q(('ends_on__isnull', True), ('ends_on__gte', models.F('starts_on')), _connector='OR'), name='measure_dates', violation_error_message='La fin précède le début.'),
        ),
        migrations.AddConstraint(
            model_name='measure',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'constraint'), _negated=True), ('starts_on__lt', datetime.date(2020, 3, 24)), _connector='OR'), name='measure_constraint_is_past', violation_error_message='La contrainte pénale n’existe plus depuis le 24 mars 2020.'),
        ),
        migrations.AddConstraint(
            model_name='measure',
            constraint=models.CheckConstraint(condition=models.Q(('obligations__contained_by', ['summons', 'visits', 'job_change', 'move', 'judge_consent', 'abroad', 'work', 'residence', 'care', 'family', 'repair', 'treasury', 'driving', 'job_ban', 'places', 'gambling', 'bars', 'company', 'contact', 'weapons', 'course', 'publish', 'children', 'home', 'support', 'travel'])), name='measure_obligations_known'),
        ),
        migrations.AddIndex(
            model_name='opening',
            index=models.Index(fields=['user', '-opened_at'], name='opening_user'),
        ),
        migrations.AddIndex(
            model_name='person',
            index=models.Index(fields=['digest'], name='person_digest'),
        ),
    ]
