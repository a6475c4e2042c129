"""What a benchmark found: rows of figures, of ours and of peers, as a table and as JSON."""

import datetime
import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Report:
    """Rows with the same keys; ``peers`` maps a peer's name to its row over all clips."""

    command: str
    rows: Sequence[Row]
    peers: Mapping[str, Row] = field(default_factory=dict)

    def table(self) -> str:
        """Return the rows as text, the peers below; rows with other keys begin another table."""
        blocks = [list(block) for _, block in groupby(self.rows, key=list)]
        blocks[-1] += [{"id": name} | dict(row) for name, row in self.peers.items()]
        return "\n\n".join(_table(block) for block in blocks)

    def to_dict(self) -> dict[str, Any]:
        """Return what the JSON file holds."""
        return {
            "command": self.command,
            "machine": f"{platform.machine()}, {os.cpu_count()} cores",
            "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
            "rows": [dict(row) for row in self.rows],
            "peers": {name: dict(row) for name, row in self.peers.items()},
        }


def _table(rows: Sequence[Row]) -> str:
    keys = list(rows[0])
    cells = [keys, *([_cell(row.get(key)) for key in keys] for row in rows)]
    widths = [max(len(line[i]) for line in cells) for i in range(len(keys))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) for line in cells)


def _cell(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.3f}"
    return "" if value is None else str(value)
