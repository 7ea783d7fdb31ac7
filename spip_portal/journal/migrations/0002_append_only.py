"""The months of the journal, the place of a line among transactions, and INSERT only,
for everyone: `portal_app` has no other right, and triggers stop the owner and a
superuser from changing a line by mistake."""

from django.db import migrations

SQL = """
-- Numbers of transactions begin again when the database is restored elsewhere; those of
-- the journal go on: each cluster adds its own offset.
create table journal_cluster (
  system_identifier text primary key,
  xact_offset bigint not null
);
revoke all on journal_cluster from portal_app;

create function app.journal_offset() returns bigint language plpgsql
security definer set search_path = public, pg_temp as $$
declare
  cluster text := (select system_identifier::text from pg_control_system());
  found_offset bigint;
begin
  select xact_offset into found_offset from journal_cluster
   where system_identifier = cluster;
  if found_offset is null then
    insert into journal_cluster values (
      cluster,
      greatest(
        (select coalesce(max(xact_id), 0) from journal_entry),
        (select coalesce(max(below_xact), 0) from journal_seal)
      )
    ) on conflict do nothing;
    select xact_offset into found_offset from journal_cluster
     where system_identifier = cluster;
  end if;
  return found_offset;
end $$;

-- Every transaction below it is over: its lines are there or never will be.
create function app.journal_bound() returns bigint language sql volatile
as $$
  select app.journal_offset() + pg_snapshot_xmin(pg_current_snapshot())::text::bigint
$$;

create function app.place_journal_line() returns trigger language plpgsql as $$
begin
  new.xact_id := app.journal_offset() + pg_current_xact_id()::text::bigint;
  return new;
end $$;
create trigger journal_place before insert on journal_entry
for each row execute function app.place_journal_line();

create function app.refuse_rewriting() returns trigger language plpgsql as $$
begin
  raise exception 'the journal is append-only' using errcode = 'restrict_violation';
end $$;

-- One month (Europe/Paris) of the journal; nothing when it is there. Attached rather
-- than created in place: the journal goes on being written meanwhile.
create function app.add_journal_month(day date) returns void language plpgsql
security definer set search_path = public, pg_temp as $$
declare
  month timestamp := date_trunc('month', day);
  name text := 'journal_entry_' || to_char(day, 'YYYY_MM');
begin
  perform pg_advisory_xact_lock(hashtext('app.add_journal_month'));
  if to_regclass(name) is not null then
    return;
  end if;
  if abs(app.today() - day) > 1200 then
    raise exception 'no journal is kept for %', day using errcode = 'check_violation';
  end if;
  execute format('create table %I (like journal_entry including defaults'
                 ' including constraints)', name);
  execute format('revoke all on %I from portal_app', name);
  execute format('create trigger journal_no_truncate before truncate on %I'
                 ' for each statement execute function app.refuse_rewriting()', name);
  execute format('alter table journal_entry attach partition %I'
                 ' for values from (%L) to (%L)', name,
                 month at time zone 'Europe/Paris',
                 (month + interval '1 month') at time zone 'Europe/Paris');
end $$;
revoke all on function app.add_journal_month(date) from public;
grant execute on function app.add_journal_month(date) to portal_app;

select app.journal_offset();
select app.add_journal_month((app.today() + n * interval '1 month')::date)
  from generate_series(0, 3) n;

do $$
declare
  name text;
begin
  foreach name in array array['journal_entry', 'journal_seal', 'journal_sealpart',
      'journal_sealkey', 'journal_retirement', 'journal_verification']
  loop
    execute format('create trigger journal_append_only before update or delete on %I'
                   ' for each row execute function app.refuse_rewriting()', name);
    execute format('create trigger journal_no_truncate before truncate on %I'
                   ' for each statement execute function app.refuse_rewriting()', name);
    execute format('revoke update, delete, truncate on %I from portal_app', name);
  end loop;
  -- All may read a seal; one job writes them.
  foreach name in array array['journal_seal', 'journal_sealpart', 'journal_sealkey',
      'journal_verification']
  loop
    execute format('alter table %I enable row level security', name);
    execute format('create policy read_all on %I for select using (true)', name);
    execute format('create policy sealer_adds on %I for insert'
                   ' with check (current_setting(''app.system'', true) = ''journal'')',
                   name);
  end loop;
end $$;
-- Only whoever owns the tables drops a month, and says so.
revoke insert on journal_retirement from portal_app;
"""
UNDO = """
drop policy read_all on journal_seal;
drop policy sealer_adds on journal_seal;
drop policy read_all on journal_sealpart;
drop policy sealer_adds on journal_sealpart;
drop policy read_all on journal_sealkey;
drop policy sealer_adds on journal_sealkey;
drop policy read_all on journal_verification;
drop policy sealer_adds on journal_verification;
drop function app.add_journal_month(date);
drop trigger journal_place on journal_entry;
drop function app.place_journal_line();
drop function app.journal_bound();
drop function app.journal_offset();
drop table journal_cluster;
drop function app.refuse_rewriting() cascade;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("journal", "0001_initial"),
        ("security", "0001_actor_functions"),
    ]
    operations = [migrations.RunSQL(SQL, UNDO)]
