#!/usr/bin/env bash
# Checks the requirements of a build: a Swift toolchain and zlib's header. Prints nothing if both exist. Installs
# zlib1g-dev if possible (root with apt-get), otherwise says what to install.
#
# usage: Scripts/setup.sh
set -euo pipefail

readonly swift="${SWIFT:-swift}"
readonly needed_major=6 needed_minor=2

fail() {
    printf 'setup: %s\n' "$@" >&2
    exit 1
}

check_swift() {
    command -v "$swift" > /dev/null || fail \
        "no Swift toolchain: '$swift' is not on the PATH." \
        "Install Swift $needed_major.$needed_minor or later: https://www.swift.org/install"
    local report
    report="$("$swift" --version 2>&1)" || fail \
        "'$swift --version' failed: $report" \
        "Install Swift $needed_major.$needed_minor or later: https://www.swift.org/install"
    [[ "$report" =~ Swift\ version\ ([0-9]+)\.([0-9]+) ]] || fail \
        "cannot read a version from '$swift --version': $report"
    local major="${BASH_REMATCH[1]}" minor="${BASH_REMATCH[2]}"
    if ((major < needed_major || (major == needed_major && minor < needed_minor))); then
        fail "found Swift $major.$minor, Swift $needed_major.$needed_minor or later is needed." \
            "Install it from https://www.swift.org/install"
    fi
}

# On macOS the header is part of the SDK that Swift itself needs.
has_zlib_header() {
    [ "$(uname -s)" = Darwin ] || [ -e /usr/include/zlib.h ] || compiles_zlib_include
}

compiles_zlib_include() {
    local compiler
    for compiler in clang cc gcc; do
        if command -v "$compiler" > /dev/null; then
            echo '#include <zlib.h>' | "$compiler" -E -x c - > /dev/null 2>&1
            return
        fi
    done
    return 1
}

install_zlib() {
    [ "$(id -u)" = 0 ] && command -v apt-get > /dev/null || return 1
    echo "setup: zlib's header is missing; installing zlib1g-dev with apt-get" >&2
    export DEBIAN_FRONTEND=noninteractive
    # A new machine has no package lists yet; old package lists may name versions that no longer exist.
    apt-get install --yes --no-install-recommends zlib1g-dev > /dev/null 2>&1 || {
        apt-get update && apt-get install --yes --no-install-recommends zlib1g-dev
    } >&2
}

check_swift
has_zlib_header || { install_zlib && has_zlib_header; } || fail \
    "zlib's header (zlib.h) is missing. Install it, then run this again:" \
    "  Debian, Ubuntu:  sudo apt-get install zlib1g-dev" \
    "  Fedora:          sudo dnf install zlib-devel" \
    "  Arch:            sudo pacman -S zlib" \
    "  macOS:           xcode-select --install"
