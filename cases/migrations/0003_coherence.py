"""What the rows of the case area must be, whatever the forms say: of one case, of one
service, decided by whoever may, and never rewritten."""

from django.db import migrations

KEYS = """
alter table cases_sharerecipient
  add constraint recipient_share_of_case foreign key (share_id, case_id)
    references cases_share (id, case_id),
  add constraint recipient_document_of_case foreign key (case_id, content_object_id)
    references cases_document (case_id, id);
-- A version closes one of the same case.
alter table cases_document add constraint document_replaces_of_case
  foreign key (case_id, replaces_id) references cases_document (case_id, id);
alter table cases_liaisonmessage add constraint liaison_share_of_case
  foreign key (share_id, case_id) references cases_share (id, case_id);
alter table cases_incident add constraint incident_share_of_case
  foreign key (share_id, case_id) references cases_share (id, case_id);
alter table cases_carereport add constraint care_report_share_of_case
  foreign key (share_id, case_id) references cases_share (id, case_id);
"""

TRIGGERS = """
-- The recipient, the structure, the partnership and the convention must be one whole,
-- with the service of the case: a share forged with other parts is refused here.
create function app.check_recipient() returns trigger
language plpgsql security definer set search_path = public, pg_temp
as $$
begin
  perform 1 from cases_case c
    join partners_partnership p on p.id = new.partnership_id and p.spip_id = c.spip_id
    join partners_membership m on m.id = new.membership_id
     and m.user_id = new.user_id and m.organisation_id = p.organisation_id
    join partners_agreement a on a.id = new.agreement_id and a.spip_id = c.spip_id
    join partners_agreementparty t on t.agreement_id = a.id
     and t.organisation_id = p.organisation_id
   where c.id = new.case_id;
  if not found then
    raise exception 'recipient, partnership and agreement do not belong together'
      using errcode = 'check_violation', constraint = 'recipient_is_coherent';
  end if;
  return new;
end $$;
create trigger recipient_is_coherent before insert or update on cases_sharerecipient
for each row execute function app.check_recipient();

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

-- The case of a reference is found by the owner of the tables: whoever asks cannot.
create function app.find_requested_case() returns trigger
language plpgsql security definer set search_path = public, pg_temp
as $$
begin
  new.case_id := (
    select c.id from cases_case c where c.uuid = new.reference
    union all
    select d.case_id from cases_document d where d.uuid = new.reference
    union all
    select s.case_id from cases_share s where s.uuid = new.reference
    limit 1);
  return new;
end $$;
create trigger access_request_finds_case before insert on cases_accessrequest
for each row execute function app.find_requested_case();

-- To the direction a restricted case is as if it were not: so are the lines of what was
-- done in it while it was restricted, whoever wrote them. Not a refusal: it is written
-- for what does not exist as well.
create function app.mark_restricted() returns trigger
language plpgsql security definer set search_path = public, pg_temp
as $$
begin
  new.is_restricted := new.verb <> 'refused' and exists (
    select from cases_case c where c.sensitivity = 3 and c.id in (
      select x.id from cases_case x where x.uuid = new.object_uuid
      union all
      select d.case_id from cases_document d where d.uuid = new.object_uuid
      union all
      select s.case_id from cases_share s where s.uuid in (new.object_uuid, new.share_uuid)
      union all
      select r.case_id from cases_accessrequest r where r.uuid = new.object_uuid
      union all
      select i.case_id from cases_incident i where i.uuid = new.object_uuid
      union all
      select b.case_id from cases_carereport b where b.uuid = new.object_uuid));
  return new;
end $$;
create trigger journal_restricted before insert on journal_entry
for each row execute function app.mark_restricted();

create function app.keep_incident() returns trigger language plpgsql
as $$
begin
  if old.received_at is not null
     and (new.received_at, new.received_by_id)
         is distinct from (old.received_at, old.received_by_id)
     or new.received_by_id is distinct from old.received_by_id
        and new.received_by_id is distinct from app.uid()
     or new.answered_by_id is distinct from old.answered_by_id
        and new.answered_by_id is distinct from app.uid() then
    raise exception 'an incident is received and answered once, in one''s own name'
      using errcode = 'check_violation', constraint = 'incident_in_own_name';
  end if;
  return new;
end $$;
create trigger incident_in_own_name
before update of received_at, received_by_id, answered_by_id on cases_incident
for each row execute function app.keep_incident();
"""

# As of the day the share begins: the same clauses as a live share, and what must hold of
# the person when they are named (charter of the day, second factor, active account) and
# of the file: once checked, it stays available.
SHARING = """
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

create function app.may_receive(share bigint, document bigint, reader bigint, member bigint, partner bigint, contract bigint)
returns boolean language sql stable security definer set search_path = public, pg_temp
as $$
  select exists (
    select 1 from cases_share s
      join cases_case c on c.id = s.case_id and c.sensitivity <> 2
      join cases_document d on d.id = document
      join vault_storedfile f on f.id = d.file_id and f.state = 'available'
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
"""

UNDO = """
drop function app.may_receive(bigint, bigint, bigint, bigint, bigint, bigint);
drop function app.may_last_until(bigint, integer, timestamptz, timestamptz);
drop function app.last_instant(date);
drop trigger incident_in_own_name on cases_incident;
drop function app.keep_incident();
drop trigger journal_restricted on journal_entry;
drop function app.mark_restricted();
drop trigger access_request_finds_case on cases_accessrequest;
drop function app.find_requested_case();
drop trigger share_countersigned_by_direction on cases_share;
drop function app.check_countersignature();
drop trigger recipient_is_coherent on cases_sharerecipient;
drop function app.check_recipient();
alter table cases_carereport drop constraint care_report_share_of_case;
alter table cases_incident drop constraint incident_share_of_case;
alter table cases_liaisonmessage drop constraint liaison_share_of_case;
alter table cases_document drop constraint document_replaces_of_case;
alter table cases_sharerecipient drop constraint recipient_share_of_case,
  drop constraint recipient_document_of_case;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0002_sharing"),
        ("journal", "0002_append_only"),
        ("mfa", "0003_authenticator_type_uniq"),
        ("security", "0001_actor_functions"),
    ]
    operations = [migrations.RunSQL(KEYS + TRIGGERS + SHARING, UNDO)]
