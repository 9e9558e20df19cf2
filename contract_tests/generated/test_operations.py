"""Building requests and reading responses, without a client object in between."""

import io
import subprocess
import sys
from typing import Any

import anyio
import httpx
import pytest

from .conftest import Client, Clients

CIRCLE = {"kind": "circle", "radius": 2, "status": "done"}


def test_slashes_stay_in_multi_segment_parameters_only(mended: Client, stock: Client) -> None:
    given = {"namespace": "a/b", "resource": "main/data files/ä?.parquet"}
    ours = mended.module("api.files.download").build_request(**given)["url"]
    theirs = stock.module("api.files.download")._get_kwargs(**given)["url"]

    assert ours == "/repos/a%2Fb/file/main/data%20files/%C3%A4%3F.parquet"
    assert theirs == "/repos/a%2Fb/file/main%2Fdata%20files%2F%C3%A4%3F.parquet"


def test_a_request_and_its_answer_need_no_client(mended: Client, stock: Client) -> None:
    operation = mended.module("api.tickets.get_ticket")
    assert operation.build_request() == {"method": "get", "url": "/tickets"}
    assert operation.parse_response(httpx.Response(200, json={"number": 7})).number == 7

    assert not hasattr(stock.module("api.tickets.get_ticket"), "build_request")
    assert not hasattr(stock.module("api.tickets.get_ticket"), "parse_response")


def test_any_success_is_read_as_the_documented_one(mended: Client, stock: Client) -> None:
    operation = mended.module("api.tickets.get_ticket")
    assert operation.parse_response(httpx.Response(299, json={"number": 7})).number == 7

    client = stock.module("client").Client(base_url="http://small")
    answer = httpx.Response(299, json={"number": 7})
    assert (
        stock.module("api.tickets.get_ticket")._parse_response(client=client, response=answer)
        is None
    )


def test_each_documented_success_has_its_own_type(mended: Client) -> None:
    operation = mended.module("api.drawings.create_drawing")
    assert operation.parse_response(httpx.Response(202, json={"number": 7})).number == 7
    drawing = operation.parse_response(httpx.Response(200, json={"status": "done"}))
    assert type(drawing).__name__ == "Drawing"


def test_binary_and_empty_answers(mended: Client) -> None:
    download = mended.module("api.files.download")
    assert download.parse_response(httpx.Response(200, content=b"PAR1")).payload.read() == b"PAR1"
    assert mended.module("api.files.upload").parse_response(httpx.Response(204)) is None


@pytest.mark.parametrize("status", [301, 404, 422, 500, 520, 999])
def test_any_other_status_raises(mended: Client, status: int) -> None:
    operation = mended.module("api.drawings.create_drawing")
    with pytest.raises(mended.module("errors").UnexpectedStatus) as raised:
        operation.parse_response(httpx.Response(status, json={"detail": "no"}))
    assert raised.value.status_code == status


@pytest.mark.parametrize("status", [520, 999])
def test_a_status_without_a_name_is_no_error_of_the_stock_functions(
    mended: Client, stock: Client, status: int
) -> None:
    def call(client: Client) -> Any:
        transport = httpx.MockTransport(lambda request: httpx.Response(status))
        own = client.module("client").Client("http://small", httpx_args={"transport": transport})
        with own:
            return client.module("api.tickets.get_ticket").sync_detailed(client=own)

    assert call(mended).status_code == status
    with pytest.raises(ValueError, match="not a valid HTTPStatus"):
        call(stock)


def test_an_upload_has_a_boundary_that_no_file_can_guess(mended: Client, stock: Client) -> None:
    def body(client: Client, build: str) -> bytes:
        upload = client.model("Upload")(
            file=client.module("types").File(io.BytesIO(b"\r\n--+++--"))
        )
        kwargs = getattr(client.module("api.files.upload"), build)("ox", "main/a", body=upload)
        return httpx.Request(
            kwargs.pop("method"), "http://small" + kwargs.pop("url"), **kwargs
        ).read()

    assert body(mended, "build_request").count(b"--+++") == 1
    assert body(stock, "_get_kwargs").count(b"--+++") > 1


def test_the_stock_functions_still_work(mended: Client) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        assert request.headers["authorization"] == "Bearer secret"
        assert (request.method, request.url.path) == ("POST", "/drawings")
        if b"done" in request.content:
            return httpx.Response(201, content=request.content)
        return httpx.Response(422, json={"detail": "not done"})

    operation = mended.module("api.drawings.create_drawing")
    drawing, status = mended.model("Drawing"), mended.model("Status")
    client = mended.module("client").AuthenticatedClient(
        "http://small", token="secret", httpx_args={"transport": httpx.MockTransport(answer)}
    )
    with client:
        made = operation.sync(client=client, body=drawing(status=status.DONE))
        assert made == drawing(status=status.DONE)
        refused = operation.sync_detailed(client=client, body=drawing())
        assert (refused.status_code, refused.parsed.detail) == (422, "not done")

    async def later() -> Any:
        async with client:
            return await operation.asyncio(client=client, body=drawing(status=status.DONE))

    assert anyio.run(later) == made


def test_no_representation_shows_the_token(mended: Client, stock: Client) -> None:
    def shown(client: Client) -> str:
        own = client.module("client").AuthenticatedClient(
            "http://small", token="s3cret", headers={"x-api-key": "s3cret"}
        )
        own.get_httpx_client().close()  # makes the header that holds the token
        return repr(own)

    assert "s3cret" not in shown(mended)
    assert "s3cret" in shown(stock)


def test_an_operation_loads_only_its_own_models(clients: Clients) -> None:
    def loaded(name: str) -> set[str]:
        code = (
            f"import sys, {name}.api.tickets.get_ticket\n"
            f"print(*(m for m in sys.modules if m.startswith('{name}.models.')))"
        )
        run = subprocess.run(
            [sys.executable, "-c", code],
            cwd=clients.folder,
            capture_output=True,
            text=True,
            check=True,
        )
        return {module.rpartition(".")[2] for module in run.stdout.split()}

    assert loaded("mended_client") == {"ticket"}
    assert loaded("stock_client") > {"ticket", "circle", "drawing", "problem"}


def test_the_models_package_looks_as_if_it_held_every_model(mended: Client, stock: Client) -> None:
    ours, theirs = mended.module("models"), stock.module("models")
    assert ours.__all__ == theirs.__all__
    assert set(ours.__all__) <= set(dir(ours))
    namespace: dict[str, Any] = {}
    exec("from mended_client.models import *", namespace)  # noqa: S102
    assert namespace["Circle"].from_dict(CIRCLE).radius == 2
    with pytest.raises(AttributeError, match="has no attribute 'Cirle'"):
        _ = ours.Cirle
    with pytest.raises(ImportError):
        exec("from mended_client.models import Cirle")  # noqa: S102
