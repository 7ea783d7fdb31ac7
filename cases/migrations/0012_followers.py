import django.db.models.deletion
import django.db.models.functions.datetime
import uuid
from django.conf import settings
from django.contrib.postgres.functions import RandomUUID
from django.db import migrations, models


# Foreign keys are checked at the end of a transaction: now, so that the table may change.
NAMED_BY_THE_REFERENT = """
set constraints all immediate;
update cases_assignment a set added_by_id = c.referent_id
  from cases_case c where c.id = a.case_id;
set constraints all deferred;
"""

VIEWS = """
-- The SQL twin of cases.models.cases.cpips_of().
create function app.is_cpip_of(who bigint, service bigint) returns boolean
language sql stable security definer set search_path = public, pg_temp
as $$
  select exists (
    select 1 from accounts_user u join accounts_posting p on p.user_id = u.id
     where u.id = who and u.is_active and p.spip_id = service and p.role = 'cpip'
       and p.confirmed_at is not null and p.starts_on <= app.today()
       and (p.ends_on is null or p.ends_on >= app.today()))
$$;

-- The SQL twin of CaseQuerySet.entrusted_to().
create view app.my_entrusted as
select c.id from cases_case c
 where (c.referent_id = (select app.cpip()) and c.spip_id = (select app.cpip_spip()))
    or (c.spip_id = (select app.managed_spip()) and c.sensitivity < 3)
    or (c.spip_id = (select app.cpip_spip())
        and exists (select 1 from app.my_assigned a where a.case_id = c.id)
        and not app.is_cpip_of(c.referent_id, c.spip_id));
grant select on app.my_entrusted to portal_app;

-- The one way a case changes hands. The application's role has no right to: whoever
-- gives a case away sees it no more, and a manager writes in no case.
create function app.hand_over(given bigint[], heir bigint) returns integer
language plpgsql security definer set search_path = public, pg_temp
as $$
declare done integer;
begin
  if not coalesce((select app.is_cpip_of(heir, p.spip_id) from app.posting() p), false) then
    raise exception 'not a CPIP of the service' using errcode = 'insufficient_privilege';
  end if;
  with mine as (
    select c.id, c.referent_id from cases_case c
     where c.id = any(given) and c.referent_id <> heir
       and c.id in (select e.id from app.my_entrusted e where e.id = any(given))
     order by c.id for update
  ), moved as (
    update cases_case c set referent_id = heir from mine
     where c.id = mine.id returning c.id, mine.referent_id as previous
  ), no_more_substitute as (
    update cases_assignment set ended_at = statement_timestamp(), ended_by_id = app.uid()
     where user_id = heir and ended_at is null and case_id in (select id from moved)
  ), noted as (
    insert into cases_transfer (case_id, previous_id, referent_id, decided_by_id)
    select id, previous, heir, app.uid() from moved returning case_id
  )
  select count(*) into done from noted;
  return done;
end $$;
"""

POLICIES = """
drop policy assignment_read on cases_assignment;
create policy assignment_read on cases_assignment for select to portal_app using (
  user_id = (select app.cpip())
  or (select true from app.my_followed f where f.id = case_id limit 1)
  or (select true from app.my_managed m where m.id = case_id limit 1));
drop policy assignment_write on cases_assignment;
create policy assignment_write on cases_assignment for insert to portal_app with check (
  added_by_id = (select app.uid())
  and (select true from app.my_entrusted e join cases_case c on c.id = e.id
        where e.id = case_id and c.referent_id <> user_id
          and app.is_cpip_of(user_id, c.spip_id) limit 1));
drop policy assignment_end on cases_assignment;
create policy assignment_end on cases_assignment for update to portal_app using (
  user_id = (select app.cpip())
  or (select true from app.my_entrusted e where e.id = case_id limit 1));

alter table cases_transfer enable row level security;
create policy transfer_read on cases_transfer for select to portal_app using (
  (select true from app.my_followed f where f.id = case_id limit 1)
  or (select true from app.my_managed m where m.id = case_id limit 1));
revoke insert, update, delete on cases_transfer from portal_app;
"""

UNDO = """
drop policy transfer_read on cases_transfer;
drop policy assignment_read on cases_assignment;
create policy assignment_read on cases_assignment for select to portal_app using (
  user_id = (select app.cpip())
  or (select true from app.my_followed f where f.id = case_id limit 1));
drop policy assignment_write on cases_assignment;
create policy assignment_write on cases_assignment for insert to portal_app with check (
  (select true from app.my_followed f where f.id = case_id limit 1));
drop policy assignment_end on cases_assignment;
create policy assignment_end on cases_assignment for update to portal_app using (
  (select true from app.my_followed f where f.id = case_id limit 1));
drop function app.hand_over(bigint[], bigint);
drop view app.my_entrusted;
drop function app.is_cpip_of(bigint, bigint);
"""


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_initial'),
        ('cases', '0011_identity'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Transfer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('decided_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='décidé le')),
            ],
            options={
                'verbose_name': 'changement de référent',
                'verbose_name_plural': 'changements de référent',
                'ordering': ['-pk'],
            },
        ),
        migrations.RemoveConstraint(
            model_name='case',
            name='case_reference_once',
        ),
        migrations.AddField(
            model_name='assignment',
            name='added_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='désigné par'),
        ),
        migrations.RunSQL(NAMED_BY_THE_REFERENT, migrations.RunSQL.noop),
        migrations.AlterField(
            model_name='assignment',
            name='added_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='désigné par'),
        ),
        migrations.AddField(
            model_name='assignment',
            name='ended_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='retiré par'),
        ),
        migrations.AddField(
            model_name='assignment',
            name='uuid',
            # Each row that is there gets one of its own from the database.
            field=models.UUIDField(db_default=RandomUUID(), editable=False, unique=True),
        ),
        migrations.AlterField(
            model_name='assignment',
            name='uuid',
            field=models.UUIDField(default=uuid.uuid4, editable=False, unique=True),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(fields=['spip', 'reference'], name='case_reference'),
        ),
        migrations.AddField(
            model_name='transfer',
            name='case',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='transfers', to='cases.case', verbose_name='dossier'),
        ),
        migrations.AddField(
            model_name='transfer',
            name='decided_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='décidé par'),
        ),
        migrations.AddField(
            model_name='transfer',
            name='previous',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='référent précédent'),
        ),
        migrations.AddField(
            model_name='transfer',
            name='referent',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='nouveau référent'),
        ),
        migrations.RunSQL(VIEWS + POLICIES, UNDO),
    ]
