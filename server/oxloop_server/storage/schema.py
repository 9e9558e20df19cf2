"""The tables, as numbered migrations: applied in order, once each, in one transaction."""

# A released migration is never edited; a change of the schema is a new one at the end.
MIGRATIONS: tuple[str, ...] = (
    """
    CREATE TABLE tenants (
        id          TEXT PRIMARY KEY,
        name        TEXT NOT NULL UNIQUE,
        created_at  TEXT NOT NULL
    );

    -- Keys are kept as digests only; the folder's own key is in the file `key`.
    CREATE TABLE api_keys (
        digest      BLOB PRIMARY KEY,
        tenant_id   TEXT NOT NULL REFERENCES tenants (id),
        name        TEXT NOT NULL,
        created_at  TEXT NOT NULL
    );

    CREATE TABLE namespaces (
        name        TEXT PRIMARY KEY,
        tenant_id   TEXT NOT NULL REFERENCES tenants (id)
    );

    CREATE TABLE repositories (
        id          TEXT PRIMARY KEY,
        namespace   TEXT NOT NULL REFERENCES namespaces (name),
        name        TEXT NOT NULL,
        description TEXT,
        is_public   INTEGER NOT NULL,
        created_at  TEXT NOT NULL,
        UNIQUE (namespace, name)
    );

    -- Equal trees of a repository are stored once: the id is the digest of the entries.
    -- `commit_id` is the last commit that changed the file, which downloads tell.
    CREATE TABLE tree_entries (
        repository_id TEXT NOT NULL REFERENCES repositories (id),
        tree_id       TEXT NOT NULL,
        path          TEXT NOT NULL,
        sha256        TEXT NOT NULL,
        size          INTEGER NOT NULL,
        commit_id     TEXT NOT NULL,
        PRIMARY KEY (repository_id, tree_id, path)
    ) WITHOUT ROWID;

    CREATE TABLE commits (
        repository_id TEXT NOT NULL REFERENCES repositories (id),
        id            TEXT NOT NULL,
        sequence      INTEGER NOT NULL,
        parent_id     TEXT,
        tree_id       TEXT NOT NULL,
        message       TEXT NOT NULL,
        author        TEXT NOT NULL,
        email         TEXT NOT NULL,
        timestamp     TEXT NOT NULL,
        PRIMARY KEY (repository_id, id)
    ) WITHOUT ROWID;

    CREATE TABLE branches (
        repository_id TEXT NOT NULL REFERENCES repositories (id),
        name          TEXT NOT NULL,
        commit_id     TEXT NOT NULL,
        PRIMARY KEY (repository_id, name)
    ) WITHOUT ROWID;

    -- One table of runs and one of row states for both APIs. `owner_id` is the repository (Oxen)
    -- or the project (Humanloop); `request` and `plan` are JSON: what was asked for, and what it
    -- was resolved to at create. The counters move in the transaction that records the rows.
    CREATE TABLE runs (
        id                TEXT PRIMARY KEY,
        api               TEXT NOT NULL CHECK (api IN ('oxen', 'humanloop')),
        tenant_id         TEXT NOT NULL REFERENCES tenants (id),
        owner_id          TEXT NOT NULL,
        status            TEXT NOT NULL,
        error_message     TEXT,
        model             TEXT,
        request           TEXT NOT NULL,
        plan              TEXT NOT NULL,
        result            TEXT,
        total             INTEGER NOT NULL DEFAULT 0,
        processed         INTEGER NOT NULL DEFAULT 0,
        failed            INTEGER NOT NULL DEFAULT 0,
        prompt_tokens     INTEGER NOT NULL DEFAULT 0,
        completion_tokens INTEGER NOT NULL DEFAULT 0,
        cost              REAL NOT NULL DEFAULT 0,
        created_at        TEXT NOT NULL,
        started_at        TEXT,
        completed_at      TEXT,
        cancelled_at      TEXT
    );
    CREATE INDEX runs_by_owner ON runs (owner_id, created_at);
    CREATE INDEX runs_unfinished ON runs (status) WHERE status IN ('queued', 'running', 'committing');

    CREATE TABLE run_rows (
        run_id            TEXT NOT NULL REFERENCES runs (id),
        row_index         INTEGER NOT NULL,
        state             TEXT NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'done', 'failed')),
        output            TEXT,
        error             TEXT,
        duration          REAL,
        prompt_tokens     INTEGER,
        completion_tokens INTEGER,
        PRIMARY KEY (run_id, row_index)
    ) WITHOUT ROWID;
    """,
)
