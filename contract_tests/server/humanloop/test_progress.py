"""How far an evaluation has come, by the extension."""

from running_service import Running

from .conftest import Account, World, ok


def progress(world: World) -> tuple[int, int]:
    """The datapoints that are done, and all of them."""
    path = f"/x/v1/humanloop/evaluations/{world.id}/progress"
    found = ok(world.account.http.get(path))
    return found["done"], found["total"]


def test_a_datapoint_is_done_once_every_evaluator_has_judged_its_log(account: Account) -> None:
    one, other = account.evaluator(), account.evaluator()
    world = account.world(one, other).running()
    assert progress(world) == (0, 3)
    first, second = world.logged(0), world.logged(1)
    ok(world.result(first, one, result=1), 201)
    assert progress(world) == (0, 3)
    ok(world.result(first, other, result=1), 201)
    assert progress(world) == (1, 3)
    for evaluator in (one, other):
        ok(world.result(second, evaluator, error="No opinion"), 201)
    assert progress(world) == (2, 3)


def test_without_evaluators_a_log_is_enough(account: Account) -> None:
    world = account.world().running()
    world.logged(2)
    assert progress(world) == (1, 3)


def test_nobody_sees_the_progress_of_what_is_not_there(account: Account, service: Running) -> None:
    path = "/x/v1/humanloop/evaluations/ev_nowhere/progress"
    assert account.http.get(path).status_code == 404
    with service.client(key="") as anybody:
        assert anybody.get(path).status_code == 401
