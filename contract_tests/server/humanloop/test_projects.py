"""Projects: made once under a name, listed page by page."""

import re

from .conftest import Account, invalid, new_name, ok


def test_a_project_is_made_empty(account: Account) -> None:
    name = new_name("reviews")
    made = ok(account.http.post("/v4/projects", json={"name": name}), 201)
    assert re.fullmatch(r"pr_[A-Za-z0-9]{21}", made["id"])
    assert made["name"] == name
    assert (made["active_config"], made["config_type"], made["data_count"]) == (None, None, 0)
    assert made["created_at"] == made["updated_at"]
    assert made["team_id"].startswith("tm_")
    assert ok(account.http.get(f"/v4/projects/{made['id']}")) == made


def test_a_name_is_taken_once(account: Account) -> None:
    made = account.project()
    response = account.http.post("/v4/projects", json={"name": made["name"]})
    assert made["name"] in invalid(response, "body", "name")


def test_there_are_no_directories(account: Account) -> None:
    body = {"name": new_name("project"), "directory_id": "dir_1"}
    invalid(account.http.post("/v4/projects", json=body), "body", "directory_id")


def test_projects_come_page_by_page_from_0(account: Account) -> None:
    mark = new_name("Grüße")
    made = [
        ok(account.http.post("/v4/projects", json={"name": f"{mark} {n}"}), 201)["id"]
        for n in range(5)
    ]

    def page(**query: object) -> dict[str, object]:
        params = {"filter": mark.upper(), **{name: str(value) for name, value in query.items()}}
        body = ok(account.http.get("/v4/projects", params=params))
        return {**body, "records": [one["id"] for one in body["records"]]}

    newest = made[::-1]
    assert page() == {"records": newest, "page": 0, "size": 10, "total": 5}
    assert page(page=0, size=2) == {"records": newest[:2], "page": 0, "size": 2, "total": 5}
    assert page(page=2, size=2) == {"records": newest[4:], "page": 2, "size": 2, "total": 5}
    assert page(page=9)["records"] == []
    assert page(sort_by="name", order="asc")["records"] == made
    assert page(sort_by="updated_at", order="asc")["records"] == made
    assert page(user_filter="ann") == {"records": [], "page": 0, "size": 10, "total": 0}


def test_a_project_tells_its_active_config_and_its_logs(account: Account) -> None:
    project = account.project()
    first = account.config(project)
    account.config(project, temperature=0)
    log = {"project_id": project["id"], "config_id": first["id"], "output": "good"}
    ok(account.http.post("/v4/logs", json=[log, log]))
    found = ok(account.http.get(f"/v4/projects/{project['id']}"))
    assert found["active_config"]["config"] == first
    assert found["active_config"]["num_datapoints"] == 2
    assert (found["config_type"], found["data_count"]) == ("model", 2)
    assert found["updated_at"] > project["updated_at"]
