"""HTTP of predictions: one router for each of its subjects."""

from fastapi import APIRouter

from modelyard.predictions.batches.routes import router as batches

router = APIRouter()
router.include_router(batches)
