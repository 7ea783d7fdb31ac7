"""INSERT only, for everyone: `portal_app` has no other right, and triggers stop the
owner and a superuser from changing a line by mistake."""

from django.db import migrations

SQL = """
create function app.refuse_rewriting() returns trigger language plpgsql as $$
begin
  raise exception 'the journal is append-only' using errcode = 'restrict_violation';
end $$;
create trigger journal_append_only before update or delete on journal_entry
for each row execute function app.refuse_rewriting();
create trigger journal_no_truncate before truncate on journal_entry
for each statement execute function app.refuse_rewriting();

revoke update, delete, truncate on journal_entry from portal_app;
"""
UNDO = """
drop trigger journal_append_only on journal_entry;
drop trigger journal_no_truncate on journal_entry;
drop function app.refuse_rewriting();
grant update, delete on journal_entry to portal_app;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("journal", "0001_initial"),
        ("security", "0001_actor_functions"),
    ]
    operations = [migrations.RunSQL(SQL, UNDO)]
