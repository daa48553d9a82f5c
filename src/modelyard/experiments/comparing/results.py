"""Making the results of an attempt, and finding them again."""

from sqlalchemy.orm import Session

from modelyard.experiments.comparing import score_table
from modelyard.experiments.comparing.compare import compare
from modelyard.experiments.comparing.document import ExperimentResults
from modelyard.experiments.comparing.gathering import gathered
from modelyard.experiments.tables import Attempt
from modelyard.kernel.artifacts import ArtifactStore
from modelyard.kernel.errors import NotFound


def make_results(session: Session, artifacts: ArtifactStore, attempt_id: str) -> tuple[str, str]:
    """Compare the answers of an attempt that are there; return the hashes of the comparison and of its scores.

    The comparison is JSON (`ExperimentResults`), the scores are arrays (`score_table`). Raises NotFound.
    """
    attempt = session.get(Attempt, attempt_id)
    if attempt is None:
        raise NotFound(f"The attempt {attempt_id!r} is gone.")
    table = gathered(session, attempt)
    results = compare(table)
    return artifacts.put_bytes(as_json(results)).hash, artifacts.put_bytes(score_table.written(table)).hash


def as_json(results: ExperimentResults) -> bytes:
    """Return the comparison as it is stored and sent."""
    return results.model_dump_json().encode()
