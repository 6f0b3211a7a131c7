-- How many changes there were that each node must know of. Whoever makes one holds this row until the commit, so numbers follow
-- each other in the order of the commits, without gaps.
CREATE TABLE change_counter (
    number BIGINT NOT NULL
);

INSERT INTO change_counter (number) VALUES (0);

-- What was changed, for nodes to read it anew. The last hour's: whoever has missed more reads everything anew.
CREATE TABLE changes (
    number BIGINT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('access_key', 'token', 'signing_keys')),
    subject TEXT NOT NULL,
    made_at BIGINT NOT NULL
);

CREATE INDEX changes_by_moment ON changes (made_at);

-- The nodes that serve, each with the number of the last change that it goes by. Moments are the database's.
CREATE TABLE nodes (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    applied BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    -- Past this, the node has stopped answering by itself unless it was seen again.
    lives_until BIGINT NOT NULL,
    -- 1 if it has looked often enough of late to know that no node reads the database without being seen.
    has_clear_view BIGINT NOT NULL
) WITH (fillfactor = 50);
