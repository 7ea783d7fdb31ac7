import uuid

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('partners', '0008_sessions_by_end'),
        ('vault', '0002_tried'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name='agreementannex',
            name='added_at',
            field=models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='date du dépôt'),
        ),
        migrations.AlterField(
            model_name='agreementannex',
            name='added_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='auteur du dépôt'),
        ),
        migrations.CreateModel(
            name='ActionDocument',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('title', models.CharField(max_length=120, verbose_name='intitulé')),
                ('added_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='date du dépôt')),
                ('action', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='documents', to='partners.collectiveaction', verbose_name='action collective')),
                ('added_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='auteur du dépôt')),
                ('file', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='vault.storedfile', verbose_name='fichier')),
            ],
            options={
                'verbose_name': 'document d’action',
                'verbose_name_plural': 'documents d’action',
                'ordering': ['added_at', 'pk'],
                'abstract': False,
            },
        ),
    ]
