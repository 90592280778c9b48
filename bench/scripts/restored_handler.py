"""First responses of restored environments: ``restored_handler.py PATHS EVENT ROUNDS``.

As Lambda does it with SnapStart: the function is imported and its hooks run; a copy of that
process, which has opened no model and no connection, runs the hooks after a restore and responds.
Each line is of one copy: the milliseconds to the response, and those of processor time.
"""

import sys

sys.path[:0] = sys.argv[1].split(":")  # before the imports that come of it

import json  # noqa: E402
import os  # noqa: E402
import shutil  # noqa: E402
from collections.abc import Callable  # noqa: E402
from time import perf_counter, process_time  # noqa: E402
from types import ModuleType  # noqa: E402

type Hook = Callable[[], None]

before: list[Hook] = []
after: list[Hook] = []
runtime = ModuleType("snapshot_restore_py")
vars(runtime)["register_before_snapshot"] = before.append
vars(runtime)["register_after_restore"] = after.append
sys.modules["snapshot_restore_py"] = runtime

import app  # noqa: E402


class Context:
    """What Lambda passes beside the event, as far as the function uses it."""

    def get_remaining_time_in_millis(self) -> int:
        """Return the time left before the timeout, in milliseconds."""
        return 29_000


def respond() -> str:
    """Return the milliseconds from the restore to the response, and those of processor time."""
    began, began_work = perf_counter(), process_time()
    for hook in after:
        hook()
    response = app.handler(event, Context())
    work, taken = process_time() - began_work, perf_counter() - began
    assert response["statusCode"] == 200, response
    return f"{taken * 1000:.3f} {work * 1000:.3f}"


event = json.loads(sys.argv[2])
for hook in before:
    hook()
output = os.dup(sys.stdout.fileno())
for _ in range(int(sys.argv[3])):
    shutil.rmtree("/tmp/inferx", ignore_errors=True)  # noqa: S108 - the function's folder
    child = os.fork()
    if child == 0:
        os.write(output, f"restored {respond()}\n".encode())
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
