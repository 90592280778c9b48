"""`make events`: write every sample event into ``events/``, and remove all others there."""

import json
from pathlib import Path

from tools.events.samples import samples
from tools.template import ROOT

FOLDER = ROOT / "events"


def contents() -> dict[Path, str]:
    """Return each file that belongs into the folder, and its content."""
    return {
        FOLDER / f"{sample.name}.json": json.dumps(sample.event, indent=2) + "\n"
        for sample in samples()
    }


def main() -> None:
    """Write the folder."""
    FOLDER.mkdir(exist_ok=True)
    wanted = contents()
    for stale in set(FOLDER.iterdir()) - wanted.keys():
        stale.unlink()
    for path, content in wanted.items():
        path.write_text(content)


if __name__ == "__main__":
    main()
