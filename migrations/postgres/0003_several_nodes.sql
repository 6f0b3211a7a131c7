-- The number of changes that every node must apply. A transaction that makes one locks this row until the commit, so numbers
-- follow the order of the commits, without gaps.
CREATE TABLE change_counter (
    number BIGINT NOT NULL
);

INSERT INTO change_counter (number) VALUES (0);

-- What was changed, so that nodes read it again. Kept for an hour: a node that has missed more reads everything again.
CREATE TABLE changes (
    number BIGINT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('access_key', 'token', 'signing_keys')),
    subject TEXT NOT NULL,
    made_at BIGINT NOT NULL
);

CREATE INDEX changes_by_time ON changes (made_at);

-- The running nodes, each with the number of the last change that it has applied. Times are from the database's clock.
CREATE TABLE nodes (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    applied BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    -- After this time the node has stopped verifying by itself, unless it has sent another heartbeat.
    lives_until BIGINT NOT NULL,
    -- 1 if it has looked often enough to know that no node reads the database without being seen.
    has_clear_view BIGINT NOT NULL
) WITH (fillfactor = 50);
