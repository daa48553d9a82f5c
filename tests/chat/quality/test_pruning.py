"""Sets of test questions are kept as long as something refers to them."""

from sqlalchemy import delete, select

from modelyard.chat.quality.tables import QuestionSet
from modelyard.chat.quality.verbs import save_questions
from modelyard.chat.tables import QualityRun
from modelyard.data.tables import Dataset
from modelyard.data.verbs import rename_dataset
from tests.chat.quality.manual import Manual


def saved(manual: Manual, question: str) -> tuple[str, str]:
    """Add a question, freeze the set and return its id and its dataset's."""
    manual.add(question=question)
    with manual.yard.context(manual.owner) as ctx:
        row = save_questions(ctx, manual.shelf.id)
        return row.id, str(row.dataset_id)


def kept(manual: Manual) -> tuple[set[str], set[str]]:
    """Return the ids of the sets and of the datasets that there are."""
    with manual.yard.context(manual.owner, writes=False) as ctx:
        return set(ctx.session.scalars(select(QuestionSet.id))), set(ctx.session.scalars(select(Dataset.id)))


def test_sets_that_no_measurement_refers_to_go_with_their_datasets(own_manual: Manual) -> None:
    manual = own_manual
    first, renamed, unused = (saved(manual, f"What is the use of port {n}?") for n in (8080, 9090, 7070))
    with manual.yard.context(manual.owner) as ctx:
        rename_dataset(ctx, renamed[1], "My questions")
        hashes = {row.id: row.rows_hash for row in ctx.session.scalars(select(QuestionSet))}
    measured = manual.measured()
    assert measured["question_set_id"] == unused[0], "the same questions are not frozen again"
    sets, datasets = kept(manual)
    assert sets == {unused[0]}
    assert datasets == {renamed[1], unused[1]}, "one was given a name of its own"
    assert manual.yard.artifacts.size_bytes(hashes[first[0]]) is None

    newer = saved(manual, "What is the use of port 6060?")
    manual.measured()
    assert kept(manual)[0] == {unused[0], newer[0]}, "both were measured"
    with manual.yard.context(manual.owner) as ctx:
        ctx.session.execute(delete(QualityRun).where(QualityRun.question_set_id == unused[0]))
    manual.measured()
    assert kept(manual) == ({newer[0]}, {renamed[1], newer[1]})
