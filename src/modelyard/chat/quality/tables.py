"""Rows of test questions."""

from datetime import datetime
from typing import Literal

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from modelyard.chat.tables import Collection
from modelyard.kernel.db import Base
from modelyard.kernel.holding import artifact_column

QuestionOrigin = Literal["written", "imported", "generated"]


class Question(Base):
    """One question that a collection is tested with, and what is known of its answer."""

    __tablename__ = "test_questions"
    __table_args__ = (Index("ix_test_questions_collection_id_id", "collection_id", "id"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    collection_id: Mapped[str] = mapped_column(ForeignKey(Collection.id, ondelete="CASCADE"))
    question: Mapped[str] = mapped_column(Text)
    answer: Mapped[str | None] = mapped_column(Text)
    """What is expected, in words."""
    document_key: Mapped[str | None] = mapped_column(String(700))
    """The document that knows it; None: wherever the quote stands."""
    quote: Mapped[str | None] = mapped_column(Text)
    """Its words that know it; None: any passage of the document counts."""
    is_answerable: Mapped[bool]
    """Whether the documents know the answer; else the right thing is to abstain."""
    origin: Mapped[QuestionOrigin] = mapped_column(String(16))
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]


class QuestionSet(Base):
    """The test questions of a collection as they were at one time: what a measurement was made with."""

    __tablename__ = "question_sets"
    __table_args__ = (Index("ix_question_sets_collection_id_id", "collection_id", "id"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    collection_id: Mapped[str] = mapped_column(ForeignKey(Collection.id, ondelete="CASCADE"))
    rows_hash: Mapped[str] = artifact_column()
    """The questions as JSON Lines (questions.Asked)."""
    n_questions: Mapped[int]
    dataset_id: Mapped[str | None] = mapped_column(String(32))
    """The dataset that they are too; it may have been deleted since."""
    created_at: Mapped[datetime]
