# Sourced by arm64_test.sh: the programs for arm64 by the cross-compiler, and for x86-64 by this machine's Swift.

# Copies the sources into the chroot, with their times, so that only changes are built again.
copy_sources() {
    rm -rf "$root/src"
    mkdir -p "$root/src"
    git -C "$repository" ls-files -z --cached --others --exclude-standard \
        | (cd "$repository" && tar -c --null --files-from - --ignore-failed-read 2> /dev/null) | tar -x -C "$root/src"
}

# Lets git in the chroot fetch the dependencies as this machine does: with its settings of addresses and connections,
# and with the directories that stand for addresses (url.DIRECTORY.insteadOf).
mount_git_directories() {
    local configuration="$root/etc/gitconfig" setting directory
    rm -f "$configuration"
    while IFS= read -r -d '' setting; do
        git config --file "$configuration" --add "${setting%%$'\n'*}" "${setting#*$'\n'}"
        directory="$(sed -n '1s|^url\.\(file://\)\{0,1\}\(/.*\)\.insteadof$|\2|p' <<< "$setting")"
        [ -n "$directory" ] && ! mountpoint --quiet "$root$directory" || continue
        mkdir -p "$root$directory"
        mount --bind "$directory" "$root$directory"
    done < <(git config --null --get-regexp '^(url|http)\.' || true)
    git config --file "$configuration" --add safe.directory '*'
}

# cross_build CONFIGURATION OPTION...: builds for arm64 in the chroot. With this machine's zlib.pc, the linker would look
# for zlib among the libraries for x86-64.
cross_build() {
    say "building for arm64, some minutes: $*"
    in_root swift build --package-path /src --scratch-path "/build-$1" -c "$1" --swift-sdks-path /sdks \
        --swift-sdk sid-arm64 --pkg-config-path /sysroot/usr/lib/aarch64-linux-gnu/pkgconfig "${@:2}"
}

native_build() {
    say "building for x86-64"
    logged "$swift" build -c release --product mnist-bilstm
    native="$("$swift" build -c release --show-bin-path)/mnist-bilstm"
}

# keep_tests NAME...: removes all other targets of tests from the manifest of the copy in the chroot.
keep_tests() {
    local names
    names="$(printf '"%s", ' "$@")"
    sed -i "s/tools + tests,/tools + tests.filter { [$names].contains(\$0.name) },/" "$root/src/Package.swift"
    grep -q 'tests\.filter' "$root/src/Package.swift" || fail "Package.swift has no longer 'tools + tests,'"
}

# run_tests FILTER: runs tests for arm64 under emulation, and prints the summary.
run_tests() {
    say "running tests: $1"
    local program=/build-debug/debug/recurrent-networksPackageTests.xctest
    emulated /src "$program" --testing-library swift-testing --filter "$1" >> "$log" 2>&1 \
        || fail "tests failed on arm64:" "$(grep -E 'recorded an issue|failed after' "$log" | head -20)"
    grep -E 'Test run with [1-9][0-9]* tests' "$log" | tail -1 || fail "no test was run; see the end of $log"
}
