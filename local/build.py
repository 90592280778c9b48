"""`sam build` for this machine, run only when something that it reads has changed."""

import os
import subprocess
from pathlib import Path

from local import deep_environment
from local.content import CACHES, digest_of
from local.failure import Failure
from local.paths import BUILD, LOGS, ROOT, STATE
from local.setup import find_uv

TEMPLATE = ROOT / "template.yaml"
BUILT_TEMPLATE = BUILD / "template.yaml"
LOG = LOGS / "build.log"
STAMP = STATE / "build.sha256"
SAM = ROOT / ".venv-sam/bin/sam"
INSTALLERS = (
    ROOT / "layers/install.sh",
    ROOT / "layers/compile.sh",
    ROOT / "tools/library_calls.py",
    ROOT / "tools/library_symbols.py",
    ROOT / "tools/shared_library.py",
    ROOT / "tools/unused_functions.py",
    ROOT / "tools/strip_symbols.py",
    ROOT / "tools/check_size.py",
)


def sources_digest() -> str:
    """Return what names all that the deployed stack is made of.

    That is a hash of the template, the code and this package, and whether there is an environment
    to convert deep networks in.
    """
    sources = (TEMPLATE, ROOT / "functions", ROOT / "layers", ROOT / "local", *INSTALLERS)
    digest = digest_of(*sources, ignored=CACHES)
    return f"{digest}-with-deep-networks" if deep_environment.is_there() else digest


def build() -> bool:
    """Bring `.local/build` up to date. Return False when it was so already.

    Raises:
        Failure: `sam build` failed; the sentence names the log.
    """
    sources = (TEMPLATE, ROOT / "functions", ROOT / "layers", *INSTALLERS)
    wanted = digest_of(*sources, ignored=CACHES)
    if STAMP.is_file() and STAMP.read_text() == wanted and BUILT_TEMPLATE.is_file():
        return False
    STAMP.unlink(missing_ok=True)
    _sam_build(cache=_cache_folder())
    STAMP.write_text(wanted)
    return True


def _cache_folder() -> Path:
    # sam's cache looks at a layer's own folder alone, not at the scripts that install it.
    return STATE / "sam-cache" / digest_of(*INSTALLERS)[:12]


def _sam_build(cache: Path) -> None:
    uv = find_uv()
    tools = [str(SAM.parent), *([str(Path(uv).parent)] if uv else [])]
    environment = {
        **os.environ,
        "PATH": os.pathsep.join([*tools, os.environ.get("PATH", os.defpath)]),
        "INFERX_ARCH": "native",
        "SAM_CLI_TELEMETRY": "0",
    }
    command: list[str | Path] = [SAM, "build", "--cached", "--parallel", "--template", TEMPLATE]
    command += ["--build-dir", BUILD, "--cache-dir", cache]
    LOGS.mkdir(parents=True, exist_ok=True)
    with LOG.open("wb") as log:
        result = subprocess.run(
            command,
            check=False,
            cwd=ROOT,
            env=environment,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    if result.returncode:
        raise Failure(f"`sam build` failed: see {LOG.relative_to(ROOT)}")
