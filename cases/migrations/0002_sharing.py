"""Shares: by which rules, with whom, and what comes back from whom they name."""

import datetime
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.datetime
import django.db.models.manager
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_initial'),
        ('auth', '0012_alter_user_first_name_max_length'),
        ('cases', '0001_initial'),
        ('partners', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='AccessRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('reference', models.UUIDField(help_text='Celle qui vous a été donnée, par exemple 1b4e28ba-2fa1-…', verbose_name='référence')),
                ('reason', models.CharField(help_text='Aucun nom de personne suivie.', max_length=300, verbose_name='pourquoi en avez-vous besoin\xa0?')),
                ('asked_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='demandé le')),
                ('answered_at', models.DateTimeField(null=True, verbose_name='répondu le')),
                ('is_granted', models.BooleanField(null=True, verbose_name='acceptée')),
                ('answer', models.CharField(blank=True, max_length=300, verbose_name='réponse')),
                ('answered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='répondu par')),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='demandé par')),
                ('membership', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partners.membership', verbose_name='appartenance')),
                ('case', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='cases.case')),
            ],
            options={
                'verbose_name': 'demande d’accès',
                'verbose_name_plural': 'demandes d’accès',
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='LegalBasis',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('label', models.CharField(max_length=200, verbose_name='base légale')),
                ('is_active', models.BooleanField(default=True, verbose_name='proposée')),
                ('spip', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='legal_bases', to='accounts.spip', verbose_name='service')),
            ],
            options={
                'verbose_name': 'base légale',
                'verbose_name_plural': 'bases légales',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='RulesVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField(verbose_name='version')),
                ('decided_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='décidée le')),
                ('days_after_measure', models.PositiveSmallIntegerField(default=0, help_text='De 0 (aucun) à 90, pour la seule finalité nommée ci-dessous.', verbose_name='jours après la fin de la mesure')),
                ('purpose_after_measure', models.CharField(blank=True, max_length=200, verbose_name='finalité de ces jours')),
                ('decided_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='décidée par')),
                ('spip', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.spip', verbose_name='service')),
            ],
            options={
                'verbose_name': 'version des règles de partage',
                'verbose_name_plural': 'versions des règles de partage',
                'ordering': ['-number'],
            },
        ),
        migrations.CreateModel(
            name='Share',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('purpose', models.CharField(max_length=300, verbose_name='finalité')),
                ('informed_on', models.DateField(verbose_name='personne informée le')),
                ('informed_how', models.CharField(choices=[('oral', 'oralement, en entretien'), ('written', 'par écrit'), ('interpreter', 'avec interprète')], max_length=12, verbose_name='personne informée')),
                ('notice_version', models.CharField(default='2026-1', max_length=20, verbose_name='version de la notice')),
                ('person_limits', models.CharField(blank=True, max_length=500, verbose_name='opposition ou limites exprimées')),
                ('days_after_measure', models.PositiveSmallIntegerField(default=0, verbose_name='jours après la fin de la mesure')),
                ('authorisation_authority', models.CharField(blank=True, max_length=120, verbose_name='magistrat qui autorise')),
                ('authorisation_number', models.CharField(blank=True, max_length=60, verbose_name='numéro de l’autorisation')),
                ('authorised_on', models.DateField(blank=True, null=True, verbose_name='date de l’autorisation')),
                ('needs_countersignature', models.BooleanField(default=False, verbose_name='à contresigner')),
                ('countersigned_at', models.DateTimeField(null=True, verbose_name='contresigné le')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='partagé le')),
                ('starts_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='depuis')),
                ('ends_at', models.DateTimeField(verbose_name='jusqu’à')),
                ('revoked_at', models.DateTimeField(null=True, verbose_name='terminé le')),
                ('revocation_reason', models.CharField(blank=True, max_length=300, verbose_name='motif de fin')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='shares', to='cases.case', verbose_name='dossier')),
                ('countersigned_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='contresigné par')),
                ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='partagé par')),
                ('legal_basis', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.legalbasis', verbose_name='base légale')),
                ('measure', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.measure', verbose_name='mesure dans laquelle le partage s’inscrit')),
                ('renews', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='renewals', to='cases.share', verbose_name='renouvelle')),
                ('revoked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='terminé par')),
                ('rules_version', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.rulesversion', verbose_name='règles appliquées')),
            ],
            options={
                'verbose_name': 'partage',
                'verbose_name_plural': 'partages',
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='LiaisonMessage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('written_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='envoyé le')),
                ('changed_at', models.DateTimeField(null=True, verbose_name='modifié le')),
                ('sealed_text', models.BinaryField(verbose_name='message scellé')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='liaison_messages', to='cases.case')),
                ('membership', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partners.membership')),
                ('written_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='rédigé par')),
                ('share', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.share')),
            ],
            options={
                'verbose_name': 'message de liaison',
                'verbose_name_plural': 'messages de liaison',
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='Incident',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('reported_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='signalé le')),
                ('kind', models.CharField(choices=[('absence', 'fugue ou absence non justifiée'), ('violence', 'violence ou menace'), ('damage', 'dégradation'), ('health', 'état de santé préoccupant'), ('breach', 'non-respect d’une obligation'), ('other', 'autre')], max_length=10, verbose_name='nature')),
                ('happened_at', models.DateTimeField(verbose_name='quand')),
                ('urgency', models.CharField(choices=[('urgent', 'urgent\xa0: réponse sous 24 heures'), ('normal', 'à traiter\xa0: réponse sous cinq jours ouvrés')], max_length=10, verbose_name='urgence')),
                ('answer_due_at', models.DateTimeField(verbose_name='réponse attendue avant')),
                ('sealed_facts', models.BinaryField(verbose_name='faits scellés')),
                ('received_at', models.DateTimeField(null=True, verbose_name='reçu le')),
                ('answered_at', models.DateTimeField(null=True, verbose_name='répondu le')),
                ('sealed_answer', models.BinaryField(null=True, verbose_name='réponse scellée')),
                ('answered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='répondu par')),
                ('case', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='incidents', to='cases.case')),
                ('membership', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partners.membership')),
                ('received_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='reçu par')),
                ('reported_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='signalé par')),
                ('spip', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.spip')),
                ('share', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.share')),
            ],
            options={
                'verbose_name': 'signalement d’incident',
                'verbose_name_plural': 'signalements d’incidents',
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='CareReport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('written_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='envoyé le')),
                ('starts_on', models.DateField(verbose_name='prise en charge du')),
                ('ends_on', models.DateField(verbose_name='au')),
                ('outcome', models.CharField(choices=[('completed', 'menée à son terme'), ('moved_on', 'orientée vers une autre structure'), ('left', 'interrompue par la personne'), ('ended_by_host', 'interrompue par la structure'), ('ended_by_judge', 'interrompue par une décision de justice')], max_length=15, verbose_name='issue')),
                ('sealed_text', models.BinaryField(verbose_name='bilan scellé')),
                ('membership', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partners.membership')),
                ('spip', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.spip')),
                ('written_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='rédigé par')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='care_reports', to='cases.case')),
                ('share', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.share')),
            ],
            options={
                'verbose_name': 'bilan de fin de prise en charge',
                'verbose_name_plural': 'bilans de fin de prise en charge',
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='Acknowledgement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('commitment', models.CharField(max_length=200, verbose_name='engagement')),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='le')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='lecteur')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='cases.case')),
                ('document', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='cases.document')),
                ('share', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='acknowledgements', to='cases.share')),
            ],
            options={
                'verbose_name': 'accusé de lecture',
                'verbose_name_plural': 'accusés de lecture',
            },
        ),
        migrations.CreateModel(
            name='ShareRecipient',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('is_substitute', models.BooleanField(default=False, verbose_name='suppléant')),
                ('agreement', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partners.agreement', verbose_name='convention')),
                ('case', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='cases.case', verbose_name='dossier')),
                ('content_object', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='recipients', to='cases.document', verbose_name='document')),
                ('membership', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partners.membership', verbose_name='appartenance')),
                ('partnership', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partners.partnership', verbose_name='partenariat')),
                ('permission', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='auth.permission', verbose_name='permission')),
                ('share', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='recipients', to='cases.share', verbose_name='partage')),
                ('user', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='destinataire')),
            ],
            options={
                'verbose_name': 'destinataire d’un partage',
                'verbose_name_plural': 'destinataires de partages',
                'base_manager_name': 'history',
            },
            managers=[
                ('objects', django.db.models.manager.Manager()),
                ('history', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='SharingRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('document_kind', models.CharField(choices=[('placement_order', 'ordonnance accordant la mesure'), ('judgment', 'jugement'), ('expertise', 'rapport d’expertise'), ('obligations', 'extrait d’obligations'), ('note', 'note de liaison'), ('certificate', 'attestation')], max_length=20, verbose_name='nature du document')),
                ('category', models.CharField(choices=[('authority', 'autorité publique'), ('public_service', 'personne morale gérant un service public'), ('reintegration', 'association d’aide à la réinsertion (art. L. 111-1 du code pénitentiaire)'), ('essms', 'établissement ou service social ou médico-social (2°, 4° ou 14°)'), ('other', 'autre\xa0: aucune donnée nominative')], max_length=15, verbose_name='catégorie de structure')),
                ('measure_kind', models.CharField(blank=True, choices=[('probation', 'sursis probatoire'), ('reinforced', 'sursis probatoire renforcé'), ('placement', 'placement à l’extérieur'), ('semi_liberty', 'semi-liberté'), ('ddse', 'détention à domicile sous surveillance électronique'), ('parole', 'libération conditionnelle'), ('forced_release', 'libération sous contrainte'), ('tig', 'travail d’intérêt général'), ('ssj', 'suivi socio-judiciaire'), ('supervision', 'contrôle judiciaire'), ('arse', 'assignation à résidence avec surveillance électronique'), ('judicial_watch', 'surveillance judiciaire'), ('psem', 'placement sous surveillance électronique mobile'), ('leave', 'permission de sortir'), ('tnr', 'travail non rémunéré'), ('course', 'stage'), ('residence_ban', 'interdiction de séjour'), ('deferral', 'ajournement de la peine'), ('composition', 'composition pénale'), ('sas', 'structure d’accompagnement vers la sortie'), ('prison', 'détention'), ('constraint', 'contrainte pénale (avant le 24 mars 2020)')], help_text='Vide\xa0: toutes les mesures.', max_length=15, verbose_name='mesure')),
                ('outcome', models.CharField(choices=[('allowed', 'permis'), ('countersignature', 'contresignature de la direction'), ('authorisation', 'autorisation d’un magistrat'), ('forbidden', 'interdit')], max_length=20, verbose_name='règle')),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rules', to='cases.rulesversion', verbose_name='version')),
            ],
            options={
                'verbose_name': 'règle de partage',
                'verbose_name_plural': 'règles de partage',
            },
        ),
        migrations.AddIndex(
            model_name='accessrequest',
            index=models.Index(fields=['asked_by', '-id'], name='access_request_by'),
        ),
        migrations.AddIndex(
            model_name='accessrequest',
            index=models.Index(fields=['case', '-id'], name='access_request_case'),
        ),
        migrations.AddConstraint(
            model_name='accessrequest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('answered_at', None), ('answered_by', None), ('is_granted', None)), models.Q(('answered_at__isnull', False), ('answered_by__isnull', False), ('is_granted__isnull', False)), _connector='OR'), name='access_request_answered_whole'),
        ),
        migrations.AddConstraint(
            model_name='rulesversion',
            constraint=models.UniqueConstraint(fields=('spip', 'number'), name='rules_version_once'),
        ),
        migrations.AddConstraint(
            model_name='rulesversion',
            constraint=models.CheckConstraint(condition=models.Q(('days_after_measure', 0), models.Q(('days_after_measure__lte', 90), models.Q(('purpose_after_measure', ''), _negated=True)), _connector='OR'), name='rules_days_after_measure'),
        ),
        migrations.AddIndex(
            model_name='share',
            index=models.Index(fields=['created_by', '-id'], name='share_creator'),
        ),
        migrations.AddIndex(
            model_name='share',
            index=models.Index(condition=models.Q(('countersigned_at', None), ('needs_countersignature', True), ('revoked_at', None)), fields=['case'], name='share_waiting'),
        ),
        migrations.AddConstraint(
            model_name='share',
            constraint=models.UniqueConstraint(fields=('id', 'case'), name='share_of_case'),
        ),
        migrations.AddConstraint(
            model_name='share',
            constraint=models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('starts_at'))), name='share_dates', violation_error_message='La fin du partage est déjà passée.'),
        ),
        migrations.AddConstraint(
            model_name='share',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('revoked_at', None), ('revoked_by', None)), models.Q(('revoked_at__isnull', False), ('revoked_by__isnull', False)), _connector='OR'), name='share_revoked_by_someone'),
        ),
        migrations.AddConstraint(
            model_name='share',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('countersigned_at', None), ('countersigned_by', None)), models.Q(('countersigned_at__isnull', False), ('countersigned_by__isnull', False), ('needs_countersignature', True), models.Q(('countersigned_by', models.F('created_by')), _negated=True)), _connector='OR'), name='share_countersigned_by_another'),
        ),
        migrations.AddConstraint(
            model_name='share',
            constraint=models.CheckConstraint(condition=models.Q(('days_after_measure__lte', 90)), name='share_days_after_measure'),
        ),
        migrations.AddIndex(
            model_name='liaisonmessage',
            index=models.Index(fields=['share', 'id'], name='liaison_thread'),
        ),
        migrations.AddConstraint(
            model_name='liaisonmessage',
            constraint=models.CheckConstraint(condition=models.Q(('changed_at', None), ('changed_at__gte', models.F('written_at')), _connector='OR'), name='liaison_changed_after'),
        ),
        migrations.AddIndex(
            model_name='incident',
            index=models.Index(fields=['case', '-id'], name='incident_case'),
        ),
        migrations.AddIndex(
            model_name='incident',
            index=models.Index(fields=['reported_by', '-id'], name='incident_author'),
        ),
        migrations.AddIndex(
            model_name='incident',
            index=models.Index(condition=models.Q(('answered_at', None)), fields=['case', 'answer_due_at'], name='incident_waiting'),
        ),
        migrations.AddConstraint(
            model_name='incident',
            constraint=models.CheckConstraint(condition=models.Q(('happened_at__lte', models.F('reported_at')), ('happened_at__gt', django.db.models.expressions.CombinedExpression(models.F('reported_at'), '-', models.Value(datetime.timedelta(days=367))))), name='incident_happened_lately'),
        ),
        migrations.AddConstraint(
            model_name='incident',
            constraint=models.CheckConstraint(condition=models.Q(('answer_due_at__gt', models.F('reported_at'))), name='incident_due_after'),
        ),
        migrations.AddConstraint(
            model_name='incident',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('received_at', None), ('received_by', None)), models.Q(('received_at__isnull', False), ('received_by__isnull', False)), _connector='OR'), name='incident_received_whole'),
        ),
        migrations.AddConstraint(
            model_name='incident',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('answered_at', None), ('answered_by', None), ('sealed_answer', None)), models.Q(('answered_at__isnull', False), ('answered_by__isnull', False), ('received_at__isnull', False), ('sealed_answer__isnull', False)), _connector='OR'), name='incident_answered_whole'),
        ),
        migrations.AddIndex(
            model_name='carereport',
            index=models.Index(fields=['case', '-id'], name='care_report_case'),
        ),
        migrations.AddIndex(
            model_name='carereport',
            index=models.Index(fields=['written_by', '-id'], name='care_report_author'),
        ),
        migrations.AddConstraint(
            model_name='carereport',
            constraint=models.CheckConstraint(condition=models.Q(('ends_on__gte', models.F('starts_on'))), name='care_report_dates'),
        ),
        migrations.AddConstraint(
            model_name='acknowledgement',
            constraint=models.UniqueConstraint(fields=('share', 'document', 'user'), name='acknowledged_once'),
        ),
        migrations.AddIndex(
            model_name='sharerecipient',
            index=models.Index(fields=['user', '-case', '-content_object'], name='recipient_user'),
        ),
        migrations.AddIndex(
            model_name='sharerecipient',
            index=models.Index(fields=['user', '-id'], name='recipient_newest'),
        ),
        migrations.AddIndex(
            model_name='sharerecipient',
            index=models.Index(fields=['case'], name='recipient_case'),
        ),
        migrations.AddConstraint(
            model_name='sharerecipient',
            constraint=models.UniqueConstraint(fields=('share', 'user', 'permission', 'content_object'), name='recipient_once'),
        ),
        migrations.AddConstraint(
            model_name='sharingrule',
            constraint=models.UniqueConstraint(fields=('version', 'document_kind', 'category', 'measure_kind'), name='sharing_rule_once'),
        ),
    ]
