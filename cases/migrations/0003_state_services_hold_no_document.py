"""Liveness looks at the kind of the structure too: a State service or a town hall acts
on procedures and holds no document, whatever category it was given."""

from django.db import migrations

HEAD = """
create or replace view app.my_shared as
select r.id as recipient_id, r.content_object_id as document_id, r.case_id, r.share_id
  from cases_sharerecipient r
  join cases_share s on s.id = r.share_id
  join cases_measure x on x.id = s.measure_id
  join cases_document d on d.id = r.content_object_id
  join vault_storedfile f on f.id = d.file_id
  join partners_membership m on m.id = r.membership_id
  join partners_clearance h on h.membership_id = m.id
  join partners_partnership p on p.id = r.partnership_id
  join partners_agreement a on a.id = r.agreement_id
"""
KIND = """
  join partners_organisation o on o.id = p.organisation_id
  join partners_organisationkind k on k.id = o.kind_id and not k.is_state
"""
CLAUSES = """
 where r.user_id = (select app.partner())
   and s.revoked_at is null and s.starts_at <= statement_timestamp()
   and s.ends_at > statement_timestamp()
   and (x.ends_on is null or x.ends_on >= (select app.today()))
   and f.state = 'available'
   and m.ended_at is null
   and h.designated_at is not null and h.suspended_at is null
   and p.state = 'validated' and p.art46_confirmed_at is not null
   and p.art46_category not in ('', 'other')
   and a.signed_on is not null
   and a.starts_on <= (select app.today()) and a.ends_on >= (select app.today())
   and (a.denounced_on is null or a.denounced_on > (select app.today()))
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0002_row_level_security")]
    operations = [migrations.RunSQL(HEAD + KIND + CLAUSES, HEAD + CLAUSES)]
