"""The third lock (DESIGN, promise 1; ACCESS for the form and its measures).

Policies are index probes, column terms first, then `(select true from owner_view …
limit 1)`: EXISTS would let the planner hash the whole perimeter of the person who asks.
The views belong to the tables' owner, hence no nested policy and no recursion.
"""

from django.db import migrations

VIEWS = """
create view app.my_assigned as
select case_id from cases_assignment
 where user_id = (select app.cpip()) and ended_at is null;

create view app.my_followed as
select c.id from cases_case c
 where c.spip_id = (select app.cpip_spip())
   and (c.referent_id = (select app.cpip())
        or exists (select 1 from app.my_assigned a where a.case_id = c.id));

create view app.my_managed as
select id from cases_case where spip_id = (select app.managed_spip()) and sensitivity < 3;

-- The SQL twin of cases.models.shares.live().
create view app.my_shared as
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
  join partners_organisation o on o.id = p.organisation_id
  join partners_organisationkind k on k.id = o.kind_id
 where r.user_id = (select app.partner())
   and s.revoked_at is null and s.starts_at <= statement_timestamp() and s.ends_at > statement_timestamp()
   and (x.ends_on is null or x.ends_on >= (select app.today()))
   and f.state = 'available'
   and m.ended_at is null
   and h.designated_at is not null and h.suspended_at is null
   and p.state = 'validated' and p.art46_confirmed_at is not null
   and p.art46_category not in ('', 'other')
   and not k.is_state
   and o.reviewed_at > statement_timestamp() - interval '274 days'
   and a.signed_on is not null
   and a.starts_on <= (select app.today()) and a.ends_on >= (select app.today())
   and (a.denounced_on is null or a.denounced_on > (select app.today()));

grant select on app.my_assigned, app.my_followed, app.my_managed, app.my_shared to portal_app;
"""

KEYS = """
alter table cases_sharerecipient
  add constraint recipient_share_of_case foreign key (share_id, case_id)
    references cases_share (id, case_id),
  add constraint recipient_document_of_case foreign key (case_id, content_object_id)
    references cases_document (case_id, id);
"""

# The recipient, the structure, the partnership and the convention must be one whole,
# with the service of the case: a share forged with other parts is refused here.
TRIGGER = """
create function app.check_recipient() returns trigger
language plpgsql security definer set search_path = public, pg_temp
as $$
begin
  perform 1 from cases_case c
    join partners_partnership p on p.id = new.partnership_id and p.spip_id = c.spip_id
    join partners_membership m on m.id = new.membership_id
     and m.user_id = new.user_id and m.organisation_id = p.organisation_id
    join partners_agreement a on a.id = new.agreement_id and a.spip_id = c.spip_id
    join partners_agreementparty t on t.agreement_id = a.id
     and t.organisation_id = p.organisation_id
   where c.id = new.case_id;
  if not found then
    raise exception 'recipient, partnership and agreement do not belong together'
      using errcode = 'check_violation', constraint = 'recipient_is_coherent';
  end if;
  return new;
end $$;

create trigger recipient_is_coherent before insert or update on cases_sharerecipient
for each row execute function app.check_recipient();
"""

POLICIES = """
alter table cases_case enable row level security;
create policy case_read on cases_case for select to portal_app using (
  (referent_id = (select app.cpip()) and spip_id = (select app.cpip_spip()))
  or (spip_id = (select app.managed_spip()) and sensitivity < 3)
  or (spip_id = (select app.cpip_spip())
      and (select true from app.my_assigned a where a.case_id = cases_case.id limit 1))
  or (select true from app.my_shared s where s.case_id = cases_case.id limit 1));
create policy case_open on cases_case for insert to portal_app with check (
  referent_id = (select app.cpip()) and spip_id = (select app.cpip_spip()));
create policy case_change on cases_case for update to portal_app using (
  (select true from app.my_followed f where f.id = cases_case.id limit 1))
  with check (spip_id = (select app.cpip_spip()));

alter table cases_assignment enable row level security;
create policy assignment_read on cases_assignment for select to portal_app using (
  user_id = (select app.cpip())
  or (select true from app.my_followed f where f.id = case_id limit 1));
create policy assignment_write on cases_assignment for insert to portal_app with check (
  (select true from app.my_followed f where f.id = case_id limit 1));
create policy assignment_end on cases_assignment for update to portal_app using (
  (select true from app.my_followed f where f.id = case_id limit 1));

alter table cases_measure enable row level security;
create policy measure_read on cases_measure for select to portal_app using (
  (select true from app.my_followed f where f.id = case_id limit 1)
  or (select true from app.my_managed f where f.id = case_id limit 1)
  or (select true from app.my_shared s where s.case_id = cases_measure.case_id limit 1));
create policy measure_write on cases_measure for insert to portal_app with check (
  (select true from app.my_followed f where f.id = case_id limit 1));
create policy measure_change on cases_measure for update to portal_app using (
  (select true from app.my_followed f where f.id = case_id limit 1));

alter table cases_document enable row level security;
create policy document_read on cases_document for select to portal_app using (
  (select true from app.my_followed f where f.id = case_id limit 1)
  or (select true from app.my_shared s where s.document_id = cases_document.id limit 1));
create policy document_add on cases_document for insert to portal_app with check (
  added_by_id = (select app.cpip())
  and (select true from app.my_followed f where f.id = case_id limit 1));

alter table cases_share enable row level security;
create policy share_read on cases_share for select to portal_app using (
  (select true from app.my_followed f where f.id = case_id limit 1)
  or (select true from app.my_shared s where s.share_id = cases_share.id limit 1));
create policy share_decide on cases_share for insert to portal_app with check (
  created_by_id = (select app.cpip())
  and (select true from app.my_followed f where f.id = case_id limit 1));
create policy share_revoke on cases_share for update to portal_app using (
  (select true from app.my_followed f where f.id = case_id limit 1));

alter table cases_sharerecipient enable row level security;
create policy recipient_read on cases_sharerecipient for select to portal_app using (
  (select true from app.my_followed f where f.id = case_id limit 1)
  or (select true from app.my_shared s where s.recipient_id = cases_sharerecipient.id
      limit 1));
create policy recipient_add on cases_sharerecipient for insert to portal_app with check (
  (select true from app.my_followed f where f.id = case_id limit 1));

-- History is kept: nothing here is deleted, and a recipient's row is never rewritten.
revoke delete on cases_case, cases_assignment, cases_measure, cases_document,
  cases_share, cases_sharerecipient from portal_app;
revoke update on cases_sharerecipient, cases_document from portal_app;
-- guardian's generic tables are not in use.
revoke insert, update on guardian_userobjectpermission, guardian_groupobjectpermission
  from portal_app;
"""

TABLES = ("case", "assignment", "measure", "document", "share", "sharerecipient")
UNDO = (
    "drop trigger recipient_is_coherent on cases_sharerecipient;"
    "drop function app.check_recipient();"
    "alter table cases_sharerecipient drop constraint recipient_share_of_case,"
    " drop constraint recipient_document_of_case;"
    + "".join(
        f"""
do $$ declare p record; begin
  for p in select policyname from pg_policies where tablename = 'cases_{name}' loop
    execute format('drop policy %I on cases_{name}', p.policyname);
  end loop;
end $$;
alter table cases_{name} disable row level security;
grant select, insert, update, delete on cases_{name} to portal_app;"""
        for name in TABLES
    )
    + "grant insert, update on guardian_userobjectpermission,"
    " guardian_groupobjectpermission to portal_app;"
    "drop view app.my_shared; drop view app.my_managed; drop view app.my_followed; drop view app.my_assigned;"
)


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0001_initial"),
        ("partners", "0001_initial"),
        ("vault", "0001_initial"),
        ("security", "0001_actor_functions"),
        ("guardian", "0002_generic_permissions_index"),
    ]
    operations = [migrations.RunSQL(VIEWS + KEYS + TRIGGER + POLICIES, UNDO)]
