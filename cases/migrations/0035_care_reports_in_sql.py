"""A report is written by whom a live share names, and read by whoever follows the case
and its author."""

from django.db import migrations

SQL = """
alter table cases_carereport enable row level security;
create policy care_report_read on cases_carereport for select to portal_app using (
  written_by_id = (select app.partner())
  or (select true from app.my_followed f where f.id = case_id limit 1)
  or (select app.system()) = 'cases');
create policy care_report_send on cases_carereport for insert to portal_app with check (
  written_by_id = (select app.partner())
  and (select true from app.my_shared s where s.share_id = cases_carereport.share_id
        and s.case_id = cases_carereport.case_id limit 1));
revoke update, delete on cases_carereport from portal_app;
"""
UNDO = """
drop policy care_report_send on cases_carereport;
drop policy care_report_read on cases_carereport;
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0034_care_reports")]
    operations = [migrations.RunSQL(SQL, UNDO)]
