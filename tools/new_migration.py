"""Write a migration for what changed in the rows: `python tools/new_migration.py "what changed"`."""

import sys
import tempfile
from pathlib import Path

from alembic import command

from modelyard.kernel.migrate import alembic_config, upgrade
from modelyard.kernel.settings import Settings


def main() -> None:
    """Compare a freshly migrated database with the rows."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data=Path(folder))
        upgrade(settings)
        number = len(list((Path(__file__).parents[1] / "migrations" / "versions").glob("*.py"))) + 1
        command.revision(
            alembic_config(settings.resolved_database_url), sys.argv[1], autogenerate=True, rev_id=f"{number:04d}"
        )


if __name__ == "__main__":
    main()
