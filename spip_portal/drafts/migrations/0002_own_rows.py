"""Each person reaches their own drafts and nobody else's; the job that forgets old ones
deletes without reading."""

from django.db import migrations

SQL = """
alter table drafts_draft enable row level security;
create policy draft_own on drafts_draft to portal_app
  using (user_id = (select app.uid())) with check (user_id = (select app.uid()));
create policy draft_purge_find on drafts_draft for select to portal_app using (
  current_setting('app.system', true) = 'drafts');
create policy draft_purge on drafts_draft for delete to portal_app using (
  current_setting('app.system', true) = 'drafts');
"""
UNDO = """
drop policy draft_purge on drafts_draft;
drop policy draft_purge_find on drafts_draft;
drop policy draft_own on drafts_draft;
alter table drafts_draft disable row level security;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("drafts", "0001_initial"),
        ("security", "0001_actor_functions"),
    ]
    operations = [migrations.RunSQL(SQL, UNDO)]
