"""EXISTS let the planner hash all that a person is assigned to, inside the view that
every policy asks; a scalar sub-select with a limit stays a probe (ACCESS)."""

from django.db import migrations


def followed(assigned: str) -> str:
    return f"""
create or replace view app.my_followed as
select c.id from cases_case c
 where c.spip_id = (select app.cpip_spip())
   and (c.referent_id = (select app.cpip()) or {assigned});
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0013_broken_glass")]
    operations = [
        migrations.RunSQL(
            followed(
                "(select true from app.my_assigned a where a.case_id = c.id limit 1)"
            ),
            followed(
                "exists (select 1 from app.my_assigned a where a.case_id = c.id)"
            ),
        )
    ]
