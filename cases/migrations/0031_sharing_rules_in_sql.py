"""What a share must respect, held by the database whatever the forms say: its last day,
the entitlement of each person named on the day it begins, the countersignature; and who
in the direction reads what, only to countersign it."""

from django.db import migrations

SHARED_BEFORE = """
 where r.user_id = (select app.partner())
   and s.revoked_at is null and s.starts_at <= statement_timestamp() and s.ends_at > statement_timestamp()
   and (x.ends_on is null or x.ends_on >= (select app.today()))
"""
SHARED = """
  join cases_case c on c.id = r.case_id and c.sensitivity <> 2
 where r.user_id = (select app.partner())
   and s.revoked_at is null and s.starts_at <= statement_timestamp() and s.ends_at > statement_timestamp()
   and (not s.needs_countersignature or s.countersigned_at is not null)
   and (x.ends_on is null or x.ends_on >= (select app.today()) - s.days_after_measure)
"""
VIEW = """
create or replace view app.my_shared as
select r.id as recipient_id, r.content_object_id as document_id, r.case_id, r.share_id
  from cases_sharerecipient r
  join cases_share s on s.id = r.share_id
  join cases_measure x on x.id = s.measure_id
  join cases_document d on d.id = r.content_object_id
  join vault_storedfile f on f.id = d.file_id
  join partners_membership m on m.id = r.membership_id
  join partners_clearance h on h.membership_id = m.id
  join partners_partnership p on p.id = r.partnership_id
  join partners_agreement a on a.id = r.agreement_id
  join partners_organisation o on o.id = p.organisation_id
  join partners_organisationkind k on k.id = o.kind_id
  %s
   and f.state = 'available'
   and m.ended_at is null
   and h.designated_at is not null and h.suspended_at is null
   and p.state = 'validated' and p.art46_confirmed_at is not null
   and p.art46_category not in ('', 'other')
   and not k.is_state
   and o.reviewed_at > statement_timestamp() - interval '274 days'
   and a.signed_on is not null
   and a.starts_on <= (select app.today()) and a.ends_on >= (select app.today())
   and (a.denounced_on is null or a.denounced_on > (select app.today()));
"""

COUNTERSIGNING = """
-- Shares that the direction countersigned or may countersign: their papers stay
-- readable to it, their documents only while they wait.
create view app.my_countersigned as
select s.id as share_id, s.case_id,
       s.countersigned_at is null and s.revoked_at is null
         and s.ends_at > statement_timestamp()
         and s.created_by_id <> (select app.uid())
         and (select true from cases_brokenglass g where g.case_id = s.case_id
               and g.user_id = (select app.uid()) limit 1) is null as is_waiting
  from cases_share s
  join cases_case c on c.id = s.case_id
 where s.needs_countersignature
   and c.spip_id = (select app.managed_spip()) and c.sensitivity < 3;
create view app.my_documents_to_countersign as
select r.content_object_id as document_id
  from cases_sharerecipient r
  join app.my_countersigned w on w.share_id = r.share_id and w.is_waiting;
grant select on app.my_countersigned, app.my_documents_to_countersign to portal_app;

drop policy share_read on cases_share;
create policy share_read on cases_share for select to portal_app using (
  (select true from app.my_followed f where f.id = case_id limit 1)
  or (select true from app.my_shared s where s.share_id = cases_share.id limit 1)
  or (select true from app.my_countersigned w where w.share_id = cases_share.id limit 1));
create policy share_countersign on cases_share for update to portal_app using (
  (select true from app.my_countersigned w
    where w.share_id = cases_share.id and w.is_waiting limit 1))
  with check (countersigned_by_id = (select app.uid()) or revoked_by_id = (select app.uid()));

drop policy recipient_read on cases_sharerecipient;
create policy recipient_read on cases_sharerecipient for select to portal_app using (
  (select true from app.my_followed f where f.id = case_id limit 1)
  or (select true from app.my_shared s where s.recipient_id = cases_sharerecipient.id
      limit 1)
  or (select true from app.my_countersigned w
       where w.share_id = cases_sharerecipient.share_id limit 1));

create policy document_countersign on cases_document for select to portal_app using (
  (select true from app.my_documents_to_countersign w
    where w.document_id = cases_document.id limit 1));

-- The name under a countersignature is that of whoever signs, in the direction.
create function app.check_countersignature() returns trigger
language plpgsql security definer set search_path = public, pg_temp
as $$
begin
  perform 1 from cases_case c where c.id = new.case_id and c.spip_id = app.managed_spip();
  if not found or new.countersigned_by_id is distinct from app.uid() then
    raise exception 'a share is countersigned by the direction of its service'
      using errcode = 'check_violation', constraint = 'share_countersigned_by_direction';
  end if;
  return new;
end $$;
create trigger share_countersigned_by_direction
before update of countersigned_at, countersigned_by_id on cases_share
for each row when (new.countersigned_at is distinct from old.countersigned_at
  or new.countersigned_by_id is distinct from old.countersigned_by_id)
execute function app.check_countersignature();
"""

# As of the day the share begins: the same clauses as a live share, and what must hold of
# the person when they are named (charter of the day, second factor, active account).
RIGHTS = """
create function app.last_instant(day date) returns timestamptz language sql immutable
as $$ select (day + 1)::timestamp at time zone 'Europe/Paris' $$;

create function app.may_last_until(measure bigint, days integer, starts timestamptz, ends timestamptz)
returns boolean language sql stable security definer set search_path = public, pg_temp
as $$
  select ends <= app.last_instant(
           ((starts at time zone 'Europe/Paris')::date + interval '1 year')::date)
     and exists (select 1 from cases_measure x where x.id = measure
                  and (x.ends_on is null or ends <= app.last_instant(x.ends_on + days)))
$$;

create function app.may_receive(share bigint, reader bigint, member bigint, partner bigint, contract bigint)
returns boolean language sql stable security definer set search_path = public, pg_temp
as $$
  select exists (
    select 1 from cases_share s
      join cases_case c on c.id = s.case_id and c.sensitivity <> 2
      join accounts_user u on u.id = reader and u.is_active
      join mfa_authenticator t on t.user_id = u.id and t.type = 'totp'
      join partners_membership m on m.id = member
       and (m.ended_at is null or m.ended_at > s.starts_at)
      join partners_clearance h on h.membership_id = m.id
       and h.designated_at is not null
       and (h.suspended_at is null or h.suspended_at > s.starts_at)
       and h.charter_id = (select k.id from partners_charter k
                            where k.published_at <= statement_timestamp()
                            order by k.version desc limit 1)
      join partners_partnership p on p.id = partner
       and (p.state = 'validated'
            or (p.state = 'suspended' and p.state_changed_at > s.starts_at))
       and p.art46_confirmed_at is not null and p.art46_category not in ('', 'other')
      join partners_organisation o on o.id = p.organisation_id
       and o.reviewed_at > s.starts_at - interval '274 days'
      join partners_organisationkind q on q.id = o.kind_id and not q.is_state
      join partners_agreement a on a.id = contract and a.signed_on is not null
       and a.starts_on <= (s.starts_at at time zone 'Europe/Paris')::date
       and (a.denounced_on is null
            or a.denounced_on > (s.starts_at at time zone 'Europe/Paris')::date)
       and s.ends_at <= app.last_instant(a.ends_on)
     where s.id = share)
$$;

drop policy share_decide on cases_share;
create policy share_decide on cases_share for insert to portal_app with check (
  created_by_id = (select app.cpip()) and countersigned_at is null
  and (select true from app.my_followed f where f.id = case_id limit 1)
  and app.may_last_until(measure_id, days_after_measure, starts_at, ends_at));

drop policy recipient_add on cases_sharerecipient;
create policy recipient_add on cases_sharerecipient for insert to portal_app with check (
  (select true from app.my_followed f where f.id = case_id limit 1)
  and app.may_receive(share_id, user_id, membership_id, partnership_id, agreement_id));

-- What was decided stays as decided: a share is countersigned or ended, nothing else.
revoke update on cases_share from portal_app;
grant update (revoked_at, revoked_by_id, revocation_reason, countersigned_at,
  countersigned_by_id) on cases_share to portal_app;
revoke update, delete on cases_rulesversion, cases_sharingrule from portal_app;
"""

UNDO = """
grant update, delete on cases_rulesversion, cases_sharingrule to portal_app;
grant update on cases_share to portal_app;
drop policy recipient_add on cases_sharerecipient;
create policy recipient_add on cases_sharerecipient for insert to portal_app with check (
  (select true from app.my_followed f where f.id = case_id limit 1));
drop policy share_decide on cases_share;
create policy share_decide on cases_share for insert to portal_app with check (
  created_by_id = (select app.cpip())
  and (select true from app.my_followed f where f.id = case_id limit 1));
drop function app.may_receive(bigint, bigint, bigint, bigint, bigint);
drop function app.may_last_until(bigint, integer, timestamptz, timestamptz);
drop function app.last_instant(date);
drop policy document_countersign on cases_document;
drop policy recipient_read on cases_sharerecipient;
create policy recipient_read on cases_sharerecipient for select to portal_app using (
  (select true from app.my_followed f where f.id = case_id limit 1)
  or (select true from app.my_shared s where s.recipient_id = cases_sharerecipient.id
      limit 1));
drop policy share_countersign on cases_share;
drop policy share_read on cases_share;
create policy share_read on cases_share for select to portal_app using (
  (select true from app.my_followed f where f.id = case_id limit 1)
  or (select true from app.my_shared s where s.share_id = cases_share.id limit 1));
drop trigger share_countersigned_by_direction on cases_share;
drop function app.check_countersignature();
drop view app.my_documents_to_countersign;
drop view app.my_countersigned;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0030_sharing_rules"),
        ("mfa", "0003_authenticator_type_uniq"),
    ]
    operations = [
        migrations.RunSQL(
            VIEW % SHARED + COUNTERSIGNING + RIGHTS, UNDO + VIEW % SHARED_BEFORE
        )
    ]
