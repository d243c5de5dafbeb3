"""Unpacks an image in the OCI image layout, and checks it on the way.

Every blob must have the digest, size and kind that its descriptor states, every layer the digest in the image's
configuration, and no blob may be unused. Prints the command of the container as JSON: user, directory, environment,
program. Exit code 1 with the reason if anything is wrong.

Source: https://github.com/opencontainers/image-spec, version 1.1, image-layout.md, config.md and layer.md.
"""

import argparse
import gzip
import hashlib
import io
import json
import pathlib
import tarfile

INDEX, MANIFEST = "application/vnd.oci.image.index.v1+json", "application/vnd.oci.image.manifest.v1+json"
CONFIGURATION, LAYER = "application/vnd.oci.image.config.v1+json", "application/vnd.oci.image.layer.v1.tar+gzip"


def fail(message):
    raise SystemExit(f"unpack: {message}")


def expect(what, expected, found):
    if expected != found:
        fail(f"{what}: expected {expected}, found {found}")


class Image:
    """The files of a layout; `read` returns a blob that is what its descriptor states."""

    def __init__(self, path):
        with tarfile.open(path) as tar:
            self.files = {member.name: tar.extractfile(member).read() for member in tar if member.isfile()}
        self.used = set()

    def read(self, descriptor, kind):
        algorithm, digest = descriptor["digest"].split(":")
        name = f"blobs/{algorithm}/{digest}"
        if name not in self.files:
            fail(f"{name} is missing")
        data = self.files[name]
        self.used.add(name)
        expect(f"kind of {name}", kind, descriptor["mediaType"])
        expect(f"size of {name}", descriptor["size"], len(data))
        expect(f"digest of {name}", digest, hashlib.new(algorithm, data).hexdigest())
        return data


def unpack(archive, root):
    """Unpacks a layer. The layers of this image remove nothing from earlier ones."""
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        for member in tar:
            if pathlib.PurePosixPath(member.name).name.startswith(".wh."):
                fail(f"{member.name}: this image should remove no files")
            tar.extract(member, root, numeric_owner=True, filter="fully_trusted")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("image", type=pathlib.Path, help="tar file of the layout")
    parser.add_argument("root", type=pathlib.Path, help="directory to unpack into, which must not exist")
    options = parser.parse_args()

    image = Image(options.image)
    expect("oci-layout", "1.0.0", json.loads(image.files["oci-layout"])["imageLayoutVersion"])
    index = json.loads(image.files["index.json"])
    expect("kind of index.json", INDEX, index["mediaType"])
    expect("number of images", 1, len(index["manifests"]))
    manifest = json.loads(image.read(index["manifests"][0], MANIFEST))
    configuration = json.loads(image.read(manifest["config"], CONFIGURATION))
    diff_ids = configuration["rootfs"]["diff_ids"]
    expect("number of layers", len(diff_ids), len(manifest["layers"]))
    options.root.mkdir()
    for descriptor, diff_id in zip(manifest["layers"], diff_ids):
        archive = gzip.decompress(image.read(descriptor, LAYER))
        expect("digest of an unpacked layer", diff_id, f"sha256:{hashlib.sha256(archive).hexdigest()}")
        unpack(archive, options.root)
    expect("blobs", image.used, {name for name in image.files if name.startswith("blobs/")})
    print(json.dumps(configuration["config"]))


main()
