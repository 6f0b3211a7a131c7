-- In order of their bytes, as SQLite has them, whatever the language of the database: a start of an ID is then a range.
ALTER TABLE access_keys ALTER COLUMN id TYPE TEXT COLLATE "C";

-- Finds names by any three letters of theirs, in one organization. The extension pg_trgm would know letters and digits
-- only, as the database's language has them, and need not be there.
CREATE FUNCTION access_key_trigrams(organization_id TEXT, name TEXT) RETURNS TEXT[]
    LANGUAGE SQL IMMUTABLE PARALLEL SAFE
    AS $$ SELECT ARRAY(SELECT organization_id || substr(name, place, 3) FROM generate_series(1, length(name) - 2) AS place) $$;

-- Without fastupdate, which would have searches read through what was added lately.
CREATE INDEX access_keys_by_trigram ON access_keys
    USING gin (access_key_trigrams(organization_id, name_folded)) WITH (fastupdate = off);
