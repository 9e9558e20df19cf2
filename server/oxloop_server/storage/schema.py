"""The tables, as numbered migrations: applied in order, once each, in one transaction."""

import sqlite3
from collections.abc import Callable
from typing import TypeAlias

from oxloop_server.storage.conversions import drop_whole_trees, share_trees

Migration: TypeAlias = str | Callable[[sqlite3.Connection], None]
"""Statements of SQL, or what carries out more than they can."""

# A released migration is never edited; a change of the schema is a new one at the end.
MIGRATIONS: tuple[Migration, ...] = (
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
        updated_at        TEXT NOT NULL,
        started_at        TEXT,
        completed_at      TEXT,
        cancelled_at      TEXT
    );
    CREATE INDEX runs_by_owner ON runs (owner_id, created_at);
    CREATE INDEX runs_unfinished ON runs (status)
        WHERE status IN ('queued', 'running', 'committing');

    CREATE TABLE run_rows (
        run_id            TEXT NOT NULL REFERENCES runs (id),
        row_index         INTEGER NOT NULL,
        state             TEXT NOT NULL DEFAULT 'pending'
                          CHECK (state IN ('pending', 'done', 'failed')),
        output            TEXT,
        error             TEXT,
        duration          REAL,
        prompt_tokens     INTEGER,
        completion_tokens INTEGER,
        PRIMARY KEY (run_id, row_index)
    ) WITHOUT ROWID;

    -- Humanloop. What a sender gave is kept as JSON in `body`. Configs are kept once per content;
    -- a version of a dataset is a prefix of its datapoints, which are only ever added.
    CREATE TABLE hl_projects (
        id               TEXT PRIMARY KEY,
        tenant_id        TEXT NOT NULL REFERENCES tenants (id),
        name             TEXT NOT NULL,
        active_config_id TEXT,
        created_at       TEXT NOT NULL,
        updated_at       TEXT NOT NULL,
        UNIQUE (tenant_id, name)
    );

    CREATE TABLE hl_configs (
        id          TEXT PRIMARY KEY,
        tenant_id   TEXT NOT NULL REFERENCES tenants (id),
        digest      TEXT NOT NULL,
        body        TEXT NOT NULL,
        created_at  TEXT NOT NULL,
        UNIQUE (tenant_id, digest)
    );

    CREATE TABLE hl_project_configs (
        project_id  TEXT NOT NULL REFERENCES hl_projects (id),
        config_id   TEXT NOT NULL REFERENCES hl_configs (id),
        created_at  TEXT NOT NULL,
        updated_at  TEXT NOT NULL,
        last_used   TEXT NOT NULL,
        PRIMARY KEY (project_id, config_id)
    ) WITHOUT ROWID;

    CREATE TABLE hl_evaluators (
        id          TEXT PRIMARY KEY,
        tenant_id   TEXT NOT NULL REFERENCES tenants (id),
        version_id  TEXT NOT NULL,
        created_at  TEXT NOT NULL,
        updated_at  TEXT NOT NULL,
        deleted_at  TEXT
    );

    CREATE TABLE hl_evaluator_versions (
        id           TEXT PRIMARY KEY,
        evaluator_id TEXT NOT NULL REFERENCES hl_evaluators (id),
        body         TEXT NOT NULL,
        warnings     TEXT NOT NULL,
        created_at   TEXT NOT NULL
    );

    CREATE TABLE hl_datasets (
        id              TEXT PRIMARY KEY,
        tenant_id       TEXT NOT NULL REFERENCES tenants (id),
        project_id      TEXT REFERENCES hl_projects (id),
        version_id      TEXT NOT NULL,
        created_at      TEXT NOT NULL,
        updated_at      TEXT NOT NULL,
        deleted_at      TEXT
    );

    CREATE TABLE hl_dataset_versions (
        id              TEXT PRIMARY KEY,
        dataset_id      TEXT NOT NULL REFERENCES hl_datasets (id),
        name            TEXT NOT NULL,
        description     TEXT,
        datapoint_count INTEGER NOT NULL,
        created_at      TEXT NOT NULL
    );

    CREATE TABLE hl_datapoints (
        id          TEXT PRIMARY KEY,
        dataset_id  TEXT NOT NULL REFERENCES hl_datasets (id),
        position    INTEGER NOT NULL,
        body        TEXT NOT NULL,
        created_at  TEXT NOT NULL,
        UNIQUE (dataset_id, position)
    );

    -- An evaluation is a row of `runs`; the row index of a datapoint is its position. The
    -- evaluators of a run are pinned to the version that they had when they were added.
    CREATE TABLE hl_run_evaluators (
        run_id       TEXT NOT NULL REFERENCES runs (id),
        position     INTEGER NOT NULL,
        evaluator_id TEXT NOT NULL REFERENCES hl_evaluators (id),
        version_id   TEXT NOT NULL REFERENCES hl_evaluator_versions (id),
        PRIMARY KEY (run_id, evaluator_id)
    ) WITHOUT ROWID;

    -- A run has at most one log of each datapoint: the index sees to it.
    CREATE TABLE hl_logs (
        id                   TEXT PRIMARY KEY,
        tenant_id            TEXT NOT NULL REFERENCES tenants (id),
        project_id           TEXT NOT NULL REFERENCES hl_projects (id),
        config_id            TEXT NOT NULL REFERENCES hl_configs (id),
        run_id               TEXT REFERENCES runs (id),
        datapoint_id         TEXT REFERENCES hl_datapoints (id),
        row_index            INTEGER,
        reference_id         TEXT,
        session_id           TEXT,
        session_reference_id TEXT,
        body                 TEXT NOT NULL,
        created_at           TEXT NOT NULL,
        updated_at           TEXT NOT NULL
    );
    CREATE INDEX hl_logs_by_project ON hl_logs (project_id, created_at);
    CREATE INDEX hl_logs_by_config ON hl_logs (config_id, project_id);
    CREATE UNIQUE INDEX hl_logs_by_run ON hl_logs (run_id, row_index) WHERE run_id IS NOT NULL;
    CREATE INDEX hl_logs_by_reference ON hl_logs (tenant_id, reference_id)
        WHERE reference_id IS NOT NULL;
    CREATE INDEX hl_logs_by_session ON hl_logs (tenant_id, session_id)
        WHERE session_id IS NOT NULL;
    CREATE INDEX hl_logs_by_session_reference ON hl_logs (tenant_id, session_reference_id)
        WHERE session_reference_id IS NOT NULL;

    CREATE TABLE hl_results (
        id           TEXT PRIMARY KEY,
        run_id       TEXT NOT NULL REFERENCES runs (id),
        log_id       TEXT NOT NULL REFERENCES hl_logs (id),
        evaluator_id TEXT NOT NULL REFERENCES hl_evaluators (id),
        version_id   TEXT NOT NULL REFERENCES hl_evaluator_versions (id),
        value        TEXT,
        error        TEXT,
        created_at   TEXT NOT NULL,
        updated_at   TEXT NOT NULL,
        UNIQUE (log_id, evaluator_id)
    );
    CREATE INDEX hl_results_by_run ON hl_results (run_id, evaluator_id);
    """,
    """
    -- Answers of requests that bore an idempotency key, as JSON, each written in the transaction
    -- that made what it tells of.
    CREATE TABLE idempotency_keys (
        tenant_id   TEXT NOT NULL REFERENCES tenants (id),
        operation   TEXT NOT NULL,
        key         TEXT NOT NULL,
        digest      BLOB NOT NULL,
        status      INTEGER NOT NULL,
        body        TEXT NOT NULL,
        created_at  TEXT NOT NULL,
        PRIMARY KEY (tenant_id, operation, key)
    );
    CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);
    """,
    """
    -- What a key may do, and a name to revoke it by.
    ALTER TABLE api_keys ADD COLUMN scope TEXT NOT NULL DEFAULT 'write'
        CHECK (scope IN ('read', 'write'));
    CREATE UNIQUE INDEX api_keys_by_name ON api_keys (name);
    """,
    """
    -- What the call of a row cost, by the price that its model had then; NULL of rows from before.
    ALTER TABLE run_rows ADD COLUMN cost REAL;
    """,
    """
    -- What each commit changed: a file that it wrote, or one that it took away, which has no bytes.
    CREATE TABLE file_changes (
        id            INTEGER PRIMARY KEY,
        repository_id TEXT NOT NULL REFERENCES repositories (id),
        commit_id     TEXT NOT NULL,
        path          TEXT NOT NULL,
        sha256        TEXT,
        size          INTEGER
    );
    CREATE INDEX file_changes_by_path ON file_changes (repository_id, path);

    -- Which files a commit has, in pages that commits share (trees.py): a row is a page further
    -- down, which begins with the path, or the change that wrote the file there.
    CREATE TABLE tree_pages (
        page_id       INTEGER NOT NULL,
        path          TEXT NOT NULL,
        child_id      INTEGER,
        change_id     INTEGER REFERENCES file_changes (id),
        PRIMARY KEY (page_id, path)
    ) WITHOUT ROWID;

    -- The tree is the topmost page; a commit without files has none.
    ALTER TABLE commits RENAME TO old_commits;
    CREATE TABLE commits (
        repository_id TEXT NOT NULL REFERENCES repositories (id),
        id            TEXT NOT NULL,
        sequence      INTEGER NOT NULL,
        parent_id     TEXT,
        tree_id       INTEGER,
        message       TEXT NOT NULL,
        author        TEXT NOT NULL,
        email         TEXT NOT NULL,
        timestamp     TEXT NOT NULL,
        PRIMARY KEY (repository_id, id),
        UNIQUE (repository_id, sequence)
    ) WITHOUT ROWID;
    """,
    share_trees,
    drop_whole_trees,
    """
    -- What the model calls of an evaluator used and cost for a result; NULL where it made none.
    ALTER TABLE hl_results ADD COLUMN prompt_tokens INTEGER;
    ALTER TABLE hl_results ADD COLUMN completion_tokens INTEGER;
    ALTER TABLE hl_results ADD COLUMN cost REAL;
    """,
)
