-- One schema for SQLite and PostgreSQL: TEXT and BIGINT only. Timestamps are Unix milliseconds.

-- One row, which the first start inserts. Nodes that start at the same time insert one together.
CREATE TABLE installation (
    singleton TEXT NOT NULL PRIMARY KEY CHECK (singleton = 'installation'),
    id TEXT NOT NULL,
    -- When this database was last restored from a backup.
    restored_at BIGINT
);

CREATE TABLE organizations (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE members (
    id TEXT NOT NULL PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    email TEXT NOT NULL UNIQUE,
    role TEXT NOT NULL CHECK (role IN ('administrator', 'member')),
    password_hash TEXT NOT NULL,
    joined_at BIGINT NOT NULL
);

CREATE INDEX members_by_organization ON members (organization_id, email);

-- Networks that a member has signed in from. Guesses from elsewhere do not use up their attempts.
CREATE TABLE member_addresses (
    member_id TEXT NOT NULL REFERENCES members (id) ON DELETE CASCADE,
    address TEXT NOT NULL,
    signed_in_at BIGINT NOT NULL,
    PRIMARY KEY (member_id, address)
);

-- Browsers that a member has signed in with, from any network. The browser has the token.
CREATE TABLE member_devices (
    token_hash TEXT NOT NULL PRIMARY KEY,
    member_id TEXT NOT NULL REFERENCES members (id) ON DELETE CASCADE,
    signed_in_at BIGINT NOT NULL
);

CREATE INDEX member_devices_by_member ON member_devices (member_id);

CREATE TABLE sessions (
    token_hash TEXT NOT NULL PRIMARY KEY,
    member_id TEXT NOT NULL REFERENCES members (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL
);

CREATE INDEX sessions_by_member ON sessions (member_id);

CREATE TABLE one_time_links (
    token_hash TEXT NOT NULL PRIMARY KEY,
    purpose TEXT NOT NULL CHECK (purpose IN ('set_up', 'invitation', 'recovery')),
    organization_id TEXT REFERENCES organizations (id),
    member_id TEXT REFERENCES members (id) ON DELETE CASCADE,
    -- The creator. A link ends when its creator loses the right to create it. NULL for the command line.
    made_by TEXT REFERENCES members (id) ON DELETE CASCADE,
    email TEXT,
    role TEXT CHECK (role IN ('administrator', 'member')),
    expires_at BIGINT NOT NULL
);

CREATE INDEX one_time_links_by_maker ON one_time_links (made_by);
CREATE INDEX one_time_links_by_organization ON one_time_links (organization_id, email);

-- The scopes that keys of an organization can have, in addition to the built-in scopes.
CREATE TABLE scopes (
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    name TEXT NOT NULL,
    description TEXT NOT NULL,
    PRIMARY KEY (organization_id, name)
);

CREATE TABLE access_keys (
    id TEXT NOT NULL PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    kind TEXT NOT NULL CHECK (kind IN ('oauth_client', 'api_key')),
    name TEXT NOT NULL,
    name_folded TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('inactive', 'active', 'deleted')),
    -- In the form of RFC 6749, section 3.3: names separated by spaces. One row has everything that a call needs.
    scopes TEXT NOT NULL,
    generation BIGINT NOT NULL,
    revision BIGINT NOT NULL,
    -- How the key authenticates: by a secret, or by the private key of a key pair.
    secret_hash TEXT,
    secret_tag BIGINT,
    public_key TEXT,
    -- The lifetime of access tokens in seconds. NULL for the server's default.
    token_lifetime BIGINT,
    request_id TEXT,
    created_at BIGINT NOT NULL,
    created_by TEXT NOT NULL,
    expires_at BIGINT,
    -- When it was last activated. Earlier assertions of the client are not accepted.
    activated_at BIGINT,
    -- 1 if expires_at has passed and housekeeping has marked that, so that the list of expired keys has an index.
    expired BIGINT NOT NULL DEFAULT 0 CHECK (expired IN (0, 1)),
    deleted_at BIGINT,
    first_used_at BIGINT,
    first_used_from TEXT,
    last_used_at BIGINT,
    last_used_from TEXT,
    CHECK ((state = 'deleted') = (deleted_at IS NOT NULL)),
    CHECK ((secret_hash IS NULL) = (secret_tag IS NULL)),
    CHECK ((secret_hash IS NULL) <> (public_key IS NULL)),
    CHECK (kind = 'oauth_client' OR (public_key IS NULL AND token_lifetime IS NULL))
);

-- One index for each list of keys, so that the cost of a page does not depend on the size of other lists.
CREATE INDEX access_keys_newest_first ON access_keys (organization_id, kind, created_at DESC, id DESC)
    WHERE state <> 'deleted';
CREATE INDEX access_keys_active ON access_keys (organization_id, kind, created_at DESC, id DESC)
    WHERE state = 'active' AND expired = 0;
CREATE INDEX access_keys_inactive ON access_keys (organization_id, kind, created_at DESC, id DESC)
    WHERE state = 'inactive' AND expired = 0;
CREATE INDEX access_keys_expired ON access_keys (organization_id, kind, created_at DESC, id DESC)
    WHERE state <> 'deleted' AND expired = 1;
CREATE INDEX access_keys_deleted ON access_keys (organization_id, kind, created_at DESC, id DESC)
    WHERE state = 'deleted';
CREATE INDEX access_keys_to_expire ON access_keys (expires_at) WHERE expired = 0 AND expires_at IS NOT NULL;
CREATE UNIQUE INDEX access_keys_by_request ON access_keys (organization_id, request_id) WHERE request_id IS NOT NULL;
CREATE INDEX access_keys_to_purge ON access_keys (deleted_at) WHERE deleted_at IS NOT NULL;

-- Rows are only inserted. The subject and the actor are texts, not references: history outlives both.
CREATE TABLE audit_records (
    id TEXT NOT NULL PRIMARY KEY,
    organization_id TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    revision BIGINT NOT NULL,
    action TEXT NOT NULL,
    done_at BIGINT NOT NULL,
    done_by TEXT NOT NULL,
    done_from TEXT NOT NULL,
    detail TEXT
);

CREATE INDEX audit_records_by_subject ON audit_records (organization_id, subject_id, revision, id);

-- Access tokens that were revoked, until they would have expired.
CREATE TABLE revoked_tokens (
    id TEXT NOT NULL PRIMARY KEY,
    ends_at BIGINT NOT NULL
);

CREATE INDEX revoked_tokens_by_end ON revoked_tokens (ends_at);

-- Client assertions that were used, until they would have expired: each is accepted once (RFC 7523, section 3).
CREATE TABLE used_assertions (
    client_id TEXT NOT NULL,
    jti TEXT NOT NULL,
    ends_at BIGINT NOT NULL,
    PRIMARY KEY (client_id, jti)
);

CREATE INDEX used_assertions_by_end ON used_assertions (ends_at);
CREATE INDEX used_assertions_by_client ON used_assertions (client_id, ends_at);

CREATE TABLE signing_keys (
    id TEXT NOT NULL PRIMARY KEY,
    algorithm TEXT NOT NULL,
    -- The public key is derived from it. Its seal covers all other columns, so a row that was changed cannot be opened.
    sealed_private_key TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    -- Later than created_at: a key is published before it signs.
    signs_from BIGINT NOT NULL
);
