#!/usr/bin/env bash
# Installs the programs, their completion scripts and their manual pages, or removes them. Everything is built and
# generated first, in .build/install. Then each file is moved to its place by a rename, so that no file is incomplete.
#
# usage: [PREFIX=/usr/local] [DESTDIR=] [STATIC=no] [PROGRAMS="..."] Scripts/install.sh [--uninstall]
#   PREFIX    where the programs are to be used: bin and share are in it
#   DESTDIR   a prefix of PREFIX during installation, for packagers
#   STATIC    no: install the programs of `make build`, which need the toolchain's libraries, instead of a second build
#             that has them inside
#   PROGRAMS  which programs, instead of all
set -euo pipefail

readonly swift="${SWIFT:-swift}"
read -ra programs <<< "${PROGRAMS:-mnist-bilstm stock-forecast sequence-classifier runs-page}"
readonly programs
cd "$(dirname "$0")/.."
readonly scratch="$PWD/.build/install"
built="$scratch/release"
# New directories can be read by everyone, whatever the umask of the user is.
umask 022

fail() {
    printf 'install: %s\n' "$@" >&2
    exit 1
}

prefix="${PREFIX:-/usr/local}"
# Some shells do not expand the tilde of `make install PREFIX=~/.local`.
case "$prefix" in "~/"*) prefix="$HOME/${prefix#"~/"}" ;; esac
[[ "$prefix" == /* ]] || fail "PREFIX must be an absolute path, not '$prefix'"
[[ -z "${DESTDIR:-}" || "$DESTDIR" == /* ]] || fail "DESTDIR must be an absolute path, not '$DESTDIR'"
readonly root="${DESTDIR:-}${prefix%/}"
readonly pages="$root/share/man/man1"

# files PROGRAM: prints the paths of its files, except manual pages: the path in .build/install/stage and the target.
files() {
    echo "bin/$1 $root/bin/$1"
    echo "bash/$1 $root/share/bash-completion/completions/$1"
    echo "zsh/_$1 $root/share/zsh/site-functions/_$1"
    echo "fish/$1.fish $root/share/fish/vendor_completions.d/$1.fish"
}

# Checks this before the build, which takes minutes. A directory that does not exist yet is as writable as its parent.
check_writable() {
    local directory="$root"
    while [ ! -e "$directory" ]; do directory="$(dirname "$directory")"; done
    [ -d "$directory" ] && [ -w "$directory" ] || fail \
        "$directory cannot be written to; choose a place that can, such as" \
        "  make install PREFIX=\$HOME/.local" \
        "or become root (sudo make install)."
}

# Links Swift's libraries statically, if the toolchain has them: then the programs need no toolchain and start faster.
# On macOS these libraries are part of the system. lld does not print the warnings of other linkers about Foundation.
build() {
    local options=(-c release) resources
    if [ "${STATIC:-yes}" = no ]; then
        "$swift" build "${options[@]}" >&2
        built="$PWD/.build/release"
        return
    fi
    options+=(--scratch-path "$scratch")
    resources="$("$swift" -print-target-info | sed -n 's/.*"runtimeResourcePath": "\(.*\)".*/\1/p')"
    if [ "$(uname -s)" = Linux ] && [ -d "$resources/../swift_static" ]; then
        options+=(--static-swift-stdlib -Xlinker -s)
        [ ! -x "$resources/../../bin/ld.lld" ] || options+=(-Xswiftc -use-ld=lld)
    fi
    local product
    for product in "${programs[@]}" manual-pages; do
        "$swift" build "${options[@]}" --product "$product" >&2
    done
}

# Prints the date of the commit, so that the same sources give the same pages.
date_of_sources() {
    git log -1 --format=%cd --date=short 2> /dev/null || date +%Y-%m-%d
}

stage() {
    local stage="$scratch/stage" program version date
    rm -rf "$stage"
    mkdir -p "$stage"/{bin,bash,zsh,fish,man}
    date="$(date_of_sources)"
    for program in "${programs[@]}"; do
        cp "$built/$program" "$stage/bin/"
        "$built/$program" --generate-completion-script bash > "$stage/bash/$program"
        "$built/$program" --generate-completion-script zsh > "$stage/zsh/_$program"
        "$built/$program" --generate-completion-script fish > "$stage/fish/$program.fish"
        version="$("$built/$program" --version)"
        "$built/$program" --experimental-dump-help | "$built/manual-pages" "$stage/man" "$date" "$version"
    done
    # The permissions do not depend on the umask.
    chmod 755 "$stage"/bin/*
    chmod 644 "$stage"/{bash,zsh,fish,man}/*
}

# place FILE TARGET: copies the file to the target's directory and renames it to the target.
place() {
    mkdir -p "$(dirname "$2")"
    temporary="$(dirname "$2")/.$(basename "$2").$$"
    cp -p "$1" "$temporary"
    mv -f "$temporary" "$2"
    temporary=""
}

# Removes the pages of an older version, which may have had other commands.
remove_pages() {
    local program
    for program in "${programs[@]}"; do
        rm -f "$pages/$program.1" "$pages/$program"-*.1
    done
}

install_all() {
    local program file target
    for program in "${programs[@]}"; do
        while read -r file target; do place "$scratch/stage/$file" "$target"; done < <(files "$program")
    done
    remove_pages
    for file in "$scratch"/stage/man/*; do place "$file" "$pages/$(basename "$file")"; done
    echo "Installed in $root: ${programs[*]}"
    case ":$PATH:" in
        *":$prefix/bin:"*) ;;
        *) [ -n "${DESTDIR:-}" ] || echo "$prefix/bin is not on the PATH; add it to run them by name." ;;
    esac
}

uninstall_all() {
    local program target
    for program in "${programs[@]}"; do
        while read -r _ target; do rm -f "$target"; done < <(files "$program")
    done
    remove_pages
    echo "Removed from $root: ${programs[*]}"
}

case "$*" in
    "")
        check_writable
        temporary=""
        trap '[ -z "$temporary" ] || rm -f "$temporary"' EXIT
        build
        stage
        install_all
        ;;
    --uninstall) uninstall_all ;;
    *) fail "knows no argument but --uninstall" \
        "usage: [PREFIX=/usr/local] [DESTDIR=] Scripts/install.sh [--uninstall]" ;;
esac
