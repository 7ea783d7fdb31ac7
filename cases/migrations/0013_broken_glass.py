import datetime
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.datetime
import django.db.models.functions.text
import django.db.models.lookups
import uuid
from django.conf import settings
from django.db import migrations, models


VIEWS = """
-- Who may break glass: a CPIP or a manager, in the service they act for now.
create function app.agent() returns bigint language sql stable
security definer set search_path = public, pg_temp
as $$ select user_id from app.posting() where role in ('cpip', 'manager') $$;
create function app.agent_spip() returns bigint language sql stable
security definer set search_path = public, pg_temp
as $$ select spip_id from app.posting() where role in ('cpip', 'manager') $$;

-- The SQL twin of BrokenGlassQuerySet.live_of(). To read only: no policy that lets
-- write names it.
create view app.my_broken_glass as
select g.id, g.case_id from cases_brokenglass g join cases_case c on c.id = g.case_id
 where g.user_id = (select app.agent()) and g.ends_at > statement_timestamp()
   and c.spip_id = (select app.agent_spip()) and c.sensitivity < 3;
grant select on app.my_broken_glass to portal_app;

-- The one way in: what it opens is decided here, for whoever asks does not see the case.
create function app.break_glass(number text, reason text, how_long interval)
returns setof bigint
language sql security definer set search_path = public, pg_temp
as $$
  insert into cases_brokenglass (uuid, case_id, user_id, motive, starts_at, ends_at)
  select gen_random_uuid(), c.id, (select app.agent()), reason,
         statement_timestamp(), statement_timestamp() + how_long
    from cases_case c
   where c.spip_id = (select app.agent_spip()) and c.reference = number
     and c.sensitivity < 3
     and not exists (select 1 from app.my_followed f where f.id = c.id)
  returning id
$$;
"""

BEFORE = {
    "case": """
  (referent_id = (select app.cpip()) and spip_id = (select app.cpip_spip()))
  or (spip_id = (select app.managed_spip()) and sensitivity < 3)
  or (spip_id = (select app.cpip_spip())
      and (select true from app.my_assigned a where a.case_id = cases_case.id limit 1))
  or (select true from app.my_shared s where s.case_id = cases_case.id limit 1)""",
    "measure": """
  (select true from app.my_followed f where f.id = case_id limit 1)
  or (select true from app.my_managed f where f.id = case_id limit 1)
  or (select true from app.my_shared s where s.case_id = cases_measure.case_id limit 1)""",
    "document": """
  (select true from app.my_followed f where f.id = case_id limit 1)
  or (select true from app.my_shared s where s.document_id = cases_document.id limit 1)""",
}


def reading(table: str, more: str = "") -> str:
    return (
        f"drop policy {table}_read on cases_{table};"
        f"create policy {table}_read on cases_{table} for select to portal_app"
        f" using ({BEFORE[table]}{more});"
    )


def by_broken_glass(key: str) -> str:
    return (
        "\n  or (select true from app.my_broken_glass g"
        f" where g.case_id = {key} limit 1)"
    )


POLICIES = (
    reading("case", by_broken_glass("cases_case.id"))
    + reading("measure", by_broken_glass("cases_measure.case_id"))
    + reading("document", by_broken_glass("cases_document.case_id"))
    + """
alter table cases_brokenglass enable row level security;
create policy glass_read on cases_brokenglass for select to portal_app using (
  (select true from app.my_broken_glass g where g.id = cases_brokenglass.id limit 1)
  or (select true from app.my_followed f where f.id = case_id limit 1)
  or (select true from app.my_managed m where m.id = case_id limit 1));
revoke insert, update, delete on cases_brokenglass from portal_app;
"""
)

UNDO = (
    "drop policy glass_read on cases_brokenglass;"
    + "".join(reading(table) for table in BEFORE)
    + """
drop function app.break_glass(text, text, interval);
drop view app.my_broken_glass;
drop function app.agent_spip();
drop function app.agent();
"""
)


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0012_followers'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='BrokenGlass',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('motive', models.CharField(max_length=300, verbose_name='motif')),
                ('starts_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='depuis')),
                ('ends_at', models.DateTimeField(verbose_name='jusqu’à')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='broken_glass', to='cases.case', verbose_name='dossier')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='agent')),
            ],
            options={
                'verbose_name': 'accès motivé',
                'verbose_name_plural': 'accès motivés',
                'ordering': ['-pk'],
                'indexes': [models.Index(fields=['user', '-ends_at'], name='glass_of_user')],
                'constraints': [models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('starts_at')), ('ends_at__lte', django.db.models.expressions.CombinedExpression(models.F('starts_at'), '+', models.Value(datetime.timedelta(days=1))))), name='glass_at_most_24_hours'), models.CheckConstraint(condition=django.db.models.lookups.GreaterThanOrEqual(django.db.models.functions.text.Length(django.db.models.functions.text.Trim('motive')), 10), name='glass_has_a_motive')],
            },
        ),
        migrations.RunSQL(VIEWS + POLICIES, UNDO),
    ]
