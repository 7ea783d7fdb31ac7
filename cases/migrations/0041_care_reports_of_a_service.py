import django.db.models.deletion
from django.db import migrations, models

FILL = """
update cases_carereport r set spip_id = c.spip_id from cases_case c where c.id = r.case_id
"""
POLICY = """
drop policy care_report_send on cases_carereport;
create policy care_report_send on cases_carereport for insert to portal_app with check (
  written_by_id = (select app.partner())
  and (select true from cases_case c
        where c.id = case_id and c.spip_id = cases_carereport.spip_id limit 1)
  and (select true from app.my_shared s where s.share_id = cases_carereport.share_id
        and s.case_id = cases_carereport.case_id limit 1));
"""
UNDO = """
drop policy care_report_send on cases_carereport;
create policy care_report_send on cases_carereport for insert to portal_app with check (
  written_by_id = (select app.partner())
  and (select true from app.my_shared s where s.share_id = cases_carereport.share_id
        and s.case_id = cases_carereport.case_id limit 1));
"""


def spip(**options):
    return models.ForeignKey(
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to="accounts.spip",
        **options,
    )


class Migration(migrations.Migration):
    """Whoever wrote a report reads it when the case is shut to them."""

    dependencies = [("accounts", "0001_initial"), ("cases", "0040_paths_to_shares")]
    operations = [
        migrations.AddField("carereport", "spip", spip(null=True)),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.RunSQL("set constraints all immediate", migrations.RunSQL.noop),
        migrations.AlterField("carereport", "spip", spip()),
        migrations.RunSQL(POLICY, UNDO),
    ]
