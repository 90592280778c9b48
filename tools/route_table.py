"""The route table of the function that answers what no route matches: ``functions/docs``.

It is made of ``template.yaml``, which is not deployed, and committed; a test compares the two.
"""

import json

from tools.template import ROOT, routes

TABLE = ROOT / "functions/docs/assets/routes.json"


def build() -> dict[str, list[str]]:
    """Return the methods of each path, as an ``Allow`` header lists them.

    ``HEAD`` is among them where anyone may ``GET``. It has no routes of its own: the gateway hands
    it to the route ``$default``, which has no authorizer.
    """
    table: dict[str, set[str]] = {}
    for route in routes():
        if route.method:
            methods = table.setdefault(route.path, set())
            methods.add(route.method)
            if route.method == "GET" and route.public:
                methods.add("HEAD")
    return {path: sorted(methods) for path, methods in sorted(table.items())}


def main() -> None:
    """Write the table, a line for each path."""
    lines = (f"  {json.dumps(path)}: {json.dumps(methods)}" for path, methods in build().items())
    TABLE.write_text("{\n" + ",\n".join(lines) + "\n}\n")


if __name__ == "__main__":
    main()
