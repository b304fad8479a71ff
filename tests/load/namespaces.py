"""Hosts on this machine: network namespaces with names, addresses and cables, for as long as a process lives.

`hold user` and `hold root` make them (the first needs no rights where the kernel allows it) and print their
pids; `enter PID COMMAND...` runs a command on one of them. Nothing is left when the holder ends.
"""

import ctypes
import json
import os
import signal
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyroute2 import NetNS

NAMES = ("command", "worker-a", "worker-b")
COMMAND_ADDRESS = "10.77.0.1"

_NEW_UTS, _NEW_USER, _NEW_NET = 0x04000000, 0x10000000, 0x40000000
_DIE_WITH_PARENT = 1
_libc = ctypes.CDLL(None, use_errno=True)


def hold(kind: str) -> None:
    """Make the hosts, say their pids, and keep them until standard input ends."""
    if kind == "user":
        _become_root_of_a_user_namespace()
    hosts = [_host(name) for name in NAMES]
    _connect(hosts)
    print(json.dumps(hosts), flush=True)  # noqa: T201
    sys.stdin.read()


def enter(pid: int, command: Sequence[str]) -> None:
    """Become this command on the host that `pid` holds."""
    kinds = ["net", "uts"]
    if os.stat(f"/proc/{pid}/ns/user").st_ino != os.stat("/proc/self/ns/user").st_ino:
        kinds.insert(0, "user")
    files = [os.open(f"/proc/{pid}/ns/{kind}", os.O_RDONLY) for kind in kinds]
    for file in files:
        _done(_libc.setns(file, 0))
        os.close(file)
    os.execvp(command[0], command)


def _become_root_of_a_user_namespace() -> None:
    user, group = os.geteuid(), os.getegid()
    _done(_libc.unshare(_NEW_USER))
    for file, text in (("setgroups", "deny"), ("uid_map", f"0 {user} 1"), ("gid_map", f"0 {group} 1")):
        with open(f"/proc/self/{file}", "w", encoding="ascii") as mapping:
            mapping.write(text)


def _host(name: str) -> int:
    """A process that does nothing but hold a host; its pid."""
    ready, made = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            _done(_libc.prctl(_DIE_WITH_PARENT, signal.SIGKILL))
            _done(_libc.unshare(_NEW_NET | _NEW_UTS))
            _done(_libc.sethostname(name.encode(), len(name)))
            os.write(made, b".")
        except OSError as error:
            os.write(made, str(error).encode())
            os._exit(1)
        while True:
            signal.pause()
    said = os.read(ready, 1000)
    if said != b".":
        sys.exit(said.decode())
    return pid


def _connect(hosts: Sequence[int]) -> None:
    """Run a cable from the command's host to each worker's."""
    from pyroute2 import NetNS

    command, *workers = (NetNS(f"/proc/{pid}/ns/net", flags=0) for pid in hosts)
    for number, worker in enumerate(workers, 1):
        far = f"far{number}"
        command.link("add", ifname=f"to{number}", kind="veth", peer={"ifname": far})
        command.link("set", index=_index(command, far), net_ns_pid=hosts[number])
        _up(command, f"to{number}", f"10.77.{number}.1", 24)
        _up(worker, "lo", "127.0.0.1", 8)
        _up(worker, far, f"10.77.{number}.2", 24)
        worker.route("add", dst="default", gateway=f"10.77.{number}.1")
    _up(command, "lo", COMMAND_ADDRESS, 32)


def _up(host: "NetNS", link: str, address: str, prefix: int) -> None:
    index = _index(host, link)
    host.link("set", index=index, state="up")
    if address != "127.0.0.1":
        host.addr("add", index=index, address=address, prefixlen=prefix)


def _index(host: "NetNS", link: str) -> int:
    return host.link_lookup(ifname=link)[0]


def _done(result: int) -> None:
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


if __name__ == "__main__":
    if sys.argv[1] == "hold":
        hold(sys.argv[2])
    else:
        enter(int(sys.argv[2]), sys.argv[3:])
