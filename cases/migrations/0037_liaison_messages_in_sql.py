"""Messages are read and written by whoever follows the case and by whom a live share
names, and changed by their author alone, for a day. What makes a recipient's row live
is said once, for all of them; `app.my_shared` keeps those of the person who asks."""

from importlib import import_module

from django.db import migrations

before = import_module("cases.migrations.0031_sharing_rules_in_sql")

# Not granted to the application: it names every recipient of every share.
LIVE = """
-- The SQL twin of cases.models.shares.live(): thing by thing, for a join of twelve tables takes
-- longer to plan than to read, and each policy that asks for it plans it again.
create view app.live_recipient as
select r.id as recipient_id, r.content_object_id as document_id, r.case_id, r.share_id,
       r.user_id, r.membership_id
  from cases_sharerecipient r
  join cases_share s on s.id = r.share_id
 where s.revoked_at is null and s.starts_at <= statement_timestamp() and s.ends_at > statement_timestamp()
   and (not s.needs_countersignature or s.countersigned_at is not null)
   and (select true from cases_measure x where x.id = s.measure_id
         and (x.ends_on is null or x.ends_on >= (select app.today()) - s.days_after_measure) limit 1)
   and (select true from cases_case c where c.id = r.case_id and c.sensitivity <> 2 limit 1)
   and (select true from cases_document d join vault_storedfile f on f.id = d.file_id
         where d.id = r.content_object_id and f.state = 'available' limit 1)
   and (select true from partners_membership m
          join partners_clearance h on h.membership_id = m.id
         where m.id = r.membership_id and m.ended_at is null
           and h.designated_at is not null and h.suspended_at is null limit 1)
   and (select true from partners_partnership p
          join partners_organisation o on o.id = p.organisation_id
          join partners_organisationkind k on k.id = o.kind_id
         where p.id = r.partnership_id and p.state = 'validated'
           and p.art46_confirmed_at is not null and p.art46_category not in ('', 'other')
           and not k.is_state
           and o.reviewed_at > statement_timestamp() - interval '274 days' limit 1)
   and (select true from partners_agreement a
         where a.id = r.agreement_id and a.signed_on is not null
           and a.starts_on <= (select app.today()) and a.ends_on >= (select app.today())
           and (a.denounced_on is null or a.denounced_on > (select app.today())) limit 1);
create or replace view app.my_shared as
select recipient_id, document_id, case_id, share_id from app.live_recipient
 where user_id = (select app.partner());
"""

READERS = """
-- Who reads the messages of a share, told to whom has a part in it. Every CPIP who can
-- act as such counts, whatever they act as now: they read once they do.
create function app.readers_of_share(wanted bigint)
returns table (user_id bigint, membership_id bigint)
language sql stable security definer set search_path = public, pg_temp
as $$
  with share as (
    select s.id, s.case_id, c.referent_id, c.spip_id
      from cases_share s join cases_case c on c.id = s.case_id
     where s.id = wanted
       and ((select true from app.my_followed f where f.id = s.case_id limit 1)
         or (select true from app.my_shared m where m.share_id = s.id limit 1)
         or (select app.system()) = 'cases')
  ), follower as (
    select referent_id as id, spip_id from share
    union
    select a.user_id, s.spip_id from share s
      join cases_assignment a on a.case_id = s.case_id and a.ended_at is null
  )
  select f.id, null::bigint from follower f where app.is_cpip_of(f.id, f.spip_id)
  union all
  select r.user_id, min(r.membership_id) from app.live_recipient r
    join accounts_user u on u.id = r.user_id and u.is_active
   where r.share_id = wanted and (select true from share)
   group by r.user_id
$$;
"""

POLICIES = """
alter table cases_liaisonmessage add constraint liaison_share_of_case
  foreign key (share_id, case_id) references cases_share (id, case_id);

alter table cases_liaisonmessage enable row level security;
create policy liaison_read on cases_liaisonmessage for select to portal_app using (
  (select true from app.my_followed f where f.id = case_id limit 1)
  or (select true from app.my_shared s
       where s.share_id = cases_liaisonmessage.share_id limit 1)
  or (select app.system()) = 'cases');
create policy liaison_send on cases_liaisonmessage for insert to portal_app with check (
  written_by_id = (select app.uid()) and changed_at is null
  and written_at <= statement_timestamp()
  and (membership_id is null
       or (select true from partners_membership m
            where m.id = membership_id and m.user_id = written_by_id limit 1))
  and ((select true from app.my_followed f where f.id = case_id limit 1)
    or (select true from app.my_shared s
         where s.share_id = cases_liaisonmessage.share_id limit 1)));
create policy liaison_change on cases_liaisonmessage for update to portal_app using (
  written_by_id = (select app.uid())
  and written_at > statement_timestamp() - interval '24 hours')
  with check (changed_at is not null);
revoke update, delete on cases_liaisonmessage from portal_app;
grant update (sealed_text, changed_at) on cases_liaisonmessage to portal_app;
"""

UNDO = """
grant update, delete on cases_liaisonmessage to portal_app;
drop policy liaison_change on cases_liaisonmessage;
drop policy liaison_send on cases_liaisonmessage;
drop policy liaison_read on cases_liaisonmessage;
alter table cases_liaisonmessage disable row level security;
alter table cases_liaisonmessage drop constraint liaison_share_of_case;
drop function app.readers_of_share(bigint);
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0036_liaison_messages")]
    operations = [
        migrations.RunSQL(
            LIVE + READERS + POLICIES,
            UNDO + before.VIEW % before.SHARED + "drop view app.live_recipient;",
        )
    ]
