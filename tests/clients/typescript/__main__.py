"""``make openapi-lint`` and ``make clients``: what needs npm.

``python -m tests.clients.typescript lint`` lints the committed OpenAPI document.
``python -m tests.clients.typescript call BASE_URL`` generates TypeScript types from it, compiles
``predict.ts`` with them under ``tsc --strict``, and runs it against the local stack.
"""

import json
import secrets
import shutil
import subprocess
import sys
from pathlib import Path

from local.demo.training import train
from tools.openapi.build import DOCUMENT

SOURCES = Path(__file__).parent
WORK = SOURCES.parents[2] / ".local/typescript"
FILES = ("package.json", "package-lock.json", ".npmrc", "redocly.yaml", "tsconfig.json")
WANTED = {
    "status": "ready",
    "classes": ["setosa", "versicolor", "virginica"],
    "row": "setosa",
    "batch": ["setosa", "virginica"],
    "refused": "Row 1 (input[0]): Model expects 4 features, got 1",
    "inferred": ["setosa", "virginica"],
}


def lint() -> None:
    """Lint the document; a warning is a failure."""
    _run("npx", "--no", "redocly", "lint", "--config", "redocly.yaml", str(DOCUMENT))


def call(base_url: str) -> None:
    """Generate the types, compile the program, run it and compare what it prints."""
    shutil.copy(SOURCES / "predict.ts", WORK)
    _run("npx", "--no", "openapi-typescript", str(DOCUMENT), "--output", "api.d.ts")
    _run("npx", "--no", "tsc")
    (WORK / "iris.pkl").write_bytes(train().pickled())
    email = f"{secrets.token_hex(8)}@example.com"
    arguments = [base_url, email, "SecurePass123!", "iris.pkl"]
    printed = json.loads(_run("node", "build/predict.js", *arguments))
    if printed != WANTED | {"registered": email}:
        sys.exit(f"The TypeScript client received something else: {printed}")


def _install() -> None:
    if shutil.which("npm") is None:
        sys.exit("This needs Node.js 20 or newer with npm, which is not on PATH.")
    WORK.mkdir(parents=True, exist_ok=True)
    for name in FILES:
        shutil.copy(SOURCES / name, WORK)
    _run("npm", "ci", "--no-audit", "--no-fund")


def _run(*command: str) -> str:
    done = subprocess.run(command, cwd=WORK, check=False, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"`{' '.join(command[:3])}` failed:\n{done.stdout}{done.stderr}")
    return done.stdout


def main() -> None:
    """Run the command that the arguments name."""
    _install()
    if sys.argv[1] == "lint":
        lint()
    else:
        call(sys.argv[2])


if __name__ == "__main__":
    main()
