# Sourced by arm64_test.sh: Debian sid's libraries for arm64 in $root/sysroot, and a Swift SDK that names them. The
# packages are unpacked; nothing of them is run.

readonly packages_state=/arm64-packages

make_sysroot() {
    [ ! -e "$work/sysroot.done" ] || return 0
    say "unpacking Debian sid's libraries for arm64, 530 MB of packages"
    rm -rf "$root/sysroot" "$root$packages_state"
    mkdir -p "$root/sysroot" "$root$packages_state"/{state/lists/partial,cache/archives/partial,debs}
    write_package_configuration
    mount_system
    arm64_apt update
    download_packages
    umount_system
    unpack_packages
    complete_libraries
    rm -rf "$root$packages_state/debs" "$root$packages_state/cache"
    write_sdk
    touch "$work/sysroot.done"
}

# Runs apt-get in the chroot for arm64, with a state of its own.
arm64_apt() { in_root env APT_CONFIG="$packages_state/apt.conf" apt-get "$@"; }

write_package_configuration() {
    : > "$root$packages_state/status"
    cat > "$root$packages_state/apt.conf" << X
APT::Architecture "arm64";
APT::Architectures { "arm64"; };
Dir::State "$packages_state/state";
Dir::State::status "$packages_state/status";
Dir::Cache "$packages_state/cache";
APT::Install-Recommends "false";
APT::Sandbox::User "root";
Acquire::Languages "none";
X
}

# Downloads what Swift's libraries, the C library and zlib need, without programs, which are not run.
download_packages() {
    local unneeded='gcc(-[0-9]+)?(-aarch64.*)?|cpp.*|binutils.*|libpython.*|debconf|tzdata|netbase|media-types'
    unneeded+='|readline-common|libhwasan0|libtsan2|libasan8|liblsan0|libubsan1|libgprofng0'
    local standard_library packages
    standard_library="$(chroot "$root" env APT_CONFIG="$packages_state/apt.conf" apt-cache pkgnames 'libstdc++-' \
        | grep -E '^libstdc\+\+-[0-9]+-dev$' | sort -V | tail -1)"
    packages="$(chroot "$root" env APT_CONFIG="$packages_state/apt.conf" apt-get install --simulate \
        libswiftlang libc6-dev "$standard_library" zlib1g-dev swiftlang \
        | awk '/^Inst/ { print $2 }' | grep -vE "^($unneeded)\$" | tr '\n' ' ')"
    in_root env APT_CONFIG="$packages_state/apt.conf" sh -c "cd $packages_state/debs && apt-get download $packages"
}

# The package with the compiler contains the modules, too; only those and clang's headers are unpacked of it.
unpack_packages() {
    local package sysroot="$root/sysroot"
    for package in "$root$packages_state"/debs/*.deb; do
        case "$package" in
        */swiftlang_*) ;;
        *) dpkg-deb -x "$package" "$sysroot" ;;
        esac
    done
    [ -e "$sysroot/lib" ] || ln -s usr/lib "$sysroot/lib"
    dpkg-deb --fsys-tarfile "$root$packages_state"/debs/swiftlang_*.deb | tar -x -C "$sysroot" --wildcards \
        './usr/libexec/swift/lib/swift/*' './usr/lib/swift' './usr/libexec/swift/lib/clang/*/include*' \
        './usr/libexec/swift/lib/clang/*/lib/linux/libclang_rt.builtins*' \
        './usr/libexec/swift/lib/clang/*/lib/linux/clang_rt.crt*' \
        --exclude='./usr/libexec/swift/lib/swift/host/*' --exclude='./usr/libexec/swift/lib/swift/embedded/*'
}

# Tests that import Foundation are linked with lib_Testing_Foundation, which Debian's package has not, and use nothing of
# it: an empty archive is enough.
complete_libraries() {
    local libraries="$root/sysroot/usr/lib/swift/linux"
    [ -e "$libraries/lib_Testing_Foundation.so" ] || printf '!<arch>\n' > "$libraries/lib_Testing_Foundation.a"
}

# A toolset without the path of the linker and options makes SwiftPM ignore the whole SDK.
write_sdk() {
    local bundle="$root/sdks/sid-arm64.artifactbundle"
    mkdir -p "$bundle/sid-arm64"
    cat > "$bundle/info.json" << 'X'
{ "schemaVersion": "1.0", "artifacts": { "sid-arm64": { "type": "swiftSDK", "version": "1.0.0",
  "variants": [ { "path": "sid-arm64", "supportedTriples": ["x86_64-unknown-linux-gnu", "x86_64-pc-linux-gnu"] } ] } } }
X
    cat > "$bundle/sid-arm64/swift-sdk.json" << 'X'
{ "schemaVersion": "4.0", "targetTriples": { "aarch64-unknown-linux-gnu": {
    "sdkRootPath": "/sysroot", "swiftResourcesPath": "/sysroot/usr/lib/swift", "toolsetPaths": ["toolset.json"] } } }
X
    cat > "$bundle/sid-arm64/toolset.json" << 'X'
{ "schemaVersion": "1.0", "rootPath": "/usr/libexec/swift/bin",
  "linker": { "path": "ld.lld" }, "swiftCompiler": { "extraCLIOptions": ["-use-ld=lld"] } }
X
}
