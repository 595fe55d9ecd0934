# Sourced by tests/run: cosign 3, which signs and verifies beside ours.

is_cosign_3() { # command
  "$1" version 2>/dev/null | grep -q . && "$1" sign-blob --help 2>/dev/null | grep -q -- --signing-config
}

need_cosign() {
  local found="$cache/cosign/usr/bin/cosign"
  if [ ! -x "$found" ]; then
    found=$(command -v cosign || true)
    if [ -z "$found" ] || ! is_cosign_3 "$found"; then
      found="$cache/cosign/usr/bin/cosign"
      if ! has_unstable; then
        SIGNINGACTION_COSIGN_ABSENT='cosign: Ubuntu has no unstable suite to take it from'
        say "SKIPPED ALOUD: $SIGNINGACTION_COSIGN_ABSENT"
        return
      fi
      say "download cosign 3: it signs and verifies beside ours"
      unstable_package cosign
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
