"""Weight files as the system sees them: places, permissions, links, damage, kills."""

from __future__ import annotations

import errno
import os
import random
import signal
import stat
import subprocess
import sys
import threading
import time

import numpy as np
import pytest

import martlet
from api_support import classifier
from martlet import layers

as_root = os.geteuid() == 0


def model(units=2, value=None):
    made = martlet.Sequential([layers.Dense(units, input_shape=(3,))])
    if value is not None:
        made.set_weights([np.full_like(weight, value) for weight in made.get_weights()])
    return made


def child(code, *arguments, **options):
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, **options)


# --- Places


@pytest.mark.parametrize("kind", [str, os.fsencode, lambda path: path])
def test_a_path_may_be_text_bytes_or_an_object(tmp_path, kind):
    path = kind(tmp_path / "w.safetensors")
    model(value=3).save_weights(path)
    second = model()
    second.load_weights(path)
    assert (second.layers[0].kernel == 3).all()


@pytest.mark.parametrize("name", [b"gewichte-\xff\xfe.safetensors", "重み.safetensors".encode()])
def test_a_name_need_not_be_utf8(tmp_path, name):
    path = os.path.join(os.fsencode(tmp_path), name)
    model(value=3).save_weights(path)
    assert os.listdir(os.fsencode(tmp_path)) == [name]
    model().load_weights(os.fsdecode(path))


def test_a_name_may_be_as_long_as_the_system_allows(tmp_path):
    longest = "w" * (os.pathconf(tmp_path, "PC_NAME_MAX") - len(".safetensors")) + ".safetensors"
    model(value=3).save_weights(tmp_path / longest)
    model().load_weights(tmp_path / longest)
    with pytest.raises(OSError, match="name too long") as raised:
        model().save_weights(tmp_path / f"w{longest}")
    assert raised.value.errno == errno.ENAMETOOLONG
    assert os.listdir(tmp_path) == [longest]


def test_a_relative_path_is_of_the_current_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    model().save_weights("w.safetensors")
    assert os.listdir(tmp_path) == ["w.safetensors"]


def test_a_tilde_is_a_name_and_the_error_says_so(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(FileNotFoundError, match="expanduser"):
        model().save_weights("~/w.safetensors")
    with pytest.raises(FileNotFoundError, match="expanduser"):
        model().load_weights("~/w.safetensors")


def test_a_folder_is_no_place_for_weights(tmp_path):
    with pytest.raises(IsADirectoryError, match="received a folder"):
        model().save_weights(tmp_path)
    with pytest.raises(IsADirectoryError, match="received a folder"):
        model().load_weights(tmp_path)


@pytest.mark.skipif(as_root, reason="root may write anywhere")
def test_what_may_not_be_written_is_named_and_stays(tmp_path):
    path = tmp_path / "w.safetensors"
    model(value=1).save_weights(path)
    path.chmod(0o444)
    with pytest.raises(PermissionError, match=r"w\.safetensors.*Permission denied"):
        model(value=2).save_weights(path)
    tmp_path.chmod(0o555)
    with pytest.raises(PermissionError, match="a folder that can be written to"):
        model().save_weights(tmp_path / "new.safetensors")
    tmp_path.chmod(0o755)
    assert os.listdir(tmp_path) == ["w.safetensors"]


def test_a_folder_that_is_a_file_is_named(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(NotADirectoryError, match=r"file/w\.safetensors"):
        model().save_weights(tmp_path / "file" / "w.safetensors")


def test_overwrite_false_keeps_a_file(tmp_path):
    path = tmp_path / "w.safetensors"
    model(value=1).save_weights(path, overwrite=False)
    before = path.read_bytes()
    with pytest.raises(FileExistsError, match="overwrite=True"):
        model(value=2).save_weights(path, overwrite=False)
    assert path.read_bytes() == before
    assert os.listdir(tmp_path) == ["w.safetensors"]


@pytest.fixture
def full_device(tmp_path):
    """A device without room; one of its own where the test could do harm to the system's."""
    if not as_root:
        return "/dev/full"
    try:
        os.mknod(tmp_path / "full", stat.S_IFCHR | 0o666, os.stat("/dev/full").st_rdev)
    except OSError:
        pytest.skip("no devices can be made here")
    return tmp_path / "full"


def test_a_device_is_refused_and_stays_a_device(full_device):
    for call in (model().save_weights, model().load_weights):
        with pytest.raises(OSError, match="received a device"):
            call(full_device)
    assert stat.S_ISCHR(os.lstat(full_device).st_mode)


def test_a_pipe_is_refused_and_stays_a_pipe(tmp_path):
    os.mkfifo(tmp_path / "pipe.safetensors")
    for call in (model().save_weights, model().load_weights):
        with pytest.raises(OSError, match="received a device, a pipe"):
            call(tmp_path / "pipe.safetensors")
    assert stat.S_ISFIFO(os.lstat(tmp_path / "pipe.safetensors").st_mode)


FULL = """
import resource, signal, sys
import martlet
from martlet import layers
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
try:
    martlet.Sequential([layers.Dense(900, input_shape=(30,))]).save_weights(sys.argv[1])
except OSError as error:
    print(error.errno, error)
"""


def test_a_save_that_finds_no_room_leaves_the_old_file(tmp_path):
    path = tmp_path / "w.safetensors"
    model(value=1).save_weights(path)
    before = path.read_bytes()
    result = child(FULL, path)
    assert f"{errno.EFBIG} " in result.stdout, result
    assert "expected room for" in result.stdout
    assert path.read_bytes() == before
    assert os.listdir(tmp_path) == ["w.safetensors"]


# --- Permissions and links


@pytest.mark.parametrize("mask", [0o022, 0o002, 0o077, 0o027, 0])
def test_a_new_file_has_the_permissions_of_any_other(tmp_path, mask):
    code = (
        "import os, sys, martlet; from martlet import layers; os.umask(int(sys.argv[1]));"
        "m = martlet.Sequential([layers.Dense(1, input_shape=(1,))]);"
        "m.save_weights(sys.argv[2]); open(sys.argv[3], 'w')"
    )
    ours, plain = tmp_path / "w.safetensors", tmp_path / "plain"
    child(code, mask, ours, plain, check=True)
    assert ours.stat().st_mode == plain.stat().st_mode
    assert stat.S_IMODE(ours.stat().st_mode) == 0o666 & ~mask


@pytest.mark.parametrize("mode", [0o600, 0o644, 0o664, 0o666, 0o755])
def test_a_file_that_is_replaced_keeps_its_permissions(tmp_path, mode):
    path = tmp_path / "w.safetensors"
    model().save_weights(path)
    path.chmod(mode)
    model().save_weights(path)
    assert stat.S_IMODE(path.stat().st_mode) == mode


@pytest.mark.skipif(not as_root, reason="only root gives files away")
def test_a_file_that_is_replaced_keeps_its_owner(tmp_path):
    path = tmp_path / "w.safetensors"
    model().save_weights(path)
    os.chown(path, 12345, 54321)
    path.chmod(0o640)
    model().save_weights(path)
    now = path.stat()
    assert (now.st_uid, now.st_gid, stat.S_IMODE(now.st_mode)) == (12345, 54321, 0o640)


@pytest.mark.parametrize("present", [True, False])
def test_links_are_followed_to_where_they_lead(tmp_path, present):
    (tmp_path / "real").mkdir()
    target = tmp_path / "real" / "w.safetensors"
    if present:
        model(value=1).save_weights(target)
    (tmp_path / "second").symlink_to("real/w.safetensors")
    (tmp_path / "first").symlink_to(tmp_path / "second")
    model(value=2).save_weights(tmp_path / "first")
    assert (tmp_path / "first").is_symlink()
    assert (tmp_path / "second").is_symlink()
    assert not target.is_symlink()
    loaded = model()
    loaded.load_weights(target)
    assert (loaded.layers[0].kernel == 2).all()


def test_links_in_a_circle_are_refused(tmp_path):
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    for call in (model().save_weights, model().load_weights):
        with pytest.raises(OSError, match="links") as raised:
            call(tmp_path / "a")
        assert raised.value.errno == errno.ELOOP
    assert sorted(os.listdir(tmp_path)) == ["a", "b"]
    assert (tmp_path / "a").is_symlink()


# --- Damage

SHRINKING = """
import os, sys, threading
import numpy as np
import martlet
from martlet import layers
m = martlet.Sequential([layers.Dense(1000, input_shape=(1000,))])
path = sys.argv[1]
m.save_weights(path)
whole = open(path, "rb").read()
done = False
def shrink():
    while not done:
        os.truncate(path, 5000)
        with open(path, "r+b") as file:
            file.write(whole)
thread = threading.Thread(target=shrink)
thread.start()
outcomes = set()
for _ in range(100):
    try:
        m.load_weights(path)
        outcomes.add("loaded")
    except ValueError as error:
        outcomes.add("refused")
done = True
thread.join()
print(sorted(outcomes))
"""


def test_a_file_that_shrinks_while_it_is_read_does_not_end_the_process(tmp_path):
    result = child(SHRINKING, tmp_path / "w.safetensors")
    assert result.returncode == 0, result
    assert "refused" in result.stdout


def loads(path, loader):
    """Whether a file is taken; anything else than a clean refusal fails the test."""
    before = loader.get_weights()
    try:
        loader.load_weights(path)
    except ValueError:
        for one, other in zip(loader.weights, before, strict=True):
            np.testing.assert_array_equal(one, other)
        return False
    assert all(np.isfinite(weight).all() for weight in loader.weights)
    return True


def test_no_truncation_is_taken(tmp_path):
    path = tmp_path / "w.safetensors"
    model().save_weights(path)
    whole = path.read_bytes()
    loader = model()
    for count in range(len(whole)):
        path.write_bytes(whole[:count])
        assert not loads(path, loader), count
    path.write_bytes(whole + b"\0")
    assert not loads(path, loader)


def test_flipped_bytes_are_refused_or_are_other_weights(tmp_path):
    path = tmp_path / "w.safetensors"
    model().save_weights(path)
    whole = path.read_bytes()
    loader = model()
    chance = random.Random(7)
    outcomes = []
    for _ in range(2000):
        damaged = bytearray(whole)
        for _ in range(chance.choice((1, 1, 1, 2, 8))):
            damaged[chance.randrange(len(whole))] = chance.randrange(256)
        path.write_bytes(damaged)
        outcomes.append(loads(path, loader))
    assert {True, False} == set(outcomes)


def test_a_sparse_file_that_claims_more_than_memory_holds_is_refused(tmp_path):
    path = tmp_path / "w.safetensors"
    size = 1 << 40
    header = b'{"w":{"dtype":"F32","shape":[%d],"data_offsets":[0,%d]}}' % (size // 4, size)
    with path.open("wb") as file:
        file.write(len(header).to_bytes(8, "little") + header)
        try:
            file.truncate(8 + len(header) + size)
        except OSError:
            pytest.skip("this file system has no files of that size")
    with pytest.raises(ValueError, match="Unknown to the model: w"):
        model().load_weights(path)


# --- Kills

SAVING = """
import sys, martlet
from martlet import layers
m = martlet.Sequential([layers.Dense(500, input_shape=(500,))])
print("ready", flush=True)
number = 0
while True:
    m.save_weights(sys.argv[1].format(number % 3))
    number += 1
"""


@pytest.mark.parametrize("kills", [int(os.environ.get("MARTLET_KILLS", "5"))])
def test_killed_saves_leave_whole_files_and_nothing_for_ever(tmp_path, kills):
    chance = random.Random(11)
    pattern = str(tmp_path / "w{}.safetensors")
    names = {f"w{number}.safetensors" for number in range(3)}
    most = 0
    for _ in range(kills):
        process = subprocess.Popen([sys.executable, "-c", SAVING, pattern], stdout=subprocess.PIPE)
        process.stdout.readline()
        time.sleep(chance.uniform(0, 0.05))
        process.send_signal(signal.SIGKILL)
        process.communicate()
        most = max(most, len(set(os.listdir(tmp_path)) - names))
        for name in names & set(os.listdir(tmp_path)):
            model = martlet.Sequential([layers.Dense(500, input_shape=(500,))])
            model.load_weights(tmp_path / name)
    assert most <= 1
    classifier().save_weights(tmp_path / "w0.safetensors")
    assert set(os.listdir(tmp_path)) <= names


def test_what_several_killed_saves_left_is_removed_by_the_next(tmp_path):
    for number in range(5):
        (tmp_path / f".martlet-{number}.tmp").write_bytes(b"half")
    model().save_weights(tmp_path / "w.safetensors")
    assert os.listdir(tmp_path) == ["w.safetensors"]


def test_saves_at_the_same_time_do_not_disturb_each_other(tmp_path):
    networks = [model(value=number) for number in range(6)]
    errors = []

    def save(number):
        try:
            for _ in range(20):
                networks[number].save_weights(tmp_path / f"w{number % 3}.safetensors")
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=save, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert sorted(os.listdir(tmp_path)) == [f"w{number}.safetensors" for number in range(3)]
    for number in range(3):
        loaded = model()
        loaded.load_weights(tmp_path / f"w{number}.safetensors")
        assert set(loaded.layers[0].kernel.ravel()) <= {number, number + 3}
