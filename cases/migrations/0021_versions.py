import django.db.models.deletion
from django.db import migrations, models

# A version closes one of the same case. Whoever follows a case may describe its
# documents better until one is shared; nothing else of a document is ever rewritten.
SQL = """
alter table cases_document
  add constraint document_replaces_of_case foreign key (case_id, replaces_id)
    references cases_document (case_id, id);
create policy document_correct on cases_document for update to portal_app using (
  (select true from app.my_followed f where f.id = case_id limit 1)
  and not exists (select 1 from cases_sharerecipient r
                   where r.content_object_id = cases_document.id));
grant update (kind, dated_on, court) on cases_document to portal_app;
"""
UNDO = """
revoke update (kind, dated_on, court) on cases_document from portal_app;
drop policy document_correct on cases_document;
alter table cases_document drop constraint document_replaces_of_case;
"""


class Migration(migrations.Migration):

    dependencies = [("cases", "0020_openings")]

    operations = [
        migrations.AddField(
            model_name="document",
            name="replaces",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.RESTRICT,
                related_name="replaced_by",
                to="cases.document",
                verbose_name="remplace",
            ),
        ),
        migrations.RunSQL(SQL, UNDO),
    ]
