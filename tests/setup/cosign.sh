# Sourced by tests/run: cosign 3, from Debian's unstable suite, unpacked into .cache. The system's own suite and its packages stay as they are.

is_cosign_3() { # command
  "$1" version 2>/dev/null | grep -q . && "$1" sign-blob --help 2>/dev/null | grep -q -- --signing-config
}

# The machine's own Debian sources with the suite replaced, in the format in which they are written.
# Only a stanza of the release's own suite with "main" counts: not security, not third parties.
unstable_sources() { # folder to write to
  local codename out=$1
  codename=$(. /etc/os-release && printf '%s' "${VERSION_CODENAME:-sid}")
  cat /etc/apt/sources.list.d/*.sources 2>/dev/null | sed 's/^[[:space:]]*$//; /^#/d' | awk -v name="$codename" '
    BEGIN { RS = ""; FS = "\n" }
    /(^|\n)Types:[^\n]*deb/ && !/(^|\n)Enabled: *no/ {
      suites = ""; components = ""
      for (i = 1; i <= NF; i++) {
        if ($i ~ /^Suites:/) suites = $i " "
        if ($i ~ /^Components:/) components = $i " "
      }
      if (suites ~ ("[: ](" name "|stable|testing|unstable|sid) ") && components ~ /[: ]main /) {
        for (i = 1; i <= NF; i++) {
          if ($i ~ /^Suites:/) print "Suites: unstable"
          else if ($i ~ /^Components:/) print "Components: main"
          else if ($i ~ /^Types:/) print "Types: deb"
          else print $i
        }
        print ""
      }
    }' >"$out/unstable.sources"
  [ -s "$out/unstable.sources" ] && { printf '%s' "$out/unstable.sources"; return; }
  cat /etc/apt/sources.list /etc/apt/sources.list.d/*.list 2>/dev/null |
    sed -nE "s/^deb([[:space:]]+\[[^]]*\])?[[:space:]]+([^[:space:]]+)[[:space:]]+($codename|stable|testing|unstable|sid)[[:space:]]+(.*[[:space:]])?main([[:space:]].*)?\$/deb\1 \2 unstable main/p" |
    sort -u >"$out/unstable.list"
  [ -s "$out/unstable.list" ] && printf '%s' "$out/unstable.list"
}

download_cosign() {
  local work=$cache/cosign-apt sources
  mkdir -p "$work/lists/partial" "$work/cache/archives/partial"
  rm -f "$work"/*.deb
  sources=$(unstable_sources "$work") || return 1
  local apt=(apt-get -o "Dir::Etc::sourcelist=$sources" -o Dir::Etc::sourceparts=- -o "Dir::State::lists=$work/lists"
    -o "Dir::Cache=$work/cache" -o Acquire::Languages=none -o Acquire::Retries=2 -o APT::Sandbox::User="$(id -un)")
  logged cosign-update "${apt[@]}" update || return 1
  (cd "$work" && logged cosign-download "${apt[@]}" download cosign) || return 1
  rm -rf "$cache/cosign"
  dpkg -x "$work"/cosign_*.deb "$cache/cosign" || return 1
  dpkg-deb -f "$work"/cosign_*.deb Version >"$cache/cosign/version"
  rm -rf "$work"
}

need_cosign() {
  local found="$cache/cosign/usr/bin/cosign" id
  if [ ! -x "$found" ]; then
    found=$(command -v cosign || true)
    if [ -z "$found" ] || ! is_cosign_3 "$found"; then
      found="$cache/cosign/usr/bin/cosign"
      id=$(. /etc/os-release 2>/dev/null && printf '%s' "${ID:-}")
      if [ "$id" = ubuntu ]; then
        SIGNINGACTION_COSIGN_ABSENT='cosign: Ubuntu has no unstable suite to take it from'
        say "SKIPPED ALOUD: $SIGNINGACTION_COSIGN_ABSENT"
        return
      fi
      say "download cosign 3: it signs and verifies beside ours"
      download_cosign
    fi
  fi
  if [ -x "$found" ] && is_cosign_3 "$found"; then
    SIGNINGACTION_COSIGN=$found
    say "cosign $(cat "$cache/cosign/version" 2>/dev/null || "$found" version | sed -nE 's/^GitVersion: *//p')"
    return
  fi
  SIGNINGACTION_COSIGN_ABSENT='cosign could not be installed'
  # Not a reason that CI forgives: problem() has counted it by then.
  if in_ci; then problem "$SIGNINGACTION_COSIGN_ABSENT"; else say "SKIPPED ALOUD: $SIGNINGACTION_COSIGN_ABSENT"; fi
}
