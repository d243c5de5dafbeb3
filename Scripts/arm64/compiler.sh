# Sourced by arm64_test.sh: a chroot with Debian sid's Swift compiler for x86-64, $root.

# Makes the chroot, once.
make_compiler() {
    [ ! -e "$work/compiler.done" ] || return 0
    say "making the chroot with Debian sid's Swift, 4 GB, some minutes"
    rm -rf "$root" "$work/sysroot.done"
    DEBOOTSTRAP_DIR="$work/tools/usr/share/debootstrap" logged "$work/tools/usr/sbin/debootstrap" --variant=minbase \
        --arch=amd64 --keyring="$work/tools/usr/share/keyrings/debian-archive-keyring.gpg" sid "$root" \
        "$(debian_mirror)"
    # This machine's settings of downloads, such as a proxy.
    apt-config dump | grep '^Acquire::' | grep '"[^"]\+"' > "$root/etc/apt/apt.conf.d/99host"
    mount_system
    in_root apt-get update
    in_root apt-get install --yes --no-install-recommends swiftlang swiftlang-dev libswiftlang zlib1g-dev git \
        pkgconf ca-certificates
    umount_system
    touch "$work/compiler.done"
}

# Runs a command in the chroot; its output goes to the log.
in_root() { DEBIAN_FRONTEND=noninteractive logged chroot "$root" "$@"; }

mount_system() {
    cp -L /etc/resolv.conf /etc/hosts "$root/etc/"
    mount --bind /proc "$root/proc"
    mount --bind /dev "$root/dev"
}

umount_system() { umount "$root/dev" "$root/proc"; }
