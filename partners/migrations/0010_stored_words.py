
import django.contrib.postgres.indexes
import django.contrib.postgres.search
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0002_posting_uuid'),
        ('partners', '0009_load_communes'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='agreement',
            name='agreement_words',
        ),
        migrations.RemoveIndex(
            model_name='annextext',
            name='annex_text_words',
        ),
        migrations.RemoveIndex(
            model_name='collectiveaction',
            name='action_words',
        ),
        migrations.RemoveIndex(
            model_name='forum',
            name='forum_words',
        ),
        migrations.RemoveIndex(
            model_name='mission',
            name='mission_words',
        ),
        migrations.RemoveIndex(
            model_name='organisation',
            name='organisation_words',
        ),
        migrations.AddField(
            model_name='agreement',
            name='words',
            field=models.GeneratedField(db_persist=True, expression=django.contrib.postgres.search.SearchVector('title', 'number', 'objectives', config='portal_french'), output_field=django.contrib.postgres.search.SearchVectorField()),
        ),
        migrations.AddField(
            model_name='annextext',
            name='words',
            field=models.GeneratedField(db_persist=True, expression=django.contrib.postgres.search.SearchVector('text', config='portal_french'), output_field=django.contrib.postgres.search.SearchVectorField()),
        ),
        migrations.AddField(
            model_name='collectiveaction',
            name='words',
            field=models.GeneratedField(db_persist=True, expression=django.contrib.postgres.search.SearchVector('title', 'objective', 'target_public', 'place', config='portal_french'), output_field=django.contrib.postgres.search.SearchVectorField()),
        ),
        migrations.AddField(
            model_name='forum',
            name='words',
            field=models.GeneratedField(db_persist=True, expression=django.contrib.postgres.search.SearchVector('title', 'place', config='portal_french'), output_field=django.contrib.postgres.search.SearchVectorField()),
        ),
        migrations.AddField(
            model_name='mission',
            name='words',
            field=models.GeneratedField(db_persist=True, expression=django.contrib.postgres.search.SearchVector('title', 'summary', 'body', config='portal_french'), output_field=django.contrib.postgres.search.SearchVectorField()),
        ),
        migrations.AddField(
            model_name='organisation',
            name='words',
            field=models.GeneratedField(db_persist=True, expression=django.contrib.postgres.search.SearchVector('name', 'city', 'description', 'publics', config='portal_french'), output_field=django.contrib.postgres.search.SearchVectorField()),
        ),
        migrations.AddIndex(
            model_name='actionsession',
            index=models.Index(fields=['starts_at'], name='session_by_start'),
        ),
        migrations.AddIndex(
            model_name='agreement',
            index=django.contrib.postgres.indexes.GinIndex(fields=['words'], name='agreement_words'),
        ),
        migrations.AddIndex(
            model_name='agreement',
            index=models.Index(fields=['-starts_on', '-id'], name='agreement_by_start'),
        ),
        migrations.AddIndex(
            model_name='agreement',
            index=models.Index(fields=['ends_on', 'id'], name='agreement_by_end'),
        ),
        migrations.AddIndex(
            model_name='agreement',
            index=models.Index(fields=['title', 'id'], name='agreement_by_title'),
        ),
        migrations.AddIndex(
            model_name='annextext',
            index=django.contrib.postgres.indexes.GinIndex(fields=['words'], name='annex_text_words'),
        ),
        migrations.AddIndex(
            model_name='collectiveaction',
            index=django.contrib.postgres.indexes.GinIndex(fields=['words'], name='action_words'),
        ),
        migrations.AddIndex(
            model_name='collectiveaction',
            index=models.Index(fields=['title', 'id'], name='action_by_title'),
        ),
        migrations.AddIndex(
            model_name='forum',
            index=django.contrib.postgres.indexes.GinIndex(fields=['words'], name='forum_words'),
        ),
        migrations.AddIndex(
            model_name='mission',
            index=django.contrib.postgres.indexes.GinIndex(fields=['words'], name='mission_words'),
        ),
        migrations.AddIndex(
            model_name='organisation',
            index=django.contrib.postgres.indexes.GinIndex(fields=['words'], name='organisation_words'),
        ),
    ]
