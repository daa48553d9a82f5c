"""What a demo shows: an endpoint of this machine's yard, or a model file with no yard at all."""

import tempfile
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from modelyard.endpoints.calling import call_endpoint
from modelyard.endpoints.verbs import find_endpoint
from modelyard.kernel.context import Actor
from modelyard.kernel.errors import Refused
from modelyard.kernel.yard import Yard
from modelyard.models.alone.demo.subject import Row, Subject, Told
from modelyard.models.alone.demo.tables import predicted_file
from modelyard.models.signature import Signature

MODEL_IN_BUNDLE = "model.zip"


def subject_of_file(path: Path, *, not_sure_below: float | None = None) -> Subject:
    """Return the model of a file: the model itself, or a bundle that holds it. Nothing in it is executed."""
    from modelyard.models.chain import load
    from modelyard.models.outputs import outputs_of
    from modelyard.models.serving import use_one_thread

    use_one_thread()
    with tempfile.TemporaryDirectory() as folder:
        chain = load(_model_in(path, Path(folder)))

    def answer(row: Row) -> Told:
        found = chain.predict([row])
        (output,) = outputs_of(found.prediction)
        return _told(output, found.warnings, _reasons(row), not_sure_below)

    def _reasons(row: Row) -> Sequence[dict[str, Any]]:
        from modelyard.models.inputs import frame_of_rows
        from modelyard.models.why.explaining import documents

        frame, _ = frame_of_rows([row], chain.signature, chain.schema)
        return list(documents(chain, frame, {})[0]["reasons"])

    return Subject(path.stem, chain.signature, answer, lambda given: predicted_file(chain, given))


def subject_of_endpoint(yard: Yard, owner: Actor, named: str) -> Subject:
    """Return an endpoint by id or name; its history keeps what is asked here, with the name of the demo."""
    with yard.context(owner, writes=False) as ctx:
        endpoint = find_endpoint(ctx, named)
    visitor = replace(owner, name=f"{owner.name} (demo)"[:200])

    def answer(row: Row) -> Told:
        call = call_endpoint(yard, visitor, endpoint.id, [row])
        return _told(call.outputs[0], call.warnings, _reasons(row), endpoint.not_sure_below)

    def _reasons(row: Row) -> Sequence[dict[str, Any]]:
        from modelyard.models.why.verbs import explain_inputs

        with yard.context(visitor, writes=False) as ctx:
            model_id = find_endpoint(ctx, endpoint.id).servable_id
            return list(explain_inputs(ctx, model_id, [row])[0]["reasons"])

    return Subject(endpoint.name, Signature.model_validate(endpoint.signature), answer)


def _model_in(path: Path, folder: Path) -> Path:
    """Return the model's own file, copied into `folder`: it is unpacked beside where it lies."""
    target = folder / MODEL_IN_BUNDLE
    try:
        with zipfile.ZipFile(path) as archive:
            is_bundle = MODEL_IN_BUNDLE in archive.namelist()
            target.write_bytes(archive.read(MODEL_IN_BUNDLE) if is_bundle else path.read_bytes())
    except zipfile.BadZipFile as error:
        raise Refused(
            f"{path.name} is no model of Modelyard.", hint="Download the model from its page, or name an endpoint."
        ) from error
    return target


def _told(
    output: dict[str, Any], notes: Sequence[str], reasons: Sequence[dict[str, Any]], not_sure_below: float | None
) -> Told:
    probabilities: dict[str, float] | None = output.get("probabilities")
    is_sure = None
    if probabilities and not_sure_below is not None:
        is_sure = max(probabilities.values()) >= not_sure_below
    return Told(output["prediction"], probabilities, is_sure, reasons, notes)
