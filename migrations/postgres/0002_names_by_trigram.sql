-- IDs are sorted by their bytes, as in SQLite, whatever the language of the database. The start of an ID is then a range.
ALTER TABLE access_keys ALTER COLUMN id TYPE TEXT COLLATE "C";

-- Finds names by any three characters, in one organization. The extension pg_trgm would index only letters and digits
-- of the database's language, and may not be installed.
CREATE FUNCTION access_key_trigrams(organization_id TEXT, name TEXT) RETURNS TEXT[]
    LANGUAGE SQL IMMUTABLE PARALLEL SAFE
    AS $$ SELECT ARRAY(SELECT organization_id || substr(name, start, 3) FROM generate_series(1, length(name) - 2) AS start) $$;

-- Without fastupdate, with which searches would read through the latest insertions.
CREATE INDEX access_keys_by_trigram ON access_keys
    USING gin (access_key_trigrams(organization_id, name_folded)) WITH (fastupdate = off);
