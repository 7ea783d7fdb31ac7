"""What was found harmless stays available, and what was refused stays refused: a right
to read is not asked again for it."""

from django.db import migrations

SQL = """
create function app.refuse_settling_again() returns trigger language plpgsql as $$
begin
  raise exception 'the state of a file is settled once'
    using errcode = 'check_violation', constraint = 'file_settled_once';
end $$;
create trigger file_settled_once before update of state on vault_storedfile
for each row when (old.state <> 'quarantined' and new.state <> old.state)
execute function app.refuse_settling_again();
"""
UNDO = """
drop trigger file_settled_once on vault_storedfile;
drop function app.refuse_settling_again();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("vault", "0002_tried"),
        ("security", "0001_actor_functions"),
    ]
    operations = [migrations.RunSQL(SQL, UNDO)]
