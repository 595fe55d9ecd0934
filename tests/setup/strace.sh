# Sourced by tests/run: strace, which makes single system calls of a running authority fail.

# Whether it may attach to a process that is not its child, as the tests do.
strace_attaches() {
  local target status
  sleep 30 &
  target=$!
  timeout 5 strace -o /dev/null -p "$target" 2>/dev/null &
  status=$!
  sleep 0.3
  kill "$target" 2>/dev/null
  wait "$status" # the end of what it traces is a good end; a refusal is not
  status=$?
  wait "$target" 2>/dev/null
  return "$status"
}

need_strace() {
  command -v strace >/dev/null || {
    say "install strace: system calls of the authority fail one at a time"
    system_packages strace
  }
  if ! command -v strace >/dev/null; then
    SIGNINGACTION_STRACE_ABSENT='strace could not be installed'
  elif ! strace_attaches && ! { in_ci && logged ptrace as_root sysctl -w kernel.yama.ptrace_scope=0 && strace_attaches; }; then
    SIGNINGACTION_STRACE_ABSENT='strace may not attach to other processes here (kernel.yama.ptrace_scope, or the container)'
  else
    SIGNINGACTION_STRACE=$(command -v strace)
    say "$(strace --version | head -n 1)"
    return
  fi
  if in_ci; then problem "$SIGNINGACTION_STRACE_ABSENT"; else say "SKIPPED ALOUD: $SIGNINGACTION_STRACE_ABSENT"; fi
}

# A small tmpfs for one process: a disk that can be filled.
mounts_work() { unshare --map-root-user --mount sh -c 'mkdir -p "$1" && mount -t tmpfs -o size=64k tmpfs "$1"' sh "$cache/mount" 2>/dev/null; }

need_mounts() {
  if mounts_work || { in_ci && logged userns as_root sysctl -w kernel.apparmor_restrict_unprivileged_userns=0 && mounts_work; }; then
    SIGNINGACTION_MOUNTS=unshare
    return
  fi
  SIGNINGACTION_MOUNTS_ABSENT='the kernel lets nobody mount a file system here (unprivileged user namespaces are off)'
  say "SKIPPED ALOUD: $SIGNINGACTION_MOUNTS_ABSENT"
}
