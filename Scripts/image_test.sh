#!/usr/bin/env bash
# Tests the image of `make image`: a second one, made of a clone in another directory, has the same digest; a damaged one
# is refused; unpacked, its program trains for one epoch as the image's user, and its receipt, with weights and scores, is
# the same as the one of this machine's own build. Root is needed for the chroot.
#
# usage: Scripts/image_test.sh
set -euo pipefail

cd "$(dirname "$0")/.."
readonly repository="$PWD" swift="${SWIFT:-swift}" image="$PWD/.build/image/recurrent-networks.tar"

fail() {
    printf 'image-test: %s\n' "$@" >&2
    exit 1
}

[ $# -eq 0 ] || fail "takes no arguments; usage: Scripts/image_test.sh"
[ "$(id -u)" = 0 ] || fail "root is needed for the chroot; run: sudo make image-test"
[ -z "$(git status --porcelain)" ] || fail "there are changes; commit them: the second image is made of a clone"
work="$(mktemp -d)"
readonly work root="$work/root"
trap 'rm -rf "$work"' EXIT

digest_of() { sed -n '/^sha256:/p' <<< "$1"; }

same_digest_in_another_directory() {
    local first second
    first="$(digest_of "$(Scripts/image.sh)")"
    git clone --quiet "$repository" "$work/clone"
    second="$(digest_of "$("$work/clone/Scripts/image.sh")")"
    cmp "$image" "$work/clone/.build/image/recurrent-networks.tar" \
        || fail "another directory gives another image: $first, $second"
    echo "image-test: the same digest in two directories: $first"
}

# One byte in the middle of the file is in a layer.
damaged_image_is_refused() {
    local middle=$(($(stat -c %s "$image") / 2)) message
    cp "$image" "$work/damaged.tar"
    printf 'damaged' | dd of="$work/damaged.tar" bs=1 seek="$middle" conv=notrunc status=none
    ! message="$(python3 -B Scripts/image/unpack.py "$work/damaged.tar" "$work/damaged" 2>&1)" \
        || fail "a damaged image was unpacked"
    [[ "$message" == *"digest of blobs/"* ]] || fail "expected a message about a digest, found: $message"
    echo "image-test: a damaged image is refused"
}

# in_container OPTION...: runs the unpacked program. Swift reads its arguments from /proc, which every container has.
in_container() {
    unshare --mount --propagation private sh -c 'mount --bind /proc "$1/proc" && shift && exec "$@"' sh "$root" \
        python3 -B Scripts/image/run.py "$root" "$work/configuration.json" "$@"
}

unpacked_image_trains_the_same_weights() {
    local options=(train --epochs 1 --seed 7 --name test --progress line) own="$work/own"
    python3 -B Scripts/image/unpack.py "$image" "$root" > "$work/configuration.json"
    in_container "${options[@]}" | tail -1
    "$swift" build -c release --product mnist-bilstm >&2
    "$("$swift" build -c release --show-bin-path)/mnist-bilstm" "${options[@]}" --runs "$own" > /dev/null
    local inside="$root/home/trainer/runs"
    [ "$(stat -c %u "$inside/latest/receipt.json")" = 1000 ] || fail "expected files of user 1000 in the image's runs"
    # A receipt has the SHA-256 of the weights and the scores, and nothing of the machine.
    diff "$inside/latest/receipt.json" "$own/latest/receipt.json" >&2 \
        || fail "the program of the image trains to another receipt"
    echo "image-test: unpacked, as user 1000, it trains to the receipt of this machine's own build:" \
        "$(sha256sum < "$inside/latest/checkpoints/last.safetensors" | cut -c1-16)…"
}

same_digest_in_another_directory
damaged_image_is_refused
unpacked_image_trains_the_same_weights
