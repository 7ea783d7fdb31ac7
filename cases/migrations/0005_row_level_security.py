"""The third lock (DESIGN, promise 1; ACCESS for its measures): what of each table the
application gets and may write, whatever it asks. What a partner receives comes first
(an agent is not even asked about, 0004), then terms of columns, then what 0004 answers
for one row."""

from django.db import migrations

FOLLOWED = "app.follows(case_id, (select app.posting()))"
MANAGED = "app.manages(case_id, (select app.posting()))"
LOOKED_INTO = "app.looks_into(case_id, (select app.posting()))"
ENTRUSTED = "app.is_entrusted_with(case_id, (select app.posting()))"
RECEIVED = "app.receives_share(share_id, (select app.ties()))"
# The job that tells people what waits for them.
TOLD = "(select app.system()) = 'cases'"

CASES = f"""
-- By its own columns, where they say it: app.follows() would read the row as it was
-- before a statement that writes it, or that waited while it changed hands.
alter table cases_case enable row level security;
create policy case_read on cases_case for select to portal_app using (
  app.receives_in(id, (select app.ties()))
  or (spip_id = (select app.cpip_spip())
   and (referent_id = (select app.cpip()) or app.assists(id, (select app.posting()))))
  or (spip_id = (select app.managed_spip()) and sensitivity < 3)
  or app.looks_into(id, (select app.posting()))
  or {TOLD});
create policy case_open on cases_case for insert to portal_app with check (
  referent_id = (select app.cpip()) and spip_id = (select app.cpip_spip()));
create policy case_change on cases_case for update to portal_app using (
  app.follows(id, (select app.posting())))
  with check (spip_id = (select app.cpip_spip()));
-- It changes hands by app.hand_over() alone.
revoke update, delete on cases_case from portal_app;
grant update (reference, opened_at, antenne_id, sensitivity, milieu, prison, release_on,
  release_unknown, version) on cases_case to portal_app;

-- Whoever follows the case, and nobody else: neither the direction nor a recipient.
alter table cases_person enable row level security;
create policy person_read on cases_person for select to portal_app using ({FOLLOWED});
create policy person_write on cases_person for insert to portal_app with check (
  written_by_id = (select app.uid()) and {FOLLOWED});
create policy person_change on cases_person for update to portal_app using ({FOLLOWED})
  with check (written_by_id = (select app.uid()));
create policy person_forget on cases_person for delete to portal_app using ({FOLLOWED});
revoke update on cases_person from portal_app;
grant update (sealed, digest, written_by_id, written_at) on cases_person to portal_app;

alter table cases_measure enable row level security;
create policy measure_read on cases_measure for select to portal_app using (
  app.receives_in(case_id, (select app.ties())) or {FOLLOWED} or {MANAGED}
  or {LOOKED_INTO} or {TOLD});
create policy measure_write on cases_measure for insert to portal_app with check ({FOLLOWED});
create policy measure_change on cases_measure for update to portal_app using ({FOLLOWED});
revoke update, delete on cases_measure from portal_app;
grant update (kind, ordered_by, court, starts_on, ends_on, obligations, version)
  on cases_measure to portal_app;

-- Ended in the name of whoever ends it, and nothing else of it changes.
alter table cases_assignment enable row level security;
create policy assignment_read on cases_assignment for select to portal_app using (
  user_id = (select app.cpip()) or {FOLLOWED} or {MANAGED});
create policy assignment_write on cases_assignment for insert to portal_app with check (
  added_by_id = (select app.uid()) and {ENTRUSTED}
  and (select c.referent_id <> user_id and app.is_cpip_of(user_id, c.spip_id)
         from cases_case c where c.id = case_id));
create policy assignment_end on cases_assignment for update to portal_app using (
  ended_at is null and (user_id = (select app.cpip()) or {ENTRUSTED}))
  with check (ended_by_id = (select app.uid()));
revoke update, delete on cases_assignment from portal_app;
grant update (ended_at, ended_by_id) on cases_assignment to portal_app;

-- Written by app.hand_over() alone.
alter table cases_transfer enable row level security;
create policy transfer_read on cases_transfer for select to portal_app using (
  {FOLLOWED} or {MANAGED});
revoke insert, update, delete on cases_transfer from portal_app;

-- Written by app.break_glass() alone.
alter table cases_brokenglass enable row level security;
create policy glass_read on cases_brokenglass for select to portal_app using (
  {FOLLOWED} or {MANAGED}
  or (user_id = (select app.uid()) and ends_at > statement_timestamp() and {LOOKED_INTO}));
revoke insert, update, delete on cases_brokenglass from portal_app;
"""

DOCUMENTS = f"""
-- Described better by whoever follows the case until one shares it; nothing else of a
-- document is ever rewritten.
alter table cases_document enable row level security;
create policy document_read on cases_document for select to portal_app using (
  app.receives_document(id, (select app.ties()))
  or {FOLLOWED}
  or {LOOKED_INTO}
  or app.may_countersign_document(id, (select app.posting()))
  or {TOLD});
create policy document_add on cases_document for insert to portal_app with check (
  added_by_id = (select app.cpip()) and {FOLLOWED});
create policy document_correct on cases_document for update to portal_app using (
  {FOLLOWED}
  and not exists (select from cases_sharerecipient r
                   where r.content_object_id = cases_document.id));
revoke update, delete on cases_document from portal_app;
grant update (kind, dated_on, court) on cases_document to portal_app;

-- Nobody sees another's readings here (the journal tells them), and none is opened of a
-- document that row-level security hides from its reader.
alter table cases_opening enable row level security;
create policy opening_read on cases_opening for select to portal_app using (
  user_id = (select app.uid()));
create policy opening_make on cases_opening for insert to portal_app with check (
  user_id = (select app.uid())
  and exists (select from cases_document d where d.id = document_id));
create policy opening_forget on cases_opening for delete to portal_app using (
  user_id = (select app.uid())
  and opened_at < statement_timestamp() - interval '1 day');
revoke update on cases_opening from portal_app;
"""

SHARES = f"""
-- What was decided stays as decided: a share is countersigned or ended, nothing else.
alter table cases_share enable row level security;
create policy share_read on cases_share for select to portal_app using (
  app.receives_share(id, (select app.ties()))
  or {FOLLOWED}
  or app.countersigns(id, (select app.posting()))
  or {TOLD});
create policy share_decide on cases_share for insert to portal_app with check (
  created_by_id = (select app.cpip()) and countersigned_at is null and {FOLLOWED}
  and app.may_last_until(measure_id, days_after_measure, starts_at, ends_at));
create policy share_revoke on cases_share for update to portal_app using ({FOLLOWED});
create policy share_countersign on cases_share for update to portal_app using (
  app.may_countersign(id, (select app.posting())))
  with check (countersigned_by_id = (select app.uid()) or revoked_by_id = (select app.uid()));
revoke update, delete on cases_share from portal_app;
grant update (revoked_at, revoked_by_id, revocation_reason, countersigned_at,
  countersigned_by_id) on cases_share to portal_app;

-- History is kept: a recipient's row is never rewritten.
alter table cases_sharerecipient enable row level security;
create policy recipient_read on cases_sharerecipient for select to portal_app using (
  app.is_live(id, (select app.ties()))
  or {FOLLOWED}
  or app.countersigns(share_id, (select app.posting()))
  or {TOLD});
create policy recipient_add on cases_sharerecipient for insert to portal_app with check (
  {FOLLOWED}
  and app.may_receive(share_id, content_object_id, user_id, membership_id, partnership_id,
                      agreement_id));
revoke update, delete on cases_sharerecipient from portal_app;

revoke update, delete on cases_rulesversion, cases_sharingrule from portal_app;
-- guardian's generic tables are not in use.
revoke insert, update on guardian_userobjectpermission, guardian_groupobjectpermission
  from portal_app;
"""

# Written by whom a live share names, or asked by them; answered by who follows the case.
FOLLOWING_UP = f"""
alter table cases_acknowledgement enable row level security;
create policy acknowledgement_read on cases_acknowledgement for select to portal_app using (
  user_id = (select app.partner()) or {FOLLOWED});
create policy acknowledgement_give on cases_acknowledgement for insert to portal_app with check (
  user_id = (select app.partner())
  and exists (select from cases_sharerecipient r
               where r.share_id = cases_acknowledgement.share_id
                 and r.content_object_id = cases_acknowledgement.document_id
                 and r.case_id = cases_acknowledgement.case_id
                 and app.is_live(r.id, (select app.ties()))));
revoke update, delete on cases_acknowledgement from portal_app;

alter table cases_accessrequest enable row level security;
create policy access_request_read on cases_accessrequest for select to portal_app using (
  asked_by_id = (select app.partner()) or {FOLLOWED} or {TOLD});
create policy access_request_ask on cases_accessrequest for insert to portal_app with check (
  asked_by_id = (select app.partner()) and answered_at is null);
create policy access_request_answer on cases_accessrequest for update to portal_app using (
  {FOLLOWED})
  with check (answered_by_id = (select app.uid()));
revoke update, delete on cases_accessrequest from portal_app;
grant update (answered_at, answered_by_id, is_granted, answer) on cases_accessrequest
  to portal_app;

-- Read by its author when the case is shut to them.
alter table cases_carereport enable row level security;
create policy care_report_read on cases_carereport for select to portal_app using (
  written_by_id = (select app.partner()) or {FOLLOWED} or {TOLD});
create policy care_report_send on cases_carereport for insert to portal_app with check (
  written_by_id = (select app.partner())
  and exists (select from cases_case c
               where c.id = case_id and c.spip_id = cases_carereport.spip_id)
  and {RECEIVED});
revoke update, delete on cases_carereport from portal_app;

-- Changed by their author alone, for a day, while they may read them.
alter table cases_liaisonmessage enable row level security;
create policy liaison_read on cases_liaisonmessage for select to portal_app using (
  {FOLLOWED} or {RECEIVED} or {TOLD});
create policy liaison_send on cases_liaisonmessage for insert to portal_app with check (
  written_by_id = (select app.uid()) and changed_at is null
  and written_at <= statement_timestamp()
  and (membership_id is null
       or exists (select from partners_membership m
                   where m.id = membership_id and m.user_id = written_by_id))
  and ({FOLLOWED} or {RECEIVED}));
create policy liaison_change on cases_liaisonmessage for update to portal_app using (
  written_by_id = (select app.uid())
  and written_at > statement_timestamp() - interval '24 hours'
  and ({FOLLOWED} or {RECEIVED}))
  with check (changed_at is not null);
revoke update, delete on cases_liaisonmessage from portal_app;
grant update (sealed_text, changed_at) on cases_liaisonmessage to portal_app;

-- Received and answered, once, and nothing else of it changes.
alter table cases_incident enable row level security;
create policy incident_read on cases_incident for select to portal_app using (
  reported_by_id = (select app.partner()) or {FOLLOWED} or {MANAGED} or {TOLD});
create policy incident_report on cases_incident for insert to portal_app with check (
  reported_by_id = (select app.partner())
  and received_at is null
  and reported_at <= statement_timestamp()
  and exists (select from partners_membership m
               where m.id = membership_id and m.user_id = reported_by_id)
  and exists (select from cases_case c
               where c.id = case_id and c.spip_id = cases_incident.spip_id)
  and {RECEIVED});
create policy incident_answer on cases_incident for update to portal_app using (
  answered_at is null and ({FOLLOWED} or {MANAGED}))
  with check (received_at is not null);
revoke update, delete on cases_incident from portal_app;
grant update (received_at, received_by_id, answered_at, answered_by_id, sealed_answer)
  on cases_incident to portal_app;
"""

# What the tables began with (bin/roles_database.sql), for each of those above.
UNDO = """
do $$
declare p record;
begin
  for p in select tablename, policyname from pg_policies
            where tablename like 'cases\\_%' loop
    execute format('drop policy %I on %I', p.policyname, p.tablename);
  end loop;
  for p in select relname from pg_class
            where relname like 'cases\\_%' and relkind = 'r' loop
    execute format('alter table %I disable row level security', p.relname);
    execute format('grant select, insert, update, delete on %I to portal_app', p.relname);
  end loop;
end $$;
grant insert, update on guardian_userobjectpermission, guardian_groupobjectpermission
  to portal_app;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0004_rights"),
        ("guardian", "0002_generic_permissions_index"),
    ]
    operations = [migrations.RunSQL(CASES + DOCUMENTS + SHARES + FOLLOWING_UP, UNDO)]
