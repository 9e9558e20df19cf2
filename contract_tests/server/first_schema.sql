BEGIN TRANSACTION;
CREATE TABLE api_keys (
        digest      BLOB PRIMARY KEY,
        tenant_id   TEXT NOT NULL REFERENCES tenants (id),
        name        TEXT NOT NULL,
        created_at  TEXT NOT NULL
    );
CREATE TABLE branches (
        repository_id TEXT NOT NULL REFERENCES repositories (id),
        name          TEXT NOT NULL,
        commit_id     TEXT NOT NULL,
        PRIMARY KEY (repository_id, name)
    ) WITHOUT ROWID;
INSERT INTO "branches" VALUES('692ad431-f4fc-47fc-884f-67d39c827e57','eval','80f544fd17d2def3c8600ed4255a3b9d');
INSERT INTO "branches" VALUES('692ad431-f4fc-47fc-884f-67d39c827e57','eval/first','a301d92cafdd52562e801bb3c69fe1b2');
INSERT INTO "branches" VALUES('692ad431-f4fc-47fc-884f-67d39c827e57','main','80f544fd17d2def3c8600ed4255a3b9d');
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
INSERT INTO "commits" VALUES('692ad431-f4fc-47fc-884f-67d39c827e57','5cd5d13af8bed6ea3c8ffd1798fce7de',1,NULL,'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855','Create the repository','oxloop','','2026-01-01T00:00:01.000000Z');
INSERT INTO "commits" VALUES('692ad431-f4fc-47fc-884f-67d39c827e57','80f544fd17d2def3c8600ed4255a3b9d',3,'b361fc4ed59b44273f3b3ab979b7a660','f1b7a06ea7d25beb90b9d6bd150528ad64b9376ae75e5f88870f6664f213917d','Add it','Ann','ann@example.com','2026-01-01T00:00:03.000000Z');
INSERT INTO "commits" VALUES('692ad431-f4fc-47fc-884f-67d39c827e57','a301d92cafdd52562e801bb3c69fe1b2',4,'80f544fd17d2def3c8600ed4255a3b9d','8f08cf4265a076886d68d8028b26195753dce395be7b810781b5e39f64b3db32','Add the column "c" by scripted','oxloop','','2026-01-01T00:00:06.000000Z');
INSERT INTO "commits" VALUES('692ad431-f4fc-47fc-884f-67d39c827e57','b361fc4ed59b44273f3b3ab979b7a660',2,'5cd5d13af8bed6ea3c8ffd1798fce7de','39616dd2a16d4defaaa0252ac4bf7bdb9be32356d94070bb86dc2e4bc9eaa296','Add it','Ann','ann@example.com','2026-01-01T00:00:02.000000Z');
CREATE TABLE hl_configs (
        id          TEXT PRIMARY KEY,
        tenant_id   TEXT NOT NULL REFERENCES tenants (id),
        digest      TEXT NOT NULL,
        body        TEXT NOT NULL,
        created_at  TEXT NOT NULL,
        UNIQUE (tenant_id, digest)
    );
INSERT INTO "hl_configs" VALUES('config_8uT8FkHMXVpKBSJ1OJceT','079f084f-603f-4685-b358-77a015d8f7d9','bb158e5c2369362931d2d5938618f9fb1cc2b4dee2084869c18fe87085f957dc','{"type":"model","name":"scripted bb158e5","description":null,"provider":"openai","model":"scripted","endpoint":"complete","prompt_template":"Label {{review}}","chat_template":null,"template_language":null,"max_tokens":-1,"temperature":1,"top_p":1,"stop":null,"presence_penalty":0,"frequency_penalty":0,"seed":null,"response_format":null,"reasoning_effort":null,"tools":null,"tool_configs":null,"other":{}}','2026-01-01T00:00:09.000000Z');
CREATE TABLE hl_datapoints (
        id          TEXT PRIMARY KEY,
        dataset_id  TEXT NOT NULL REFERENCES hl_datasets (id),
        position    INTEGER NOT NULL,
        body        TEXT NOT NULL,
        created_at  TEXT NOT NULL,
        UNIQUE (dataset_id, position)
    );
INSERT INTO "hl_datapoints" VALUES('evtc_bqgKB6l3jG2Mcg7MMdcjr','evts_aFehx85q6yztbPrxJDxka',0,'{"inputs":{"review":"Lovely."},"target":{"label":"positive"}}','2026-01-01T00:00:11.000000Z');
INSERT INTO "hl_datapoints" VALUES('evtc_3n7dsfdObl8pf4U7XrLPn','evts_aFehx85q6yztbPrxJDxka',1,'{"inputs":{"review":"Dreadful."},"target":{"label":"negative"}}','2026-01-01T00:00:11.000000Z');
INSERT INTO "hl_datapoints" VALUES('evtc_Khv2ymolxcT1S9X1XCAeG','evts_aFehx85q6yztbPrxJDxka',2,'{"inputs":{"review":"Charming."},"target":{"label":"positive"}}','2026-01-01T00:00:11.000000Z');
INSERT INTO "hl_datapoints" VALUES('evtc_SbwlxHbvmV311CbuFTT3t','evts_6lSdnxVvmMHqV55Gv59GF',0,'{"inputs":{"review":"Lovely."},"target":{"label":"positive"}}','2026-01-01T00:00:17.000000Z');
INSERT INTO "hl_datapoints" VALUES('evtc_ssjmp8tEufnWFjtyfwuLc','evts_6lSdnxVvmMHqV55Gv59GF',1,'{"inputs":{"review":"Dreadful."},"target":{"label":"negative"}}','2026-01-01T00:00:17.000000Z');
INSERT INTO "hl_datapoints" VALUES('evtc_mOaOkAPnRUmuamEWFNskb','evts_6lSdnxVvmMHqV55Gv59GF',2,'{"inputs":{"review":"Charming."},"target":{"label":"positive"}}','2026-01-01T00:00:17.000000Z');
CREATE TABLE hl_dataset_versions (
        id              TEXT PRIMARY KEY,
        dataset_id      TEXT NOT NULL REFERENCES hl_datasets (id),
        name            TEXT NOT NULL,
        description     TEXT,
        datapoint_count INTEGER NOT NULL,
        created_at      TEXT NOT NULL
    );
INSERT INTO "hl_dataset_versions" VALUES('version_bTfHgIEAzBDlwPMSRccuG','evts_aFehx85q6yztbPrxJDxka','dataset first 1','Reviews.',0,'2026-01-01T00:00:10.000000Z');
INSERT INTO "hl_dataset_versions" VALUES('version_oJYnf06ptxAijtlSUYxed','evts_aFehx85q6yztbPrxJDxka','dataset first 1','Reviews.',3,'2026-01-01T00:00:11.000000Z');
INSERT INTO "hl_dataset_versions" VALUES('version_LNDPyz4pgEwbUXRrKZ4K6','evts_6lSdnxVvmMHqV55Gv59GF','dataset first 3','Reviews.',0,'2026-01-01T00:00:16.000000Z');
INSERT INTO "hl_dataset_versions" VALUES('version_WAYckluUznu1b38cjdRZM','evts_6lSdnxVvmMHqV55Gv59GF','dataset first 3','Reviews.',3,'2026-01-01T00:00:17.000000Z');
CREATE TABLE hl_datasets (
        id              TEXT PRIMARY KEY,
        tenant_id       TEXT NOT NULL REFERENCES tenants (id),
        project_id      TEXT REFERENCES hl_projects (id),
        version_id      TEXT NOT NULL,
        created_at      TEXT NOT NULL,
        updated_at      TEXT NOT NULL,
        deleted_at      TEXT
    );
INSERT INTO "hl_datasets" VALUES('evts_aFehx85q6yztbPrxJDxka','079f084f-603f-4685-b358-77a015d8f7d9','pr_CVxftFGybfnC1KwKf1JwO','version_oJYnf06ptxAijtlSUYxed','2026-01-01T00:00:10.000000Z','2026-01-01T00:00:11.000000Z',NULL);
INSERT INTO "hl_datasets" VALUES('evts_6lSdnxVvmMHqV55Gv59GF','079f084f-603f-4685-b358-77a015d8f7d9','pr_Xmp8MwGgsY9VU8RoJmjtc','version_WAYckluUznu1b38cjdRZM','2026-01-01T00:00:16.000000Z','2026-01-01T00:00:17.000000Z',NULL);
CREATE TABLE hl_evaluator_versions (
        id           TEXT PRIMARY KEY,
        evaluator_id TEXT NOT NULL REFERENCES hl_evaluators (id),
        body         TEXT NOT NULL,
        warnings     TEXT NOT NULL,
        created_at   TEXT NOT NULL
    );
INSERT INTO "hl_evaluator_versions" VALUES('evv_lqtObcy05epU8IYIBKhxH','evfn_tz0uwepqmOPLO7RPKeH9s','{"type":"python","code":"def right(log, testcase):\n    return log[\"output\"] == testcase[\"target\"][\"label\"]\n","model_config":null,"name":"score","description":"Scores it.","arguments_type":"target_required","return_type":"boolean"}','[]','2026-01-01T00:00:07.000000Z');
INSERT INTO "hl_evaluator_versions" VALUES('evv_4y4KuxxecJdVdArhghF9T','evfn_240SmPGhHeqHh8H0M5jhS','{"type":"external","code":null,"model_config":null,"name":"score","description":"Scores it.","arguments_type":"target_free","return_type":"number"}','[]','2026-01-01T00:00:13.000000Z');
CREATE TABLE hl_evaluators (
        id          TEXT PRIMARY KEY,
        tenant_id   TEXT NOT NULL REFERENCES tenants (id),
        version_id  TEXT NOT NULL,
        created_at  TEXT NOT NULL,
        updated_at  TEXT NOT NULL,
        deleted_at  TEXT
    );
INSERT INTO "hl_evaluators" VALUES('evfn_tz0uwepqmOPLO7RPKeH9s','079f084f-603f-4685-b358-77a015d8f7d9','evv_lqtObcy05epU8IYIBKhxH','2026-01-01T00:00:07.000000Z','2026-01-01T00:00:07.000000Z',NULL);
INSERT INTO "hl_evaluators" VALUES('evfn_240SmPGhHeqHh8H0M5jhS','079f084f-603f-4685-b358-77a015d8f7d9','evv_4y4KuxxecJdVdArhghF9T','2026-01-01T00:00:13.000000Z','2026-01-01T00:00:13.000000Z',NULL);
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
INSERT INTO "hl_logs" VALUES('data_Bno7E0Romvm6tQa7pZ0Hw','079f084f-603f-4685-b358-77a015d8f7d9','pr_CVxftFGybfnC1KwKf1JwO','config_8uT8FkHMXVpKBSJ1OJceT','ev_NJGZ3UAbqgQOeu3nKNHsO','evtc_bqgKB6l3jG2Mcg7MMdcjr',0,NULL,NULL,NULL,'{"inputs":{"review":"Lovely."},"provider_request":{"model":"scripted","prompt":"Label Lovely.","temperature":1,"top_p":1,"presence_penalty":0,"frequency_penalty":0},"output":"LABEL LOVELY.","duration":0.0,"provider_latency":0.0,"prompt_tokens":2,"output_tokens":2}','2026-01-01T00:00:12.000000Z','2026-01-01T00:00:12.000000Z');
INSERT INTO "hl_logs" VALUES('data_hFqAQjEJl4NgXk29zyovw','079f084f-603f-4685-b358-77a015d8f7d9','pr_CVxftFGybfnC1KwKf1JwO','config_8uT8FkHMXVpKBSJ1OJceT','ev_NJGZ3UAbqgQOeu3nKNHsO','evtc_3n7dsfdObl8pf4U7XrLPn',1,NULL,NULL,NULL,'{"inputs":{"review":"Dreadful."},"provider_request":{"model":"scripted","prompt":"Label Dreadful.","temperature":1,"top_p":1,"presence_penalty":0,"frequency_penalty":0},"output":"LABEL DREADFUL.","duration":0.0,"provider_latency":0.0,"prompt_tokens":2,"output_tokens":2}','2026-01-01T00:00:12.000000Z','2026-01-01T00:00:12.000000Z');
INSERT INTO "hl_logs" VALUES('data_2p1twbgf038vb7fdlZEGa','079f084f-603f-4685-b358-77a015d8f7d9','pr_CVxftFGybfnC1KwKf1JwO','config_8uT8FkHMXVpKBSJ1OJceT','ev_NJGZ3UAbqgQOeu3nKNHsO','evtc_Khv2ymolxcT1S9X1XCAeG',2,NULL,NULL,NULL,'{"inputs":{"review":"Charming."},"provider_request":{"model":"scripted","prompt":"Label Charming.","temperature":1,"top_p":1,"presence_penalty":0,"frequency_penalty":0},"output":"LABEL CHARMING.","duration":0.0,"provider_latency":0.0,"prompt_tokens":2,"output_tokens":2}','2026-01-01T00:00:12.000000Z','2026-01-01T00:00:12.000000Z');
INSERT INTO "hl_logs" VALUES('data_6wvYakafUQ6fMgQfGM3U6','079f084f-603f-4685-b358-77a015d8f7d9','pr_Xmp8MwGgsY9VU8RoJmjtc','config_8uT8FkHMXVpKBSJ1OJceT','ev_BxmuqhCMpwWSn5AK4NVun','evtc_SbwlxHbvmV311CbuFTT3t',0,'first',NULL,NULL,'{"output":"positive"}','2026-01-01T00:00:20.000000Z','2026-01-01T00:00:20.000000Z');
CREATE TABLE hl_project_configs (
        project_id  TEXT NOT NULL REFERENCES hl_projects (id),
        config_id   TEXT NOT NULL REFERENCES hl_configs (id),
        created_at  TEXT NOT NULL,
        updated_at  TEXT NOT NULL,
        last_used   TEXT NOT NULL,
        PRIMARY KEY (project_id, config_id)
    ) WITHOUT ROWID;
INSERT INTO "hl_project_configs" VALUES('pr_CVxftFGybfnC1KwKf1JwO','config_8uT8FkHMXVpKBSJ1OJceT','2026-01-01T00:00:09.000000Z','2026-01-01T00:00:09.000000Z','2026-01-01T00:00:12.000000Z');
INSERT INTO "hl_project_configs" VALUES('pr_Xmp8MwGgsY9VU8RoJmjtc','config_8uT8FkHMXVpKBSJ1OJceT','2026-01-01T00:00:15.000000Z','2026-01-01T00:00:15.000000Z','2026-01-01T00:00:18.000000Z');
CREATE TABLE hl_projects (
        id               TEXT PRIMARY KEY,
        tenant_id        TEXT NOT NULL REFERENCES tenants (id),
        name             TEXT NOT NULL,
        active_config_id TEXT,
        created_at       TEXT NOT NULL,
        updated_at       TEXT NOT NULL,
        UNIQUE (tenant_id, name)
    );
INSERT INTO "hl_projects" VALUES('pr_CVxftFGybfnC1KwKf1JwO','079f084f-603f-4685-b358-77a015d8f7d9','project first 0','config_8uT8FkHMXVpKBSJ1OJceT','2026-01-01T00:00:08.000000Z','2026-01-01T00:00:09.000000Z');
INSERT INTO "hl_projects" VALUES('pr_Xmp8MwGgsY9VU8RoJmjtc','079f084f-603f-4685-b358-77a015d8f7d9','project first 2','config_8uT8FkHMXVpKBSJ1OJceT','2026-01-01T00:00:14.000000Z','2026-01-01T00:00:15.000000Z');
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
INSERT INTO "hl_results" VALUES('res_64GyACBRPwKzU7Er7520Z','ev_NJGZ3UAbqgQOeu3nKNHsO','data_Bno7E0Romvm6tQa7pZ0Hw','evfn_tz0uwepqmOPLO7RPKeH9s','evv_lqtObcy05epU8IYIBKhxH','false',NULL,'2026-01-01T00:00:12.000000Z','2026-01-01T00:00:12.000000Z');
INSERT INTO "hl_results" VALUES('res_vr4sDPFnDWzIBFaOgObQu','ev_NJGZ3UAbqgQOeu3nKNHsO','data_hFqAQjEJl4NgXk29zyovw','evfn_tz0uwepqmOPLO7RPKeH9s','evv_lqtObcy05epU8IYIBKhxH','false',NULL,'2026-01-01T00:00:12.000000Z','2026-01-01T00:00:12.000000Z');
INSERT INTO "hl_results" VALUES('res_vH3lF5dUnih2wWpIdCIE0','ev_NJGZ3UAbqgQOeu3nKNHsO','data_2p1twbgf038vb7fdlZEGa','evfn_tz0uwepqmOPLO7RPKeH9s','evv_lqtObcy05epU8IYIBKhxH','false',NULL,'2026-01-01T00:00:12.000000Z','2026-01-01T00:00:12.000000Z');
INSERT INTO "hl_results" VALUES('res_sPuxZQKmshgMCL1c5AUjz','ev_BxmuqhCMpwWSn5AK4NVun','data_6wvYakafUQ6fMgQfGM3U6','evfn_tz0uwepqmOPLO7RPKeH9s','evv_lqtObcy05epU8IYIBKhxH','true',NULL,'2026-01-01T00:00:20.000000Z','2026-01-01T00:00:20.000000Z');
CREATE TABLE hl_run_evaluators (
        run_id       TEXT NOT NULL REFERENCES runs (id),
        position     INTEGER NOT NULL,
        evaluator_id TEXT NOT NULL REFERENCES hl_evaluators (id),
        version_id   TEXT NOT NULL REFERENCES hl_evaluator_versions (id),
        PRIMARY KEY (run_id, evaluator_id)
    ) WITHOUT ROWID;
INSERT INTO "hl_run_evaluators" VALUES('ev_BxmuqhCMpwWSn5AK4NVun',1,'evfn_240SmPGhHeqHh8H0M5jhS','evv_4y4KuxxecJdVdArhghF9T');
INSERT INTO "hl_run_evaluators" VALUES('ev_BxmuqhCMpwWSn5AK4NVun',0,'evfn_tz0uwepqmOPLO7RPKeH9s','evv_lqtObcy05epU8IYIBKhxH');
INSERT INTO "hl_run_evaluators" VALUES('ev_NJGZ3UAbqgQOeu3nKNHsO',0,'evfn_tz0uwepqmOPLO7RPKeH9s','evv_lqtObcy05epU8IYIBKhxH');
CREATE TABLE namespaces (
        name        TEXT PRIMARY KEY,
        tenant_id   TEXT NOT NULL REFERENCES tenants (id)
    );
INSERT INTO "namespaces" VALUES('ox','079f084f-603f-4685-b358-77a015d8f7d9');
CREATE TABLE repositories (
        id          TEXT PRIMARY KEY,
        namespace   TEXT NOT NULL REFERENCES namespaces (name),
        name        TEXT NOT NULL,
        description TEXT,
        is_public   INTEGER NOT NULL,
        created_at  TEXT NOT NULL,
        UNIQUE (namespace, name)
    );
INSERT INTO "repositories" VALUES('692ad431-f4fc-47fc-884f-67d39c827e57','ox','r','A ü',0,'2026-01-01T00:00:01.000000Z');
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
INSERT INTO "run_rows" VALUES('41abec31-d055-4c61-9594-9096a4ba4eb9',0,'done','SAY X',NULL,0.0,2,2);
INSERT INTO "run_rows" VALUES('41abec31-d055-4c61-9594-9096a4ba4eb9',1,'done','SAY ',NULL,0.0,1,1);
INSERT INTO "run_rows" VALUES('ev_BxmuqhCMpwWSn5AK4NVun',0,'done',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "run_rows" VALUES('ev_BxmuqhCMpwWSn5AK4NVun',1,'pending',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "run_rows" VALUES('ev_BxmuqhCMpwWSn5AK4NVun',2,'pending',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "run_rows" VALUES('ev_NJGZ3UAbqgQOeu3nKNHsO',0,'done','LABEL LOVELY.',NULL,0.0,2,2);
INSERT INTO "run_rows" VALUES('ev_NJGZ3UAbqgQOeu3nKNHsO',1,'done','LABEL DREADFUL.',NULL,0.0,2,2);
INSERT INTO "run_rows" VALUES('ev_NJGZ3UAbqgQOeu3nKNHsO',2,'done','LABEL CHARMING.',NULL,0.0,2,2);
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
INSERT INTO "runs" VALUES('41abec31-d055-4c61-9594-9096a4ba4eb9','oxen','079f084f-603f-4685-b358-77a015d8f7d9','692ad431-f4fc-47fc-884f-67d39c827e57','completed',NULL,'scripted','{"auto_commit": true, "batch_size": 10, "commit_message": null, "is_sample": false, "name": null, "sample_count": 10, "target_branch": "eval/first", "target_path": null, "model_id": "11bd081a-0cb9-5842-a3cc-0fe1fc7d5bb5", "prompt": "Say {b}", "input_type": "text", "output_type": "text", "target_column": "c"}','{"repository_id": "692ad431-f4fc-47fc-884f-67d39c827e57", "source_branch": "main", "source_commit": "80f544fd17d2def3c8600ed4255a3b9d", "source_path": "a/b.csv", "source_sha256": "8caa31486dc2ad7a408261b2aac867a49777f5a423304fe53dc26ed44560a63b", "target_branch": "eval/first", "target_path": "a/b.csv", "target_sha256": "8caa31486dc2ad7a408261b2aac867a49777f5a423304fe53dc26ed44560a63b", "target_column": "c", "prompt": "Say {b}", "total": 2, "batch_size": 10, "model": "scripted", "auto_commit": true, "commit_message": "Add the column \"c\" by scripted", "output_type": "text"}','{"closing_commit": {"id": "a301d92cafdd52562e801bb3c69fe1b2", "parent_ids": ["80f544fd17d2def3c8600ed4255a3b9d"], "message": "Add the column \"c\" by scripted", "author": "oxloop", "email": "", "timestamp": "2026-01-01T00:00:06.000000Z"}, "target_branch": "eval/first", "conflict_target_branch": null}',2,2,0,3,3,0.0,'2026-01-01T00:00:06.000000Z','2026-01-01T00:00:06.000000Z','2026-01-01T00:00:06.000000Z','2026-01-01T00:00:06.000000Z',NULL);
INSERT INTO "runs" VALUES('ev_NJGZ3UAbqgQOeu3nKNHsO','humanloop','079f084f-603f-4685-b358-77a015d8f7d9','pr_CVxftFGybfnC1KwKf1JwO','completed',NULL,'scripted','{"hl_generated": true, "config_id": "config_8uT8FkHMXVpKBSJ1OJceT", "dataset_id": "evts_aFehx85q6yztbPrxJDxka", "evaluator_ids": ["evfn_tz0uwepqmOPLO7RPKeH9s"]}','{"config_id": "config_8uT8FkHMXVpKBSJ1OJceT", "dataset_id": "evts_aFehx85q6yztbPrxJDxka", "dataset_version_id": "version_oJYnf06ptxAijtlSUYxed", "datapoint_count": 3, "hl_generated": true, "name": null, "model": "scripted", "key_providers": []}',NULL,3,3,0,6,6,0.0,'2026-01-01T00:00:12.000000Z','2026-01-01T00:00:12.000000Z','2026-01-01T00:00:12.000000Z','2026-01-01T00:00:12.000000Z',NULL);
INSERT INTO "runs" VALUES('ev_BxmuqhCMpwWSn5AK4NVun','humanloop','079f084f-603f-4685-b358-77a015d8f7d9','pr_Xmp8MwGgsY9VU8RoJmjtc','running',NULL,NULL,'{"hl_generated": false, "config_id": "config_8uT8FkHMXVpKBSJ1OJceT", "dataset_id": "evts_6lSdnxVvmMHqV55Gv59GF", "evaluator_ids": ["evfn_tz0uwepqmOPLO7RPKeH9s", "evfn_240SmPGhHeqHh8H0M5jhS"]}','{"config_id": "config_8uT8FkHMXVpKBSJ1OJceT", "dataset_id": "evts_6lSdnxVvmMHqV55Gv59GF", "dataset_version_id": "version_WAYckluUznu1b38cjdRZM", "datapoint_count": 3, "hl_generated": false, "name": null, "model": null, "key_providers": []}',NULL,3,1,0,0,0,0.0,'2026-01-01T00:00:18.000000Z','2026-01-01T00:00:19.000000Z','2026-01-01T00:00:19.000000Z',NULL,NULL);
CREATE TABLE tenants (
        id          TEXT PRIMARY KEY,
        name        TEXT NOT NULL UNIQUE,
        created_at  TEXT NOT NULL
    );
INSERT INTO "tenants" VALUES('079f084f-603f-4685-b358-77a015d8f7d9','default','2026-01-01T00:00:00.000000Z');
CREATE TABLE tree_entries (
        repository_id TEXT NOT NULL REFERENCES repositories (id),
        tree_id       TEXT NOT NULL,
        path          TEXT NOT NULL,
        sha256        TEXT NOT NULL,
        size          INTEGER NOT NULL,
        commit_id     TEXT NOT NULL,
        PRIMARY KEY (repository_id, tree_id, path)
    ) WITHOUT ROWID;
INSERT INTO "tree_entries" VALUES('692ad431-f4fc-47fc-884f-67d39c827e57','39616dd2a16d4defaaa0252ac4bf7bdb9be32356d94070bb86dc2e4bc9eaa296','a/b.csv','8caa31486dc2ad7a408261b2aac867a49777f5a423304fe53dc26ed44560a63b',11,'b361fc4ed59b44273f3b3ab979b7a660');
INSERT INTO "tree_entries" VALUES('692ad431-f4fc-47fc-884f-67d39c827e57','8f08cf4265a076886d68d8028b26195753dce395be7b810781b5e39f64b3db32','a/b.csv','2378a08d009366f107cb2d0a71fc8441d253f161984c84054943de963b3c01a1',24,'a301d92cafdd52562e801bb3c69fe1b2');
INSERT INTO "tree_entries" VALUES('692ad431-f4fc-47fc-884f-67d39c827e57','8f08cf4265a076886d68d8028b26195753dce395be7b810781b5e39f64b3db32','notes.txt','f86fd89de87a848a45bfe77708d91a5d2ff48b8e4a4b98af5165af82692f8928',6,'80f544fd17d2def3c8600ed4255a3b9d');
INSERT INTO "tree_entries" VALUES('692ad431-f4fc-47fc-884f-67d39c827e57','f1b7a06ea7d25beb90b9d6bd150528ad64b9376ae75e5f88870f6664f213917d','a/b.csv','8caa31486dc2ad7a408261b2aac867a49777f5a423304fe53dc26ed44560a63b',11,'b361fc4ed59b44273f3b3ab979b7a660');
INSERT INTO "tree_entries" VALUES('692ad431-f4fc-47fc-884f-67d39c827e57','f1b7a06ea7d25beb90b9d6bd150528ad64b9376ae75e5f88870f6664f213917d','notes.txt','f86fd89de87a848a45bfe77708d91a5d2ff48b8e4a4b98af5165af82692f8928',6,'80f544fd17d2def3c8600ed4255a3b9d');
CREATE INDEX runs_by_owner ON runs (owner_id, created_at);
CREATE INDEX runs_unfinished ON runs (status)
        WHERE status IN ('queued', 'running', 'committing');
CREATE INDEX hl_logs_by_project ON hl_logs (project_id, created_at);
CREATE INDEX hl_logs_by_config ON hl_logs (config_id, project_id);
CREATE UNIQUE INDEX hl_logs_by_run ON hl_logs (run_id, row_index) WHERE run_id IS NOT NULL;
CREATE INDEX hl_logs_by_reference ON hl_logs (tenant_id, reference_id)
        WHERE reference_id IS NOT NULL;
CREATE INDEX hl_logs_by_session ON hl_logs (tenant_id, session_id)
        WHERE session_id IS NOT NULL;
CREATE INDEX hl_logs_by_session_reference ON hl_logs (tenant_id, session_reference_id)
        WHERE session_reference_id IS NOT NULL;
CREATE INDEX hl_results_by_run ON hl_results (run_id, evaluator_id);
COMMIT;
PRAGMA user_version = 1;
