# Sourced by arm64_test.sh: the same trainings on both processors, and comparisons of every byte. A processor has a
# directory with the data and its runs, in which its programs start.

readonly x86_64="$work/x86-64" arm64="$root/trainings"

# on PROCESSOR OPTION...: runs mnist-bilstm on x86_64 or, emulated in the chroot, on arm64. The number of threads changes
# nothing, and threads that wait for each other under emulation take minutes on a busy machine.
on() {
    case "$1" in
    x86_64) (cd "$x86_64" && "$native" "${@:2}" --threads 2) ;;
    arm64) emulated /trainings /build-release/release/mnist-bilstm "${@:2}" --threads 1 ;;
    esac
}

directory_of() { case "$1" in x86_64) echo "$x86_64" ;; arm64) echo "$arm64" ;; esac; }

# emulated DIRECTORY PROGRAM OPTION...: runs a program for arm64 in a directory of the chroot.
emulated() {
    chroot "$root" sh -c 'cd "$1" && shift && exec "$@"' sh "$1" /usr/local/bin/qemu-aarch64-static -L /sysroot \
        -E "LD_LIBRARY_PATH=/sysroot/usr/lib/swift/linux:/sysroot/usr/lib/aarch64-linux-gnu" "${@:2}"
}

# Writes the first 4,000 training images and 1,000 test images of MNIST for both processors.
write_data() {
    rm -rf "$x86_64" "$arm64"
    mkdir -p "$x86_64"/{data,runs} "$arm64/runs"
    first_images train 4000 '\0\0\17\240'
    first_images t10k 1000 '\0\0\3\350'
    cp -r "$x86_64/data" "$arm64/data"
}

# first_images SET COUNT BYTES: cuts a set's IDX files after COUNT images; BYTES is the count as IDX writes it.
first_images() {
    { printf '\0\0\10\3'"$3"'\0\0\0\34\0\0\0\34'; images_from 17 "$1-images-idx3" $(($2 * 784)); } \
        > "$x86_64/data/$1-images-idx3-ubyte"
    { printf '\0\0\10\1'"$3"; images_from 9 "$1-labels-idx1" "$2"; } > "$x86_64/data/$1-labels-idx1-ubyte"
}

# images_from BYTE NAME COUNT: prints COUNT bytes of a file; `head` ends the programs before it, which is no failure.
images_from() { gzip -dc "datasets/mnist/$2-ubyte.gz" 2> /dev/null | tail -c "+$1" | head -c "$3" || true; }

# train PROCESSOR NAME OPTION...: trains, keeps the weights as NAME.safetensors and the receipt as NAME.json, and sets
# `seconds`. (A checkpoint has the path of its teacher, and the path of a run has the time.)
train() {
    local start=$SECONDS
    on "$1" train --dataset idx --data data --runs runs --progress none --name "${@:2}" >> "$log" 2>&1 \
        || fail "$2: the training on $1 failed; see the end of $log"
    seconds=$((SECONDS - start))
    cp "$(newest "$1")/checkpoints/last.safetensors" "$(directory_of "$1")/$2.safetensors"
    cp "$(newest "$1")/receipt.json" "$(directory_of "$1")/$2.json"
}

# newest PROCESSOR: prints the directory of its newest run.
newest() { readlink -f "$(directory_of "$1")/runs/latest"; }

# The receipt has the SHA-256 of the weights after every epoch, and scores; the checkpoint has the optimizer's states, too.
compare() {
    local file
    for file in receipt.json checkpoints/last.safetensors; do
        [ -s "$2/$file" ] && cmp "$2/$file" "$3/$file" >&2 || fail \
            "$1: $file differs between $2 and $3." \
            "Find the first step and parameter: mnist-bilstm runs diverge $2 $3"
    done
    digest="$(sha256sum < "$2/checkpoints/last.safetensors" | cut -c1-16)"
}

compare_trainings() {
    local name options count=0 own
    while read -r name options; do
        # shellcheck disable=SC2086 # words of a line are separate options
        train x86_64 "$name" $options
        own=$seconds
        # shellcheck disable=SC2086
        train arm64 "$name" $options
        compare "$name" "$(newest x86_64)" "$(newest arm64)"
        printf '%-18s same checkpoint %s…, arm64 %3d s, x86-64 %3d s\n' "$name" "$digest" "$seconds" "$own"
        count=$((count + 1))
    done < <(grep -v '^#' Scripts/arm64/configurations.txt)
    echo "arm64-test: $count trainings give the same bytes on arm64 and x86-64"
}

# A run that one processor begins and the other ends has the files of a run that was never stopped.
compare_resumed() {
    local options=(--epochs 2 --hidden-size 16 --schedule cosine) unstopped begun resumed first second
    train x86_64 unstopped "${options[@]}"
    unstopped="$(newest x86_64)"
    for first in x86_64 arm64; do
        second="$(other "$first")"
        begin "$first" "${options[@]}"
        begun="$(newest "$first")"
        resumed="$(directory_of "$second")/runs/$(basename "$begun")"
        cp -r "$begun" "$resumed"
        on "$second" train --resume "runs/$(basename "$resumed")" --progress none >> "$log" 2>&1 \
            || fail "resuming on $second failed; see the end of $log"
        compare "begun on $first, resumed on $second" "$unstopped" "$resumed"
        printf '%-18s same checkpoint %s…, step 1 to %d on %s, the rest on %s\n' resumed "$digest" "$steps" "$first" \
            "$second"
    done
}

other() { [ "$1" = x86_64 ] && echo arm64 || echo x86_64; }

# begin PROCESSOR OPTION...: trains until a time limit that no processor reaches the end in, and sets `steps`.
begin() {
    local limit=0.02s status=0
    [ "$1" = x86_64 ] || limit=3s
    on "$1" train --dataset idx --data data --runs runs --progress none --name begun --time-limit "$limit" \
        "${@:2}" >> "$log" 2>&1 || status=$?
    [ "$status" = 75 ] || fail "expected a training on $1 that $limit stop (exit code 75), found exit code $status"
    steps="$(sed -n 's/^ *"steps" : \([0-9]*\),\{0,1\}$/\1/p' "$(newest "$1")/summary.json")"
}

# Each processor repeats a training of the other from its receipt.
verify_receipts() {
    local first second
    for first in x86_64 arm64; do
        second="$(other "$first")"
        cp "$(directory_of "$first")/odd-sizes.json" "$(directory_of "$second")/receipt-$first.json"
        on "$second" verify "receipt-$first.json" --data data >> "$log" 2>&1 \
            || fail "$second does not reproduce the receipt of $first; see the end of $log"
        echo "receipt            of $first, reproduced to the last bit on $second"
    done
}
