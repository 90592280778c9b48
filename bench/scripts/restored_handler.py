"""First responses of restored environments: ``restored_handler.py EVENT ROUNDS``.

As Lambda does it with SnapStart: the function is imported and its hooks run; a copy of that
process, which has opened no model and no connection, runs the hooks after a restore and responds.
Each line is of one copy: the milliseconds to the response, and those of processor time.
"""

import json
import os
import shutil
import sys
from collections.abc import Callable
from time import perf_counter, process_time
from types import ModuleType

type Hook = Callable[[], None]

before: list[Hook] = []
after: list[Hook] = []
runtime = ModuleType("snapshot_restore_py")
vars(runtime)["register_before_snapshot"] = before.append
vars(runtime)["register_after_restore"] = after.append
sys.modules["snapshot_restore_py"] = runtime

import app  # noqa: E402  # after the module that it looks for


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


event = json.loads(sys.argv[1])
for hook in before:
    hook()
output = os.dup(sys.stdout.fileno())
for _ in range(int(sys.argv[2])):
    shutil.rmtree("/tmp/inferx", ignore_errors=True)  # noqa: S108 - the function's folder
    child = os.fork()
    if child == 0:
        os.write(output, f"restored {respond()}\n".encode())
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
