"""On which file system a file lies, as Linux tells it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

MOUNTS: Final = Path("/proc/self/mountinfo")
"""What is mounted: see proc_pid_mountinfo(5)."""
REMOTE: Final = frozenset({
    "afs", "auristorfs", "beegfs", "ceph", "cifs", "coda", "fhgfs", "fuse.ceph", "fuse.ceph-fuse", "fuse.gcsfuse", "fuse.glusterfs", "fuse.juicefs",
    "fuse.rclone", "fuse.s3fs", "fuse.sshfs", "gfs2", "glusterfs", "gpfs", "lustre", "ncpfs", "nfs", "nfs4", "ocfs2", "orangefs", "smb3", "smbfs",
})  # fmt: skip
"""Types of file systems that other machines may write to at the same time."""


def remote(path: Path) -> str:
    """The type of the network file system on which a file lies, or would lie; empty where it is none, or nobody can say."""
    try:
        device = (path if path.exists() else path.parent).stat().st_dev
        mounts = MOUNTS.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    here = f"{os.major(device)}:{os.minor(device)}"
    told = (line.partition(" - ") for line in mounts.splitlines())
    kinds = {after.split(" ")[0] for before, _, after in told if here in before.split(" ")[2:3]}
    return min(kinds & REMOTE, default="")
