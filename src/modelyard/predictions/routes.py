"""HTTP of predictions: one router for each of its subjects."""

from fastapi import APIRouter

from modelyard.predictions.batches.routes import router as batches
from modelyard.predictions.comparing.routes import router as comparing
from modelyard.predictions.corrections.routes import router as corrections
from modelyard.predictions.drift.routes import router as drift
from modelyard.predictions.exports.routes import router as exports
from modelyard.predictions.history.routes import router as history
from modelyard.predictions.reports.routes import router as reports
from modelyard.predictions.result_routes import router as results
from modelyard.predictions.words.routes import router as words

router = APIRouter()
# Before the routes of one batch: `/batches/compare` is no batch.
router.include_router(comparing)
router.include_router(batches)
router.include_router(corrections)
router.include_router(drift)
router.include_router(history)
router.include_router(results)
for subject in (exports, reports, words):
    router.include_router(subject)
