"""Rows of what readers ask."""

from datetime import datetime

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from modelyard.chat.tables import Collection
from modelyard.kernel.db import Base
from modelyard.kernel.holding import artifact_column


class QuestionGrouping(Base):
    """Which questions of readers mean the same, as it was found last."""

    __tablename__ = "question_groupings"

    collection_id: Mapped[str] = mapped_column(ForeignKey(Collection.id, ondelete="CASCADE"), primary_key=True)
    groups_hash: Mapped[str] = artifact_column()
    """The questions with their groups, as JSON (grouping.Grouping)."""
    vectors_hash: Mapped[str] = artifact_column()
    """Their vectors, so that no question is embedded twice."""
    embedder: Mapped[str] = mapped_column(Text)
    """The fingerprint of what embedded them."""
    n_questions: Mapped[int]
    made_at: Mapped[datetime]
