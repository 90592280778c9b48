"""The registry's rules in a few lines of dictionaries, for a state machine to compare with."""

from dataclasses import dataclass, field

from inferx.entities.models import VersionPointer


@dataclass
class Version:
    """One model version."""

    id: str
    name: str
    version: int
    status: str
    counted: int
    aliases: set[str] = field(default_factory=set)


@dataclass
class Rules:
    """What one owner has, according to the rules."""

    versions: dict[str, Version] = field(default_factory=dict)
    last: dict[str, int] = field(default_factory=dict)

    def next_version(self, name: str) -> int:
        """Give out a number, for good."""
        self.last[name] = self.last.get(name, 0) + 1
        return self.last[name]

    def of(self, name: str) -> list[Version]:
        """Return a name's versions, the highest first."""
        found = [each for each in self.versions.values() if each.name == name]
        return sorted(found, key=lambda each: -each.version)

    def newest_ready(self, name: str) -> VersionPointer | None:
        """Return what the bare name means."""
        ready = [each for each in self.of(name) if each.status == "ready"]
        return VersionPointer(ready[0].id, ready[0].version) if ready else None

    def aliases(self, name: str) -> dict[str, VersionPointer]:
        """Return what the name's aliases mean."""
        return {
            alias: VersionPointer(each.id, each.version)
            for each in self.of(name)
            for alias in each.aliases
        }

    def move_alias(self, name: str, alias: str, target: Version | None) -> None:
        """Let the alias mean another version, or nothing."""
        for each in self.of(name):
            each.aliases.discard(alias)
        if target is not None:
            target.aliases.add(alias)
