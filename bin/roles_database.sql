-- Rights inside one database, for what portal_owner will create there. Included by roles.sql.
-- Default privileges are kept per database: a database made from another starts with a copy of them.
SET client_min_messages = warning;
ALTER SCHEMA public OWNER TO portal_owner;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO portal_app;

ALTER DEFAULT PRIVILEGES FOR ROLE portal_owner GRANT USAGE ON SCHEMAS TO portal_app;
ALTER DEFAULT PRIVILEGES FOR ROLE portal_owner GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO portal_app;
ALTER DEFAULT PRIVILEGES FOR ROLE portal_owner GRANT USAGE, SELECT ON SEQUENCES TO portal_app;

-- Comparing words unpacks the vector of a row, comparing letters cuts up a name. PostgreSQL counts both for nothing, and reads whole tables rather than their indexes.
CREATE EXTENSION IF NOT EXISTS pg_trgm SCHEMA public;
ALTER FUNCTION pg_catalog.ts_match_vq(tsvector, tsquery) COST 1000;
ALTER FUNCTION public.word_similarity_commutator_op(text, text) COST 1000;
