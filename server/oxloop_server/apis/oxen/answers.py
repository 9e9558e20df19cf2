"""Oxen's JSON shapes that more than one operation answers with."""

from oxloop_server.errors import JsonObject
from oxloop_server.storage.repositories import Branch, Commit, Resolved

FOUND = "resource_found"
CREATED = "resource_created"
UPDATED = "resource_updated"
DELETED = "resource_deleted"


def success(message: str, **fields: object) -> JsonObject:
    """Oxen's envelope of an answer that went well.

    Args:
        message: Oxen's word for what happened.
        fields: What the answer is about.
    """
    return {**fields, "status": "success", "status_message": message}


def pagination(page: int, size: int, total: int) -> JsonObject:
    """Which page an answer is, of how many.

    Args:
        page: This page; pages count from 1.
        size: Entries on a page.
        total: Entries on all pages.
    """
    return {
        "page_number": page,
        "page_size": size,
        "total_pages": -(-total // size),
        "total_entries": total,
    }


def commit(found: Commit) -> JsonObject:
    """A commit."""
    return {
        "id": found.id,
        "parent_ids": list(found.parent_ids),
        "message": found.message,
        "author": found.author,
        "email": found.email,
        "timestamp": found.timestamp,
    }


def branch(found: Branch) -> JsonObject:
    """A branch."""
    return {"name": found.name, "commit_id": found.commit_id}


def resource(resolved: Resolved) -> JsonObject:
    """Which file was read, and where; the version is a branch's name or a commit's id."""
    return {"path": resolved.path, "version": resolved.version}
