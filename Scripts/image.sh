#!/usr/bin/env bash
# Writes an image for containers, .build/image/recurrent-networks.tar, in the layout of the Open Container Initiative
# (OCI): the tools with their manual pages and completions, the libraries that they need, and the data sets of this
# repository. Neither Docker nor another program for containers is needed. The same commit gives the same digest, in any
# directory, with the same toolchain and system libraries: every file has the commit's date, the programs are built in a
# clone that always has the same path, because the compiler writes the lengths of some paths into them, and two digests of
# each build are removed (settle.py). Changes that are not committed are not part of the image. runs-page is left out: its
# page is for the machine on which it runs, and it needs libcurl.
#
# usage: Scripts/image.sh
#   SOURCE_DATE_EPOCH   seconds since 1970, instead of the commit's date
set -euo pipefail

cd "$(dirname "$0")/.."
readonly image="$PWD/.build/image" repository="$PWD" place=/var/tmp/recurrent-networks-image
readonly layers="$image/layers" programs=(mnist-bilstm sequence-classifier stock-forecast)

fail() {
    printf 'image: %s\n' "$@" >&2
    exit 1
}

[ $# -eq 0 ] || fail "takes no arguments; usage: Scripts/image.sh"
[ "$(uname -s)" = Linux ] || fail "the programs of an image are for Linux; run this on Linux"
command -v python3 > /dev/null || fail "python3 is needed: apt-get install python3"
revision="$(git rev-parse HEAD)" || fail "expected a git checkout: the commit gives the image its date"
[ -z "$(git status --porcelain)" ] || echo "image: changes that are not committed are not part of the image" >&2
SOURCE_DATE_EPOCH="${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}"
readonly revision SOURCE_DATE_EPOCH
# Files are readable for everyone, whatever the umask of the user is.
umask 022

# The layers, from the one that changes least: libraries and users, data sets, programs.
stage_system() {
    local system="$layers/1-system" library
    mkdir -p "$system"/{dev,etc,proc,sys,tmp,home/trainer/runs}
    echo 'trainer:x:1000:1000::/home/trainer:/usr/bin/mnist-bilstm' > "$system/etc/passwd"
    echo 'trainer:x:1000:' > "$system/etc/group"
    while read -r library; do
        mkdir -p "$system$(dirname "$library")"
        cp -L "$library" "$system$library"
    done < <(needed_libraries)
}

# Prints the paths of the libraries that the programs load.
needed_libraries() {
    local program
    for program in "${programs[@]}"; do ldd "$layers/3-programs/usr/bin/$program"; done \
        | sed -n 's/^.*[[:space:]]\(\/[^ ]*\) (0x[0-9a-f]*)$/\1/p' | sort -u
}

# Only files that git has: downloads and notes in datasets are not part of the image.
stage_data() {
    local file
    while IFS= read -r -d '' file; do
        mkdir -p "$layers/2-data/home/trainer/$(dirname "$file")"
        cp "$file" "$layers/2-data/home/trainer/$file"
    done < <(git ls-files -z datasets)
}

make_clone() {
    mkdir "$place" 2> /dev/null || fail "$place exists: another image is being built, or a build was killed." \
        "If none is being built, remove it: rm -rf $place"
    trap 'rm -rf "$place"' EXIT
    git clone --quiet "$repository" "$place"
    git -C "$place" checkout --quiet --detach "$revision"
}

stage_programs() {
    PREFIX=/usr DESTDIR="$layers/3-programs" STATIC=yes PROGRAMS="${programs[*]}" "$place/Scripts/install.sh" > /dev/null
    python3 -B "$repository/Scripts/image/settle.py" "$layers"/3-programs/usr/bin/*
}

rm -rf "$layers"
mkdir -p "$layers"
echo "image: building the programs, some minutes" >&2
make_clone
cd "$place"
stage_programs
stage_system
stage_data
python3 -B "$repository/Scripts/image/layout.py" --layers "$layers" --epoch "$SOURCE_DATE_EPOCH" --revision "$revision" \
    --name recurrent-networks --out "$image/recurrent-networks.tar"
