"""An incident is reported by whom a live share names, and read by them, by whoever
follows the case and by the direction; it is received and answered in the name of
whoever does it, once, and nothing else of it changes."""

from django.db import migrations

SQL = """
alter table cases_incident add constraint incident_share_of_case
  foreign key (share_id, case_id) references cases_share (id, case_id);

alter table cases_incident enable row level security;
create policy incident_read on cases_incident for select to portal_app using (
  reported_by_id = (select app.partner())
  or (select true from app.my_followed f where f.id = case_id limit 1)
  or (select true from app.my_managed m where m.id = case_id limit 1)
  or (select app.system()) = 'cases');
create policy incident_report on cases_incident for insert to portal_app with check (
  reported_by_id = (select app.partner())
  and received_at is null and answered_at is null
  and reported_at <= statement_timestamp()
  and (select true from partners_membership m
        where m.id = membership_id and m.user_id = reported_by_id limit 1)
  and (select true from cases_case c
        where c.id = case_id and c.spip_id = cases_incident.spip_id limit 1)
  and (select true from app.my_shared s where s.share_id = cases_incident.share_id
        and s.case_id = cases_incident.case_id limit 1));
create policy incident_answer on cases_incident for update to portal_app using (
  answered_at is null
  and ((select true from app.my_followed f where f.id = case_id limit 1)
    or (select true from app.my_managed m where m.id = case_id limit 1)))
  with check (received_at is not null);
revoke update, delete on cases_incident from portal_app;
grant update (received_at, received_by_id, answered_at, answered_by_id, sealed_answer)
  on cases_incident to portal_app;

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
UNDO = """
drop trigger incident_in_own_name on cases_incident;
drop function app.keep_incident();
grant update, delete on cases_incident to portal_app;
drop policy incident_answer on cases_incident;
drop policy incident_report on cases_incident;
drop policy incident_read on cases_incident;
alter table cases_incident disable row level security;
alter table cases_incident drop constraint incident_share_of_case;
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0038_incidents")]
    operations = [migrations.RunSQL(SQL, UNDO)]
