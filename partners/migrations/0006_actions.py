import django.core.validators
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.datetime
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0002_posting_uuid'),
        ('partners', '0005_conventions'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='actionsession',
            name='cancelled_at',
            field=models.DateTimeField(editable=False, null=True, verbose_name='annulée le'),
        ),
        migrations.AddField(
            model_name='actionsession',
            name='sequence',
            field=models.PositiveIntegerField(default=0, editable=False, verbose_name='révision'),
        ),
        migrations.AddField(
            model_name="actionsession",
            name="uuid",
            field=models.UUIDField(null=True, editable=False),
        ),
        migrations.RunSQL(
            "update partners_actionsession set uuid = gen_random_uuid()",
            migrations.RunSQL.noop,
        ),
        migrations.AlterField(
            model_name="actionsession",
            name="uuid",
            field=models.UUIDField(default=uuid.uuid4, unique=True, editable=False),
        ),
        migrations.CreateModel(
            name='ActionRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('reference', models.CharField(max_length=30, validators=[django.core.validators.RegexValidator('^(?=.*[0-9])[A-Za-z0-9./_-]+$', 'Une référence d’un seul tenant, avec au moins un chiffre\xa0: jamais un nom.')], verbose_name='référence')),
                ('places', models.PositiveSmallIntegerField(verbose_name='nombre de places')),
                ('state', models.CharField(choices=[('accepted', 'acceptée'), ('waiting', 'en attente'), ('refused', 'refusée'), ('cancelled', 'annulée par le service'), ('withdrawn', 'retirée')], max_length=10, verbose_name='état')),
                ('asked_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='demandée le')),
                ('reason', models.CharField(blank=True, max_length=300, verbose_name='motif')),
                ('state_changed_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='depuis le')),
                ('action', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='requests', to='partners.collectiveaction', verbose_name='action collective')),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='décision de')),
                ('organisation', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partners.organisation', verbose_name='structure')),
                ('requested_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='demandée par')),
            ],
            options={
                'verbose_name': 'demande de places',
                'verbose_name_plural': 'demandes de places',
                'ordering': ['-asked_at', '-pk'],
                'indexes': [models.Index(fields=['action', 'state'], name='request_of_action')],
                'constraints': [models.CheckConstraint(condition=models.Q(('places__gt', 0)), name='request_places', violation_error_message='Il faut au moins une place.'), models.UniqueConstraint(condition=models.Q(('state__in', ['accepted', 'waiting'])), fields=('action', 'requested_by', 'reference'), name='request_once', violation_error_message='Vous avez déjà une demande sous cette référence.')],
            },
        ),
        migrations.CreateModel(
            name='Forum',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('title', models.CharField(max_length=150, verbose_name='intitulé')),
                ('place', models.CharField(max_length=150, verbose_name='lieu')),
                ('starts_on', models.DateField(verbose_name='premier jour')),
                ('ends_on', models.DateField(verbose_name='dernier jour')),
                ('stand', models.CharField(blank=True, max_length=150, verbose_name='stand')),
                ('is_covered', models.BooleanField(default=False, verbose_name='présence assurée')),
                ('material', models.TextField(blank=True, verbose_name='matériel à apporter')),
                ('audience', models.CharField(choices=[('public', 'tout public'), ('network', 'réseau partenarial'), ('parties', 'parties seulement')], default='network', max_length=10, verbose_name='visible par')),
                ('agents', models.ManyToManyField(blank=True, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='agents présents')),
                ('organisations', models.ManyToManyField(blank=True, related_name='forums', to='partners.organisation', verbose_name='structures présentes')),
                ('spip', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='forums', to='accounts.spip', verbose_name='service')),
            ],
            options={
                'verbose_name': 'forum',
                'verbose_name_plural': 'forums',
                'ordering': ['starts_on', 'title', 'pk'],
                'indexes': [models.Index(fields=['starts_on'], name='forum_dates')],
                'constraints': [models.CheckConstraint(condition=models.Q(('ends_on__gte', models.F('starts_on'))), name='forum_dates_in_order', violation_error_message='Le dernier jour précède le premier.')],
            },
        ),
        migrations.CreateModel(
            name='SessionAttendance',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('registered', models.PositiveSmallIntegerField(verbose_name='inscrits')),
                ('present', models.PositiveSmallIntegerField(verbose_name='présents')),
                ('excused', models.PositiveSmallIntegerField(verbose_name='absents excusés')),
                ('unexcused', models.PositiveSmallIntegerField(verbose_name='absents non excusés')),
                ('cancelled', models.PositiveSmallIntegerField(verbose_name='annulés')),
                ('session', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='attendance', to='partners.actionsession', verbose_name='séance')),
            ],
            options={
                'verbose_name': 'présences d’une séance',
                'verbose_name_plural': 'présences des séances',
                'constraints': [models.CheckConstraint(condition=models.Q(('registered', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('present'), '+', models.F('excused')), '+', models.F('unexcused')), '+', models.F('cancelled')))), name='attendance_adds_up', violation_error_message='Les quatre autres nombres doivent faire celui des inscrits.')],
            },
        ),
    ]
