-- Finds names by any three characters. The index identifies rows by number. A separate number survives VACUUM and
-- a dump, which the row numbers of access_keys may not.

CREATE TABLE access_key_names (
    number INTEGER NOT NULL PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    name_folded TEXT NOT NULL
);

CREATE VIRTUAL TABLE access_key_trigrams USING fts5 (
    name_folded,
    content = 'access_key_names',
    content_rowid = 'number',
    columnsize = 0,
    tokenize = 'trigram case_sensitive 1'
);

CREATE TRIGGER access_key_named AFTER INSERT ON access_keys BEGIN
    INSERT INTO access_key_names (id, name_folded) VALUES (NEW.id, NEW.name_folded);
    INSERT INTO access_key_trigrams (rowid, name_folded)
        SELECT number, name_folded FROM access_key_names WHERE id = NEW.id;
END;

CREATE TRIGGER access_key_renamed AFTER UPDATE OF name_folded ON access_keys
WHEN NEW.name_folded <> OLD.name_folded BEGIN
    INSERT INTO access_key_trigrams (access_key_trigrams, rowid, name_folded)
        SELECT 'delete', number, name_folded FROM access_key_names WHERE id = OLD.id;
    UPDATE access_key_names SET name_folded = NEW.name_folded WHERE id = OLD.id;
    INSERT INTO access_key_trigrams (rowid, name_folded)
        SELECT number, name_folded FROM access_key_names WHERE id = OLD.id;
END;

CREATE TRIGGER access_key_purged AFTER DELETE ON access_keys BEGIN
    INSERT INTO access_key_trigrams (access_key_trigrams, rowid, name_folded)
        SELECT 'delete', number, name_folded FROM access_key_names WHERE id = OLD.id;
    DELETE FROM access_key_names WHERE id = OLD.id;
END;
