"""Writes an image for containers: one layer for each directory, and a tar file in the OCI image layout.

Everything in it is decided by the files' names, bytes and permission to execute, and by the arguments: the same input
gives the same digest. Prints the digest and the size of the image.

Source: https://github.com/opencontainers/image-spec, version 1.1, image-layout.md, config.md and layer.md.
"""

import argparse
import datetime
import gzip
import hashlib
import io
import json
import pathlib
import platform
import tarfile

# The files of /home/trainer/runs are written by the user of the image; everything else belongs to root.
USER, OWN_DIRECTORIES = 1000, ("home/trainer", "home/trainer/runs")
SHARED_DIRECTORIES = ("tmp",)
ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}


def entry(name, mode, epoch, kind=tarfile.REGTYPE):
    """Returns the header of a file or directory, without anything that depends on this machine."""
    header = tarfile.TarInfo(name)
    header.type, header.mode, header.mtime = kind, mode, epoch
    header.uid = header.gid = USER if name in OWN_DIRECTORIES else 0
    return header


def layer(directory, epoch):
    """Returns the tar file of a directory's content, sorted by path."""
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for path in sorted(directory.rglob("*")):
            name = path.relative_to(directory).as_posix()
            if path.is_dir():
                mode = 0o1777 if name in SHARED_DIRECTORIES else 0o755
                tar.addfile(entry(name, mode, epoch, tarfile.DIRTYPE))
            else:
                data = path.read_bytes()
                header = entry(name, 0o755 if path.stat().st_mode & 0o100 else 0o644, epoch)
                header.size = len(data)
                tar.addfile(header, io.BytesIO(data))
    return archive.getvalue()


class Layout:
    """The blobs of an image, each named by its digest."""

    def __init__(self):
        self.blobs = {}

    def add(self, data, kind):
        """Stores a blob and returns its descriptor."""
        digest = hashlib.sha256(data).hexdigest()
        self.blobs[digest] = data
        return {"mediaType": f"application/vnd.oci.image.{kind}", "digest": f"sha256:{digest}", "size": len(data)}

    def add_json(self, value, kind):
        return self.add(json.dumps(value, indent=1, sort_keys=True).encode(), kind)

    def write(self, path, manifest, epoch):
        """Writes the layout with its index as one tar file."""
        index = {
            "schemaVersion": 2,
            "mediaType": "application/vnd.oci.image.index.v1+json",
            "manifests": [manifest],
        }
        files = {
            "oci-layout": b'{"imageLayoutVersion":"1.0.0"}',
            "index.json": json.dumps(index, indent=1, sort_keys=True).encode(),
        } | {f"blobs/sha256/{digest}": data for digest, data in self.blobs.items()}
        with tarfile.open(path, mode="w", format=tarfile.PAX_FORMAT) as tar:
            for name in ("blobs", "blobs/sha256"):
                tar.addfile(entry(name, 0o755, epoch, tarfile.DIRTYPE))
            for name, data in sorted(files.items()):
                header = entry(name, 0o644, epoch)
                header.size = len(data)
                tar.addfile(header, io.BytesIO(data))


def configuration(diff_ids, created, revision):
    """Returns how a container starts: as user 1000, in the directory with datasets and runs, with mnist-bilstm."""
    return {
        "architecture": ARCHITECTURES[platform.machine()],
        "os": "linux",
        "created": created,
        "config": {
            "User": f"{USER}:{USER}",
            "WorkingDir": "/home/trainer",
            "Entrypoint": ["/usr/bin/mnist-bilstm"],
            "Env": ["PATH=/usr/bin", "HOME=/home/trainer"],
            "Labels": {
                "org.opencontainers.image.title": "recurrent-networks",
                "org.opencontainers.image.revision": revision,
            },
        },
        "rootfs": {"type": "layers", "diff_ids": diff_ids},
        "history": [{"created": created, "created_by": "make image"} for _ in diff_ids],
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--layers", type=pathlib.Path, required=True, help="directory with a directory for each layer")
    parser.add_argument("--epoch", type=int, required=True, help="date of every file, in seconds since 1970")
    parser.add_argument("--revision", required=True, help="commit of the sources")
    parser.add_argument("--name", required=True, help="name that the image gets where it is loaded")
    parser.add_argument("--out", type=pathlib.Path, required=True, help="tar file to write")
    options = parser.parse_args()

    layout, diff_ids, layers = Layout(), [], []
    for directory in sorted(options.layers.iterdir()):
        archive = layer(directory, options.epoch)
        diff_ids.append(f"sha256:{hashlib.sha256(archive).hexdigest()}")
        layers.append(layout.add(gzip.compress(archive, mtime=0), "layer.v1.tar+gzip"))
    created = datetime.datetime.fromtimestamp(options.epoch, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    config = layout.add_json(configuration(diff_ids, created, options.revision), "config.v1+json")
    manifest = layout.add_json(
        {
            "schemaVersion": 2,
            "mediaType": "application/vnd.oci.image.manifest.v1+json",
            "config": config,
            "layers": layers,
        },
        "manifest.v1+json",
    )
    digest = manifest["digest"]
    names = {
        "org.opencontainers.image.ref.name": f"{options.name}:latest",
        "io.containerd.image.name": f"docker.io/library/{options.name}:latest",
    }
    layout.write(options.out, manifest | {"annotations": names}, options.epoch)
    print(f"{options.out}\n{digest}\n{options.out.stat().st_size / 1e6:.1f} MB, {len(layers)} layers")


main()
