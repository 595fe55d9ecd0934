# Sourced by tests/run: the command that sigstore-go ships, which verifies beside ours.

need_sigstore_go() {
  local found="$cache/sigstore-go/usr/bin/sigstore-go-verification"
  if [ ! -x "$found" ]; then
    if ! has_unstable; then
      SIGNINGACTION_SIGSTORE_GO_ABSENT='sigstore-go: Ubuntu has no unstable suite to take it from'
      say "SKIPPED ALOUD: $SIGNINGACTION_SIGSTORE_GO_ABSENT"
      return
    fi
    say "download sigstore-go: it verifies beside ours"
    unstable_package sigstore-go
  fi
  if [ -x "$found" ]; then
    SIGNINGACTION_SIGSTORE_GO=$found
    say "sigstore-go $(cat "$cache/sigstore-go/version")"
    return
  fi
  SIGNINGACTION_SIGSTORE_GO_ABSENT='sigstore-go could not be installed'
  # Not a reason that CI forgives: problem() has counted it by then.
  if in_ci; then problem "$SIGNINGACTION_SIGSTORE_GO_ABSENT"; else say "SKIPPED ALOUD: $SIGNINGACTION_SIGSTORE_GO_ABSENT"; fi
}
