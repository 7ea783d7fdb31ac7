"""The owner's views are for the policies: the application reads some of them and writes
through none. An assignment is ended and nothing else of it changes; a message is changed
by who may still read it."""

from django.db import migrations

SQL = """
revoke insert, update, delete on all tables in schema app from portal_app;
revoke all on app.live_recipient from portal_app;

revoke update on cases_assignment from portal_app;
grant update (ended_at, ended_by_id) on cases_assignment to portal_app;
drop policy assignment_end on cases_assignment;
create policy assignment_end on cases_assignment for update to portal_app using (
  ended_at is null
  and (user_id = (select app.cpip())
    or (select true from app.my_entrusted e where e.id = case_id limit 1)))
  with check (ended_by_id = (select app.uid()));

drop policy liaison_change on cases_liaisonmessage;
create policy liaison_change on cases_liaisonmessage for update to portal_app using (
  written_by_id = (select app.uid())
  and written_at > statement_timestamp() - interval '24 hours'
  and ((select true from app.my_followed f where f.id = case_id limit 1)
    or (select true from app.my_shared s
         where s.share_id = cases_liaisonmessage.share_id limit 1)))
  with check (changed_at is not null);
"""
UNDO = """
drop policy liaison_change on cases_liaisonmessage;
create policy liaison_change on cases_liaisonmessage for update to portal_app using (
  written_by_id = (select app.uid())
  and written_at > statement_timestamp() - interval '24 hours')
  with check (changed_at is not null);
drop policy assignment_end on cases_assignment;
create policy assignment_end on cases_assignment for update to portal_app using (
  user_id = (select app.cpip())
  or (select true from app.my_entrusted e where e.id = case_id limit 1));
grant update on cases_assignment to portal_app;
grant all on app.live_recipient to portal_app;
grant insert, update, delete on all tables in schema app to portal_app;
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0042_incidents_lately")]
    operations = [migrations.RunSQL(SQL, UNDO)]
