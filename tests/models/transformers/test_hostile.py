"""Files made to break something are refused in a sentence, before any of it is loaded."""

import contextlib
import json
import shutil
import struct
import zipfile
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from modelyard.kernel.errors import Invalid, ModelyardError, TooLarge
from modelyard.kernel.weights import read_weights
from modelyard.models.engines.transformers import Transformers
from modelyard.models.transformers.checkpoint import examine
from modelyard.models.transformers.intake import unzip
from tests.examples import examples
from tests.models.transformers.tiny import checkpoint

MIB = 1024**2


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return checkpoint(tmp_path_factory.mktemp("c"))


@pytest.fixture
def folder(whole: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(whole, tmp_path / "checkpoint"))


def rewritten(folder: Path, **changes: Any) -> Path:
    """The checkpoint with another config.json; None removes an entry."""
    path = folder / "config.json"
    config = json.loads(path.read_text()) | changes
    path.write_text(json.dumps({name: value for name, value in config.items() if value is not None}))
    return folder


def adopted(folder: Path) -> Any:
    return Transformers(max_tokens=16).adopt(folder, "text")


@pytest.mark.parametrize(
    "name", ["pytorch_model.bin", "model.pt", "weights.PKL", "modeling_evil.py", "x.ckpt", "kernel.so", "a.joblib"]
)
def test_files_that_run_code_are_refused(folder: Path, name: str) -> None:
    (folder / name).write_bytes(b"\x80\x04K\x01.")
    with pytest.raises(Invalid, match="run code when they are read") as caught:
        examine(folder)
    assert "save_pretrained" in (caught.value.hint or "")


@pytest.mark.parametrize(
    ("gone", "told"),
    [
        ("config.json", "There is no config.json"),
        ("model.safetensors", "There is no model.safetensors"),
        ("tokenizer.json", "There is no tokenizer"),
    ],
)
def test_what_is_missing_is_named(folder: Path, gone: str, told: str) -> None:
    (folder / gone).unlink()
    with pytest.raises(Invalid, match=told) as caught:
        examine(folder)
    assert caught.value.hint


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"id2label": {"0": "only"}}, "has 1 class"),
        ({"id2label": {"0": "a", "1": "a", "2": "b"}}, "two classes of the same name"),
        ({"id2label": {"zero": "a", "1": "b"}}, "does not number the classes"),
        ({"id2label": {"0": "a", "7": "b"}}, "from 0 on"),
        ({"id2label": {str(i): str(i) for i in range(2000)}}, "more than 1000 classes"),
        ({"problem_type": "multi_label_classification"}, "several labels"),
        ({"architectures": ["BertForMaskedLM"]}, "does not tell classes"),
        ({"architectures": []}, "does not tell classes"),
        ({"architectures": "BertForSequenceClassification"}, "does not tell classes"),
        ({"model_type": None}, "does not say what kind"),
        ({"quantization_config": {"quant_method": "bitsandbytes"}}, "quantised already"),
        ({"num_hidden_layers": 10**9}, "states num_hidden_layers = 1,000,000,000"),
        ({"hidden_size": 10**12}, "states hidden_size"),
        ({"vocab_size": 2**30}, "which its weights do not have"),
    ],
)
def test_a_configuration_that_makes_no_sense_is_refused(folder: Path, changes: dict[str, Any], told: str) -> None:
    with pytest.raises(Invalid, match=told):
        examine(rewritten(folder, **changes))


@pytest.mark.parametrize(
    "changes",
    [
        {"model_type": "not-a-model", "auto_map": {"AutoModel": "evil--code.Model"}},
        {"model_type": "vit"},
        {"model_type": "roberta"},
        {"num_hidden_layers": 5},
        {"hidden_size": 48},
        {"hidden_size": 33},
        {"num_attention_heads": 0},
        {"num_attention_heads": 7},
        {"hidden_act": "__import__('os').system('true')"},
        {"hidden_dropout_prob": "many"},
        {"pad_token_id": 10**6},
    ],
    ids=str,
)
def test_a_configuration_the_library_cannot_use_is_a_sentence(folder: Path, changes: dict[str, Any]) -> None:
    with pytest.raises(Invalid) as caught:
        adopted(rewritten(folder, **changes))
    assert caught.value.message[0].isupper()
    assert caught.value.hint


def test_entries_that_would_fetch_code_are_left_out(folder: Path) -> None:
    evil = {"auto_map": {"AutoConfig": "evil.Config"}, "attn_implementation": "somebody/kernel", "use_kernels": True}
    fitted = adopted(rewritten(folder, **evil))
    stated = fitted.state["estimator"].loaded.network.config.to_dict()
    assert not {"auto_map", "use_kernels"} & set(stated)
    assert fitted.state["estimator"].loaded.network.config._attn_implementation in ("sdpa", "eager")


@pytest.mark.parametrize("cut", [0, 4, 8, 100, -1])
def test_weights_that_are_cut_off_are_refused(folder: Path, cut: int) -> None:
    path = folder / "model.safetensors"
    path.write_bytes(path.read_bytes()[:cut])
    with pytest.raises(Invalid, match=r"model\.safetensors .*damaged, or not a safetensors file"):
        examine(folder)


@settings(max_examples=examples(150), deadline=None)
@given(
    header=st.recursive(
        st.none() | st.booleans() | st.integers(-5, 2**70) | st.text(max_size=5) | st.floats(),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["w", "dtype", "shape", "data_offsets", "__metadata__"]), inner, max_size=4
            )
        ),
        max_leaves=12,
    ),
    tail=st.binary(max_size=30),
)
def test_any_header_is_read_or_refused(header: Any, tail: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    text = json.dumps(header).encode()
    path = tmp_path_factory.mktemp("w") / "model.safetensors"
    path.write_bytes(struct.pack("<Q", len(text)) + text + tail)
    with contextlib.suppress(Invalid):  # anything else would be a fault
        assert read_weights([path]).n_parameters >= 0


def test_a_header_as_deep_as_a_well_is_refused(tmp_path: Path) -> None:
    text = b'{"w":' + b"[" * 200_000 + b"]" * 200_000 + b"}"
    path = tmp_path / "model.safetensors"
    path.write_bytes(struct.pack("<Q", len(text)) + text)
    with pytest.raises(Invalid, match="damaged"):
        read_weights([path])


def test_tokens_that_the_network_does_not_know_are_refused(folder: Path) -> None:
    stated = json.loads((folder / "tokenizer.json").read_text())
    stated["model"]["vocab"]["strange"] = 5000
    (folder / "tokenizer.json").write_text(json.dumps(stated))
    with pytest.raises(Invalid, match="token number 5,000"):
        adopted(folder)


TOKENIZERS: dict[str, Any] = {
    "no object": [],
    "empty": {},
    "no model": {"version": "1.0", "model": None},
    "another model": {"version": "1.0", "model": {"type": "Evil", "vocab": {}}},
    "ids beyond any": {"version": "1.0", "model": {"type": "WordLevel", "vocab": {"a": 2**40}, "unk_token": "a"}},
    "a lying number": {"version": "1.0", "model": {"type": "WordPiece", "vocab": {"[UNK]": -1}, "unk_token": "[UNK]"}},
}


@pytest.mark.parametrize("case", TOKENIZERS)
def test_a_hostile_tokenizer_is_a_sentence(folder: Path, case: str) -> None:
    (folder / "tokenizer.json").write_text(json.dumps(TOKENIZERS[case]))
    with pytest.raises(Invalid, match="tokenizer"):
        adopted(folder)


@settings(
    max_examples=examples(25),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(place=st.floats(0, 1), byte=st.integers(0, 255))
def test_one_byte_of_the_tokenizer_changed_is_read_or_refused(
    whole: Path, tmp_path_factory: pytest.TempPathFactory, place: float, byte: int
) -> None:
    folder = Path(shutil.copytree(whole, tmp_path_factory.mktemp("t") / "c"))
    content = bytearray((folder / "tokenizer.json").read_bytes())
    content[int(place * (len(content) - 1))] = byte
    (folder / "tokenizer.json").write_bytes(content)
    engine = Transformers(max_tokens=16)
    with contextlib.suppress(ModelyardError):
        fitted = engine.adopt(folder, "text")
        engine.predict(fitted, pl.DataFrame({"text": ["great coffee", "phim hay", ""]}))


def zipped(path: Path, entries: dict[str, bytes], *, method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return path


def unpacked(path: Path, folder: Path, max_bytes: int = 64 * MIB) -> set[str]:
    folder.mkdir()
    unzip(path, folder, max_bytes=max_bytes, max_expansion=200, alive=lambda: None)
    return {file.name for file in folder.iterdir()}


@pytest.mark.parametrize(
    "name", ["../config.json", "/etc/config.json", "a/../../config.json", "..\\config.json", "C:/config.json"]
)
def test_a_zip_that_leads_out_of_itself_is_refused(tmp_path: Path, name: str) -> None:
    path = tmp_path / "c.zip"
    with zipfile.ZipFile(path, "w") as archive:
        info = zipfile.ZipInfo("config.json")
        info.filename = name
        archive.writestr(info, "{}")
    with pytest.raises(Invalid, match="leads out of itself"):
        unpacked(path, tmp_path / "out")
    assert list((tmp_path / "out").iterdir()) == []


def test_a_link_in_a_zip_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "c.zip"
    with zipfile.ZipFile(path, "w") as archive:
        info = zipfile.ZipInfo("config.json")
        info.external_attr = 0o120777 << 16
        archive.writestr(info, "/etc/passwd")
    with pytest.raises(Invalid, match="leads out of itself"):
        unpacked(path, tmp_path / "out")


def test_a_zip_that_grows_beyond_its_limits_is_stopped_while_it_is_unpacked(tmp_path: Path) -> None:
    bomb = zipped(tmp_path / "bomb.zip", {"model.safetensors": b"\0" * 80 * MIB})
    with pytest.raises(TooLarge, match="larger than may be taken"):
        unpacked(bomb, tmp_path / "a", max_bytes=1000 * MIB)
    large = zipped(tmp_path / "large.zip", {"model.safetensors": b"\1" * 2 * MIB}, method=zipfile.ZIP_STORED)
    with pytest.raises(TooLarge, match="larger than may be taken"):
        unpacked(large, tmp_path / "b", max_bytes=MIB)
    assert sum(file.stat().st_size for file in (tmp_path / "a").iterdir()) <= 33 * MIB


def test_what_a_zip_holds_beside_the_checkpoint_is_left_there(tmp_path: Path) -> None:
    path = zipped(
        tmp_path / "c.zip",
        {"m/config.json": b"{}", "m/README.md": b"hi", "m/onnx/x.txt": b"", "__MACOSX/m/._x": b"", "m/vocab.txt": b"a"},
    )
    assert unpacked(path, tmp_path / "out") == {"config.json", "vocab.txt"}
    two = zipped(tmp_path / "two.zip", {"a/config.json": b"{}", "b/config.json": b"{}"})
    with pytest.raises(Invalid, match="several folders"):
        unpacked(two, tmp_path / "two")
    pickled = zipped(tmp_path / "p.zip", {"m/config.json": b"{}", "m/pytorch_model.bin": b"x"})
    with pytest.raises(Invalid, match="run code"):
        unpacked(pickled, tmp_path / "p")
    many = zipped(tmp_path / "many.zip", {f"{i}.txt": b"" for i in range(1001)})
    with pytest.raises(Invalid, match="1,001 entries"):
        unpacked(many, tmp_path / "many")


@settings(
    max_examples=examples(60),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(cut=st.floats(0, 1), content=st.binary(max_size=200))
def test_any_bytes_are_a_zip_or_refused(cut: float, content: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    base = tmp_path_factory.mktemp("z")
    path = zipped(base / "c.zip", {"config.json": content * 50, "model.safetensors": content})
    whole = path.read_bytes()
    at = int(cut * len(whole))
    path.write_bytes(whole[:at] + content[:3] + whole[at + 3 :])
    with contextlib.suppress(ModelyardError):
        unpacked(path, base / "out")
    assert all(file.parent == base / "out" for file in (base / "out").rglob("*"))


def test_a_network_whose_weights_are_not_all_there_is_refused(folder: Path) -> None:
    from safetensors.torch import load_file, save_file

    weights = load_file(folder / "model.safetensors")
    save_file({n: w for n, w in weights.items() if "layer.1" not in n}, folder / "model.safetensors", {"format": "pt"})
    with pytest.raises(Invalid, match="lack"):
        adopted(folder)
