#!/usr/bin/env bash
# Puts the released program of this runner's system in place and writes its path as the output "agent".
# Nothing runs before its SHA-256 is the one that release.txt pins, and the agent not before the (pinned) verifier has verified its attestation.
# Bash 3.2 and up: that is what macOS has.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
release=$here/release.txt

fail() { printf '::error title=SigningAction::%s\n' "$*"; exit 1; }

pinned() { # key: its one value
  sed -nE "s/^$1[[:space:]]+([^[:space:]]+)[[:space:]]*\$/\1/p" "$release" | head -n 1
}

pinned_digest() { # file name
  awk -v name="$1" '$1 == "sha256" && $3 == name && length($2) == 64 && $2 !~ /[^0-9a-f]/ { print $2; exit }' "$release"
}

digest() { # file
  if command -v sha256sum >/dev/null; then sha256sum <"$1"; else shasum -a 256 <"$1"; fi | cut -d ' ' -f 1
}

case "${RUNNER_OS:-}-${RUNNER_ARCH:-}" in
Linux-X64) platform=linux-x64 ending= ;;
Linux-ARM64) platform=linux-arm64 ending= ;;
macOS-X64) platform=osx-x64 ending= ;;
macOS-ARM64) platform=osx-arm64 ending= ;;
Windows-X64) platform=win-x64 ending=.exe ;;
*) fail "There is no program for ${RUNNER_OS:-an unknown system} on ${RUNNER_ARCH:-an unknown processor}." ;;
esac

version=$(pinned version) url=$(pinned url)
if [ -z "$version" ] || [ -z "$url" ]; then
  fail "This commit of the action is no release and pins no program: use the commit or tag of a release, or the container action."
fi
if [ -z "${RUNNER_TEMP:-}" ] || [ -z "${GITHUB_OUTPUT:-}" ]; then
  fail "RUNNER_TEMP and GITHUB_OUTPUT are not set: this runs as a step of a job."
fi

# Of this job alone: no other job can have put a file there.
folder=$(mktemp -d "$RUNNER_TEMP/signing-action.XXXXXX")

# Seconds of the input "wait". What is no time there the program refuses, with its own words.
wait=${SIGNING_WAIT:-10m}
number=${wait%[smh]}
case $number in '' | *[!0-9]* | ?????*) wait=10m number=10 ;; esac
case $wait in *h) patience=$((10#$number * 3600)) ;; *m) patience=$((10#$number * 60)) ;; *) patience=$((10#$number)) ;; esac
deadline=$((SECONDS + patience))

# All downloads together go on for as long as the step may wait: only what the server says for good ends them before, such as 404.
fetch() { # file name
  local code pause=1
  until code=$(curl --proto '=https' --proto-redir '=https' --tlsv1.2 --fail --silent --show-error --location \
    --max-time 300 --max-filesize 200000000 --write-out '%{http_code}' --output "$folder/$1" "$url/$1"); do
    case $code in 408 | 429) ;; 4??) fail "$1 of release $version is not at $url (HTTP $code)." ;; esac
    if [ $((SECONDS + pause)) -gt "$deadline" ]; then
      rm -rf "$folder"
      fail "$1 of release $version could not be downloaded from $url, tried for up to $patience s."
    fi
    sleep "$pause"
    if [ "$pause" -lt 30 ]; then pause=$((pause * 2)); fi
  done
}

for program in signing-verifier signing-agent; do
  file=$program-$platform$ending
  expected=$(pinned_digest "$file")
  [ -n "$expected" ] || fail "Release $version pins no digest for $file."
  fetch "$file"
  found=$(digest "$folder/$file")
  if [ "$found" != "$expected" ]; then
    rm -rf "$folder"
    fail "$file from $url has the SHA-256 $found, and release $version pins $expected. It was not run."
  fi
  chmod 700 "$folder/$file"
done

fetch attestation.sigstore.json
trust=()
if [ -n "$(pinned trusted-root)" ]; then trust=(--trusted-root "$here/$(pinned trusted-root)"); fi
if ! "$folder/signing-verifier-$platform$ending" verify "$folder/signing-agent-$platform$ending" --bundle "$folder/attestation.sigstore.json" \
  --repo "$(pinned repository)" --signer-workflow "$(pinned workflow)" --cert-oidc-issuer "$(pinned issuer)" \
  --predicate-type https://slsa.dev/provenance/v1 --offline ${trust[@]+"${trust[@]}"}; then
  rm -rf "$folder"
  fail "The attestation of the program does not verify (see above). It was not run."
fi
printf 'agent=%s\n' "$folder/signing-agent-$platform$ending" >>"$GITHUB_OUTPUT"
