"""Who reads and writes what follows a share; what the reminders' job may read."""

from django.db import migrations

SQL = """
create function app.system() returns text language sql stable
as $$ select current_setting('app.system', true) $$;

alter table cases_acknowledgement enable row level security;
create policy acknowledgement_read on cases_acknowledgement for select to portal_app using (
  user_id = (select app.partner())
  or (select true from app.my_followed f where f.id = case_id limit 1));
create policy acknowledgement_give on cases_acknowledgement for insert to portal_app with check (
  user_id = (select app.partner())
  and (select true from app.my_shared s where s.share_id = cases_acknowledgement.share_id
        and s.document_id = cases_acknowledgement.document_id
        and s.case_id = cases_acknowledgement.case_id limit 1));
revoke update, delete on cases_acknowledgement from portal_app;

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

alter table cases_accessrequest enable row level security;
create policy access_request_read on cases_accessrequest for select to portal_app using (
  asked_by_id = (select app.partner())
  or (select true from app.my_followed f where f.id = case_id limit 1)
  or (select app.system()) = 'cases');
create policy access_request_ask on cases_accessrequest for insert to portal_app with check (
  asked_by_id = (select app.partner()) and answered_at is null);
create policy access_request_answer on cases_accessrequest for update to portal_app using (
  (select true from app.my_followed f where f.id = case_id limit 1))
  with check (answered_by_id = (select app.uid()));
revoke update, delete on cases_accessrequest from portal_app;
grant update (answered_at, answered_by_id, is_granted, answer) on cases_accessrequest
  to portal_app;

-- Whom to remind, and of what.
create policy share_remind on cases_share for select to portal_app using (
  (select app.system()) = 'cases');
create policy recipient_remind on cases_sharerecipient for select to portal_app using (
  (select app.system()) = 'cases');
create policy document_remind on cases_document for select to portal_app using (
  (select app.system()) = 'cases');
create policy measure_remind on cases_measure for select to portal_app using (
  (select app.system()) = 'cases');
create policy case_remind on cases_case for select to portal_app using (
  (select app.system()) = 'cases');
"""
UNDO = """
drop policy case_remind on cases_case;
drop policy measure_remind on cases_measure;
drop policy document_remind on cases_document;
drop policy recipient_remind on cases_sharerecipient;
drop policy share_remind on cases_share;
drop trigger access_request_finds_case on cases_accessrequest;
drop function app.find_requested_case();
drop policy access_request_answer on cases_accessrequest;
drop policy access_request_ask on cases_accessrequest;
drop policy access_request_read on cases_accessrequest;
drop policy acknowledgement_give on cases_acknowledgement;
drop policy acknowledgement_read on cases_acknowledgement;
drop function app.system();
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0032_following_up")]
    operations = [migrations.RunSQL(SQL, UNDO)]
