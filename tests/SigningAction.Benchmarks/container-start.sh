#!/usr/bin/env bash
# What the action's image costs before its first line: its compressed size, and the time of a container beyond what the runtime itself takes.
# First: tests/run --setup (builds the image; needs root). Then: tests/SigningAction.Benchmarks/container-start.sh [RUNS]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
image=$PWD/artifacts/image runs=${1:-20}
[ -d "$image/rootfs" ] || { echo "no image: run tests/run --setup first" >&2; exit 2; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

bundle() { # name, program and arguments…
  mkdir -p "$work/$1"
  (cd "$work/$1" && runc spec)
  python3 - "$work/$1/config.json" "$image/rootfs" "${@:2}" <<'PY'
import json, sys
path, root, *args = sys.argv[1:]
spec = json.load(open(path))
spec["root"] = {"path": root, "readonly": True}
spec["process"].update(args=args, terminal=False)
spec["process"].pop("rlimits", None)
spec["mounts"] = [m for m in spec["mounts"] if m["destination"] in ("/proc", "/dev")]
spec["linux"]["namespaces"] = [{"type": kind} for kind in ("pid", "ipc", "uts", "mount")]
spec["linux"].pop("resources", None)
json.dump(spec, open(path, "w"))
PY
}

milliseconds() { # bundle: the median
  local i start
  for ((i = 0; i < runs; i++)); do
    start=$(date +%s%N)
    runc --root "$work/state" run --bundle "$work/$1" "start-$$-$1-$i" >/dev/null
    echo $((($(date +%s%N) - start) / 10000))
  done | sort -n | awk '{ at[NR] = $1 } END { printf "%.1f", at[int((NR + 1) / 2)] / 100 }'
}

bundle loader "$(cd "$image/rootfs" && find lib64 lib -name 'ld-linux-*' -printf '/%p\n' | head -n 1)" --version
bundle agent /signing-agent --version
awk '{ sum += $1 } END { printf "image, compressed: %.1f MB\n", sum / 1e6 }' < <(stat -c %s "$image"/oci/blobs/sha256/*)
loader=$(milliseconds loader) agent=$(milliseconds agent)
printf 'container of the C loader: %s ms; of the agent: %s ms (median of %s)\n' "$loader" "$agent" "$runs"
