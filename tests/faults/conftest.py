import pytest

from tests.faults.scene import STACKS, open_scene


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Where there are two stacks, `make test` tries what is not marked `both` on the larger one only."""
    for item in items:
        stack = item.callspec.params.get("scene") if hasattr(item, "callspec") else None
        if stack and stack != STACKS[-1] and not item.get_closest_marker("both"):
            item.add_marker("long")


@pytest.fixture(params=STACKS)
def scene(request, tmp_path):
    """A stage for one scenario, on each stack that this machine has."""
    only = request.node.get_closest_marker("stack")
    if only and request.param not in only.args:
        pytest.skip(f"is tried on {' and '.join(only.args)}")
    with open_scene(request.param, tmp_path) as opened:
        yield opened
