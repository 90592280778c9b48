"""What code in a hostile file might try: a row of the table each, in docs/security.md.

An attempt is one expression or several, in the words of :mod:`tools.confinement.words`. They are
tried unconfined, too: none does harm where it succeeds.
"""

from typing import NamedTuple


class Attempt(NamedTuple):
    """A row of the table.

    Attributes:
        name: what is tried, with the system calls for it.
        expressions: each has to be refused.
    """

    name: str
    expressions: tuple[str, ...]


def _by_calls(aim: str, *calls: str, **expressions: str) -> Attempt:
    """Return a row of system calls: each by its expression, or with arguments that are none."""
    tried = (expressions.get(call, f"call({call!r})") for call in calls)
    return Attempt(f"{aim} ({', '.join(calls)})", tuple(tried))


_PROGRAMS = (
    _by_calls("start a program", "execve", "execveat", execve="os.execv('/bin/true', ['true'])"),
    _by_calls("start one in another process", "vfork", vfork="subprocess.run(['/bin/true'])"),
    _by_calls("fork a process", "fork", "clone", "clone3", clone="call('clone', 17)"),
    Attempt("call by the numbers of x32", ("call('x32')",)),
)

_PROCESSES = (
    _by_calls("send a signal", "kill", kill="os.kill(parent, 0)"),
    _by_calls(
        *("send a thread a signal", "tkill", "tgkill"),
        tkill="call('tkill', parent, 0)",
        tgkill="call('tgkill', parent, parent, 0)",
    ),
    _by_calls("send a signal with data", "rt_sigqueueinfo", "rt_tgsigqueueinfo"),
    Attempt(
        "have a pipe send a signal (fcntl F_SETOWN, F_SETOWN_EX, F_SETSIG)",
        (
            "fcntl.fcntl(0, fcntl.F_SETOWN, parent)",
            "fcntl.fcntl(0, 15, struct.pack('ii', 1, parent))",
            "fcntl.fcntl(0, fcntl.F_SETSIG, 9)",
        ),
    ),
    _by_calls("hold a process", "pidfd_open", "pidfd_getfd", pidfd_open="os.pidfd_open(parent)"),
    _by_calls(
        *("send a signal by /proc/PID", "pidfd_send_signal"),
        pidfd_send_signal="call('pidfd_send_signal', folder(f'/proc/{parent}'), 0, 0, 0)",
    ),
    _by_calls("trace its parent", "ptrace", ptrace="call('ptrace', 0x4206, parent, 0, 0)"),
    _by_calls(
        *("copy its parent's memory", "process_vm_readv", "process_vm_writev"),
        process_vm_readv="copy_memory('process_vm_readv')",
        process_vm_writev="copy_memory('process_vm_writev')",
    ),
    _by_calls(
        *("drop or move another's memory", "process_madvise", "process_mrelease"),
        *("migrate_pages", "move_pages"),
    ),
    _by_calls("compare processes", "kcmp", kcmp="call('kcmp', parent, parent, 0, 0, 0)"),
    Attempt(
        "read its parent's environment (/proc/PID/environ)", ("read(f'/proc/{parent}/environ')",)
    ),
    Attempt("read its parent's memory (/proc/PID/mem)", ("open(f'/proc/{parent}/mem', 'rb')",)),
    Attempt(
        "read the environment of a process that does not hide it",
        ("read(f'/proc/{neighbour}/environ')",),
    ),
    Attempt(
        "have another process ended first (/proc/PID/oom_score_adj)",
        ("open(f'/proc/{neighbour}/oom_score_adj', 'r+')",),
    ),
    _by_calls(
        *("change another's priority", "setpriority", "sched_setscheduler", "sched_setparam"),
        *("sched_setattr", "ioprio_set"),
        setpriority="os.setpriority(os.PRIO_PROCESS, neighbour, 0)",
    ),
    _by_calls(
        *("change another's processors", "sched_setaffinity"),
        sched_setaffinity="os.sched_setaffinity(neighbour, os.sched_getaffinity(0))",
    ),
    _by_calls(
        *("change another's limits", "prlimit64"),
        prlimit64="resource.prlimit(neighbour, resource.RLIMIT_CORE, (0, 0))",
    ),
)

_CONNECTIONS = (
    *(
        _by_calls(f"open a socket, {kind}", "socket", socket=f"socket.socket({arguments})")
        for kind, arguments in {
            "IPv4": "socket.AF_INET",
            "IPv6": "socket.AF_INET6",
            "Unix": "socket.AF_UNIX",
            "netlink": "socket.AF_NETLINK, socket.SOCK_RAW",
        }.items()
    ),
    _by_calls("open a pair of sockets", "socketpair", socketpair="socket.socketpair()"),
    _by_calls(
        *("use a socket", "connect", "bind", "listen", "accept", "accept4"),
        *("sendto", "sendmsg", "sendmmsg"),
    ),
    _by_calls("have the kernel make calls", "io_uring_setup"),
    Attempt(
        "type into a terminal, or have it send signals (ioctl TIOCSTI, TIOCLINUX, FIOSETOWN, "
        "SIOCSPGRP)",
        tuple(f"call('ioctl', 0, {each}, 0)" for each in (0x5412, 0x541C, 0x8901, 0x8902)),
    ),
)

_SHARED = (
    _by_calls("make memory to share", "memfd_create", "memfd_secret", "shmget", "shmat", "shmctl"),
    _by_calls("share semaphores", "semget", "semop", "semctl"),
    _by_calls("share messages", "msgget", "msgsnd", "msgrcv", "msgctl", "mq_open"),
    _by_calls("read or keep keys", "add_key", "request_key", "keyctl"),
)

_MACHINE = (
    Attempt("become another user (setuid, setgid)", ("os.setuid(12345)", "os.setgid(12345)")),
    _by_calls(
        *("enter a name space, as its root", "unshare", "setns"),
        unshare="call('unshare', 0x10000000)",
        setns="call('setns', os.open('/proc/self/ns/uts', os.O_RDONLY), 0)",
    ),
    _by_calls("have another root directory", "chroot", "pivot_root", chroot="os.chroot('.')"),
    _by_calls(
        *("mount", "mount", "umount2"),
        mount="call('mount', b'none', b'.', b'no-such-kind', 0, 0)",
    ),
    _by_calls(
        *("mount in steps", "fsopen", "fsconfig", "fsmount", "fspick", "move_mount"),
        *("mount_setattr", "open_tree", "open_tree_attr"),
    ),
    _by_calls("run code in the kernel", "bpf"),
    _by_calls("watch the kernel", "perf_event_open", "userfaultfd", "fanotify_init", "syslog"),
    _by_calls(
        *("load into the kernel", "init_module", "finit_module", "delete_module"),
        *("kexec_load", "kexec_file_load"),
    ),
    _by_calls("set the clock", "settimeofday", "clock_settime", "adjtimex", "clock_adjtime"),
    _by_calls(
        *("change the machine", "reboot", "swapon", "swapoff", "acct", "quotactl", "quotactl_fd"),
        *("sethostname", "setdomainname", "vhangup"),
    ),
    _by_calls("reach devices, or other rules", "ioperm", "iopl", "modify_ldt", "personality"),
    Attempt("change a setting of the kernel", ("open('/proc/sys/kernel/hostname', 'r+')",)),
)

_FILES = (
    Attempt("make a file outside its directory", ("open(outside / 'new', 'w')",)),
    Attempt(
        "change, cut or remove a file outside",
        (
            "open(outside / 'there', 'r+')",
            "os.truncate(outside / 'there', 0)",
            "os.unlink(outside / 'there')",
        ),
    ),
    Attempt(
        "move or link a file into its directory",
        ("os.rename(outside / 'there', 'here')", "os.link(outside / 'there', 'here')"),
    ),
    _by_calls(
        *("change who may use a file", "chmod", "fchmod", "fchmodat", "fchmodat2"),
        chmod="os.chmod(outside / 'there', 0o777)",
        fchmod="os.fchmod(readable(outside / 'there'), 0o777)",
        fchmodat="call('fchmodat', readable(outside), b'there', 0o777)",
    ),
    _by_calls(
        *("give a file away", "chown", "fchown", "lchown", "fchownat"),
        chown="os.chown(outside / 'there', os.getuid(), -1)",
    ),
    _by_calls(
        *("change a file's attributes", "setxattr", "lsetxattr", "fsetxattr", "setxattrat"),
        *("removexattr", "lremovexattr", "fremovexattr", "removexattrat", "file_setattr"),
    ),
    _by_calls(
        *("change a file's times", "utime", "utimes", "futimesat", "utimensat"),
        utimensat="os.utime(outside / 'there')",
    ),
    _by_calls("make a device or a named pipe", "mknod", "mknodat", mknodat="os.mkfifo('pipe')"),
    _by_calls("open a file by its number", "open_by_handle_at"),
    Attempt("write into the function's code", ("open(code, 'r+')",)),
)

_LIMITS = (
    Attempt("take more memory than its share", ("bytearray(2 * memory)",)),
    Attempt("write a file of more than 1 GiB", ("os.truncate(made('large'), written + 1)",)),
    Attempt("open more than 256 files", ("[readable('/dev/null') for _ in range(300)]",)),
    Attempt("start more than 64 threads", ("start_threads(200)",)),
    Attempt("take more of the processor's time", ("spin()",)),
    Attempt(
        "raise its own limits",
        ("resource.setrlimit(resource.RLIMIT_AS, (8 * memory, 8 * memory))",),
    ),
)

_THREADS = (
    Attempt("open a socket in a thread that starts later", ("in_thread('socket.socket()')",)),
    Attempt("open a socket in a thread from before", ("in_earlier_thread('socket.socket()')",)),
)

ATTEMPTS = (
    *(*_PROGRAMS, *_PROCESSES, *_CONNECTIONS, *_SHARED),
    *(*_MACHINE, *_FILES, *_LIMITS, *_THREADS),
)
"""All of them, in the table's order."""

OF_LANDLOCK_ALONE = {
    *(each.name for each in _FILES[:3]),
    "read the environment of a process that does not hide it",
    "have another process ended first (/proc/PID/oom_score_adj)",
}
"""What nothing refuses to a plain user where the kernel has no Landlock, as Lambda's has none."""
