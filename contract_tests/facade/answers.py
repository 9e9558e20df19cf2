"""Answers of Oxen's API, as scripted servers give them."""

from typing import Any

import httpx

RUN_ID = "3c90c3cc-0d44-4b50-8888-8dd25736052a"
MODEL_ID = "0b8e3a0e-6a3e-4c8a-9a55-0d7c3f4f2c11"
COMMIT_ID = "8f14e45fceea167a5a36dedd4bea2543"


def evaluation(**changes: Any) -> httpx.Response:
    """An evaluation in its envelope."""
    fields = {
        "id": RUN_ID,
        "name": "first",
        "status": "queued",
        "error_message": None,
        "prompt": "Which department? {query}",
        "input_type": "text",
        "output_type": "text",
        "model": {"name": "small-model"},
        "is_sample": False,
        "sample_count": 10,
        "progress": {"processed": 0, "total": 0},
        "resource": {"path": "tickets.parquet", "version": "main"},
        "target_branch": "eval/first",
        "target_column": "department",
        "target_path": None,
        "tokens_used": 0,
        "prompt_tokens_used": 0,
        "completion_tokens_used": 0,
        "credits_used": "0.000000600",
        "inserted_at": "2026-01-15T09:30:00Z",
        "started_at": None,
        "completed_at": None,
        "cancelled_at": None,
    }
    return httpx.Response(
        200,
        json={
            "evaluation": fields | changes,
            "status": "success",
            "status_message": "resource_found",
        },
    )


def page(rows: list[dict[str, Any]], number: int = 1, pages: int = 1) -> httpx.Response:
    """A page of rows in its envelope."""
    names = list(rows[0]) if rows else ["query"]
    schema = {"hash": "1f", "fields": [{"name": name, "dtype": "str"} for name in names]}
    return httpx.Response(
        200,
        json={
            "status": "success",
            "status_message": "resource_found",
            "data_frame": {
                "source": {"schema": schema, "size": {"height": 2, "width": len(names)}},
                "view": {
                    "schema": schema,
                    "data": rows,
                    "pagination": {
                        "page_number": number,
                        "page_size": 100,
                        "total_pages": pages,
                        "total_entries": 2,
                    },
                },
            },
        },
    )


def branch(name: str = "main", commit_id: str = COMMIT_ID) -> httpx.Response:
    """A branch in its envelope."""
    return httpx.Response(
        200, json={"status": "success", "branch": {"name": name, "commit_id": commit_id}}
    )


def commit() -> httpx.Response:
    """A commit in its envelope."""
    return httpx.Response(
        200,
        json={
            "status": "success",
            "commit": {
                "id": COMMIT_ID,
                "message": "Add the tickets",
                "author": "Ann",
                "email": "ann@example.com",
                "timestamp": "2026-01-15T09:30:00Z",
                "parent_ids": ["c9f0"],
            },
        },
    )


def repository() -> httpx.Response:
    """A repository in its envelope."""
    return httpx.Response(
        200,
        json={"status": "success", "repository": {"namespace": "ox", "name": "support", "id": "7"}},
    )


def capabilities(*features: str) -> httpx.Response:
    """What a local service says of itself."""
    return httpx.Response(
        200,
        json={"server": "oxloop", "version": "0.1.0", "apis": ["oxen"], "features": [*features]},
    )
