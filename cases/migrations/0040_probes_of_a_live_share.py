"""The same rows as before, thing by thing: a join of twelve tables takes longer to plan
than to read, and each policy that asks for it plans it again."""

from importlib import import_module

from django.db import migrations

before = import_module("cases.migrations.0037_liaison_messages_in_sql")

PROBES = """
-- The SQL twin of cases.models.shares.live().
create or replace view app.live_recipient as
select r.id as recipient_id, r.content_object_id as document_id, r.case_id, r.share_id,
       r.user_id, r.membership_id
  from cases_sharerecipient r
  join cases_share s on s.id = r.share_id
 where s.revoked_at is null and s.starts_at <= statement_timestamp() and s.ends_at > statement_timestamp()
   and (not s.needs_countersignature or s.countersigned_at is not null)
   and (select true from cases_measure x where x.id = s.measure_id
         and (x.ends_on is null or x.ends_on >= (select app.today()) - s.days_after_measure) limit 1)
   and (select true from cases_case c where c.id = r.case_id and c.sensitivity <> 2 limit 1)
   and (select true from cases_document d join vault_storedfile f on f.id = d.file_id
         where d.id = r.content_object_id and f.state = 'available' limit 1)
   and (select true from partners_membership m
          join partners_clearance h on h.membership_id = m.id
         where m.id = r.membership_id and m.ended_at is null
           and h.designated_at is not null and h.suspended_at is null limit 1)
   and (select true from partners_partnership p
          join partners_organisation o on o.id = p.organisation_id
          join partners_organisationkind k on k.id = o.kind_id
         where p.id = r.partnership_id and p.state = 'validated'
           and p.art46_confirmed_at is not null and p.art46_category not in ('', 'other')
           and not k.is_state
           and o.reviewed_at > statement_timestamp() - interval '274 days' limit 1)
   and (select true from partners_agreement a
         where a.id = r.agreement_id and a.signed_on is not null
           and a.starts_on <= (select app.today()) and a.ends_on >= (select app.today())
           and (a.denounced_on is null or a.denounced_on > (select app.today())) limit 1);
"""
UNDO = before.LIVE.replace("create view", "create or replace view")


class Migration(migrations.Migration):
    dependencies = [("cases", "0039_incidents_in_sql")]
    operations = [migrations.RunSQL(PROBES, UNDO)]
