"""The same questions, in a language that keeps its plans for the connection: in SQL each
call of these planned its tables again, and a page asks them dozens of times."""

from importlib import import_module

from django.db import migrations

before = import_module("spip_portal.security.migrations.0001_actor_functions")

PLANNED_ONCE = """
create or replace function app.posting() returns accounts_posting
language plpgsql stable security definer set search_path = public, pg_temp
as $$
declare held accounts_posting;
begin
  select p.* into held from accounts_user u
    join accounts_posting p on p.id = u.active_posting_id and p.user_id = u.id
   where u.id = app.uid() and u.is_active
     and p.confirmed_at is not null and p.starts_on <= app.today()
     and (p.ends_on is null or p.ends_on >= app.today())
     and (u.cases_closed_until is null or u.cases_closed_until <= statement_timestamp());
  return held;
end $$;

create or replace function app.cpip() returns bigint
language plpgsql stable security definer set search_path = public, pg_temp
as $$ begin return (select user_id from app.posting() where role = 'cpip'); end $$;

create or replace function app.cpip_spip() returns bigint
language plpgsql stable security definer set search_path = public, pg_temp
as $$ begin return (select spip_id from app.posting() where role = 'cpip'); end $$;

create or replace function app.managed_spip() returns bigint
language plpgsql stable security definer set search_path = public, pg_temp
as $$ begin return (select spip_id from app.posting() where role = 'manager'); end $$;

create or replace function app.partner() returns bigint
language plpgsql stable security definer set search_path = public, pg_temp
as $$
declare partner bigint;
begin
  select u.id into partner from accounts_user u
   where u.id = app.uid() and u.is_active
     and (u.cases_closed_until is null or u.cases_closed_until <= statement_timestamp())
     and not exists (select 1 from app.posting() p where p.id is not null);
  return partner;
end $$;
"""
# Without what it makes once and for all.
UNDO = before.FUNCTIONS.replace("create function", "create or replace function")
UNDO = UNDO[UNDO.index("create or replace function") :]


class Migration(migrations.Migration):
    dependencies = [("security", "0001_actor_functions")]
    operations = [migrations.RunSQL(PLANNED_ONCE, UNDO)]
