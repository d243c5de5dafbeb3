# Sourced by arm64_test.sh: what this machine must have, and the tools that are used without being installed.

check_machine() {
    [ "$(uname -s)-$(uname -m)" = Linux-x86_64 ] || fail \
        "expected Linux on x86-64, found $(uname -s) on $(uname -m)." \
        "On arm64, run the tests themselves: make test"
    [ "$(id -u)" = 0 ] || fail \
        "root is needed: the compiler for the cross build is in a chroot. Run: sudo make arm64-test"
    local program missing=()
    for program in apt-get apt-config dpkg-deb chroot unshare mount git curl; do
        command -v "$program" > /dev/null || missing+=("$program")
    done
    [ ${#missing[@]} = 0 ] || fail \
        "missing: ${missing[*]}. Debian or Ubuntu is needed, with git and curl: apt-get install git curl util-linux"
    [ -e "$work/sysroot.done" ] || check_space
}

check_space() {
    local free
    free="$(df --output=avail --block-size=1M "$work" | tail -1)"
    ((free >= 8000)) || fail "8,000 MB are needed in $work, found $free MB"
}

# Makes mounts visible to this process and its children only, so that they end with the script, however it ends.
enter_namespace() {
    [ -n "${ARM64_NAMESPACE:-}" ] || ARM64_NAMESPACE=private \
        exec unshare --mount --propagation private "$repository/Scripts/arm64_test.sh" "$@"
    unset ARM64_NAMESPACE
}

# The Debian mirror: MIRROR, the one of this machine if it runs Debian, or Debian's own.
debian_mirror() {
    local own=
    [ "$(. /etc/os-release && echo "$ID")" != debian ] \
        || own="$(apt-get indextargets --format '$(REPO_URI) $(COMPONENT)' 'Created-By: Packages' \
            | sed -n 's|/* main$||p' | grep -m 1 '/debian$' || true)"
    echo "${MIRROR:-${own:-http://deb.debian.org/debian}}"
}

# Unpacks the emulator, debootstrap and Debian's keys.
unpack_tools() {
    [ ! -e "$work/tools.done" ] || return 0
    say "downloading qemu-user-static, debootstrap and Debian's keys"
    rm -rf "$work/tools" "$work/debs"
    mkdir -p "$work/tools" "$work/debs"
    # The user of apt's downloads cannot write to this directory.
    local programs=(qemu-user-static debootstrap debian-archive-keyring)
    # apt's own user cannot write to this directory. Old package lists may name versions that no longer exist.
    (cd "$work/debs" && apt-get -o APT::Sandbox::User=root download "${programs[@]}" >> "$log" 2>&1) || {
        logged apt-get update
        (cd "$work/debs" && logged apt-get -o APT::Sandbox::User=root download "${programs[@]}")
    }
    local package
    for package in "$work"/debs/*.deb; do dpkg-deb -x "$package" "$work/tools"; done
    touch "$work/tools.done"
}
