-- The portal's roles and database, created once by the server's administrator (a superuser), before the first migration:
--   psql -d postgres -v db=portal -f bin/roles.sql
-- May be run again. Passwords come from the environment, never from the command line:
--   PORTAL_OWNER_PASSWORD, PORTAL_APP_PASSWORD, PORTAL_BACKUP_PASSWORD (left as they are when absent).
\set ON_ERROR_STOP on
SET client_min_messages = warning;
\if :{?db}
\else
    \set db portal
\endif

SELECT format('CREATE ROLE %I', name)
FROM unnest(ARRAY['portal_owner', 'portal_app', 'portal_backup']) AS name
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name)
\gexec

-- Owns the database and all in it; only migrations connect as it.
ALTER ROLE portal_owner LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS;
-- Web and workers: reads and writes rows, owns nothing, is held by row-level security.
ALTER ROLE portal_app LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS;
-- A page asks many small questions: to compile one, or to start a second process for it, takes longer than to answer it.
ALTER ROLE portal_app SET jit = off;
ALTER ROLE portal_app SET max_parallel_workers_per_gather = 0;
-- Dumps: must see every row, changes none.
ALTER ROLE portal_backup LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE BYPASSRLS;
GRANT pg_read_all_data TO portal_backup;

\getenv owner_password PORTAL_OWNER_PASSWORD
\if :{?owner_password}
    ALTER ROLE portal_owner PASSWORD :'owner_password';
\endif
\getenv app_password PORTAL_APP_PASSWORD
\if :{?app_password}
    ALTER ROLE portal_app PASSWORD :'app_password';
\endif
\getenv backup_password PORTAL_BACKUP_PASSWORD
\if :{?backup_password}
    ALTER ROLE portal_backup PASSWORD :'backup_password';
\endif

-- Lists are in the order of a French dictionary: École before Fil, and capitals beside small letters.
SELECT format('CREATE DATABASE %I OWNER portal_owner ENCODING ''UTF8'' LOCALE_PROVIDER icu ICU_LOCALE ''fr'' TEMPLATE template0', :'db')
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'db')
\gexec

REVOKE ALL ON DATABASE :"db" FROM PUBLIC;
GRANT CONNECT ON DATABASE :"db" TO portal_app, portal_backup;

\connect :"db"
\ir roles_database.sql
