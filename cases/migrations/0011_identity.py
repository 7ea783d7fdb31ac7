import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


# Whoever follows the case, and nobody else: neither the direction nor a recipient.
POLICIES = """
alter table cases_person enable row level security;
create policy person_read on cases_person for select to portal_app using (
  (select true from app.my_followed f where f.id = case_id limit 1));
create policy person_write on cases_person for insert to portal_app with check (
  (select true from app.my_followed f where f.id = case_id limit 1));
create policy person_change on cases_person for update to portal_app using (
  (select true from app.my_followed f where f.id = case_id limit 1));
create policy person_forget on cases_person for delete to portal_app using (
  (select true from app.my_followed f where f.id = case_id limit 1));
"""


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0010_measures'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
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
                'indexes': [models.Index(fields=['digest'], name='person_digest')],
            },
        ),
        # The table goes with its policies.
        migrations.RunSQL(POLICIES, migrations.RunSQL.noop),
    ]
