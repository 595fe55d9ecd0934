# Sourced by tests/run: Node 20 or newer and the JavaScript client of Sigstore.

node_major() { # command
  "$1" --version 2>/dev/null | sed -nE 's/^v([0-9]+)\..*/\1/p'
}

is_new_node() { # command
  local major
  major=$(node_major "$1")
  [ -n "$major" ] && [ "$major" -ge 20 ]
}

find_node() {
  local candidate
  for candidate in "$(command -v node || command -v nodejs)" "$cache/node/node_modules/.bin/node"; do
    if [ -n "$candidate" ] && is_new_node "$candidate"; then
      SIGNINGACTION_NODE=$(readlink -f "$candidate")
      return 0
    fi
  done
  return 1
}

# npm is a script of the system's own node; a newer node comes from npm as a package that holds nothing but the binary.
install_node() {
  command -v npm >/dev/null || {
    say "install nodejs and npm: sigstore-js signs and verifies beside ours"
    system_packages nodejs npm || return 1
  }
  find_node && return 0
  local arch=x64
  [ "$(uname -m)" = aarch64 ] && arch=arm64
  say "install Node 22 into .cache: the system's is older than 20"
  logged npm-node npm install --prefix "$cache/node" --ignore-scripts --no-audit --no-fund --loglevel=error "node-linux-$arch@22" || return 1
  mkdir -p "$cache/node/node_modules/.bin"
  ln -sf "../node-linux-$arch/bin/node" "$cache/node/node_modules/.bin/node"
  find_node
}

# The locked packages, again only when the lock has changed.
install_peers() {
  local peers=$root/tests/SigningAction.EndToEnd.Tests/peers
  local stamp=$peers/node_modules/.locked lock
  lock=$(sha256sum <"$peers/package-lock.json")
  if [ "$(cat "$stamp" 2>/dev/null)" != "$lock" ]; then
    say "install sigstore-js as locked"
    (cd "$peers" && logged npm-ci npm ci --ignore-scripts --no-audit --no-fund --loglevel=error) || return 1
    printf '%s' "$lock" >"$stamp"
  fi
  SIGNINGACTION_PEERS=$peers
}

need_node() {
  if { find_node && command -v npm >/dev/null || install_node; } && install_peers; then
    say "sigstore-js on Node $("$SIGNINGACTION_NODE" --version)"
    return
  fi
  SIGNINGACTION_NODE_ABSENT='sigstore-js could not be installed'
  if in_ci; then problem "$SIGNINGACTION_NODE_ABSENT"; else say "SKIPPED ALOUD: $SIGNINGACTION_NODE_ABSENT"; fi
}
