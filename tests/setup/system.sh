# Sourced by tests/run: the system's packages.

as_root() {
  if [ "$(id -u)" -eq 0 ]; then "$@"
  elif command -v sudo >/dev/null; then sudo "$@"
  else return 1
  fi
}

apt_is_fresh=
# Installs packages of the system's own suite.
system_packages() { # names…
  command -v apt-get >/dev/null || return 1
  if [ -z "$apt_is_fresh" ]; then
    logged apt-update as_root apt-get update || true # an old list may still do
    apt_is_fresh=1
  fi
  logged "apt-$1" as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@"
}

# Native AOT links with the system's C compiler.
need_linker() {
  [ "$(uname -m)" = x86_64 ] || return 0
  if { command -v gcc || command -v clang; } >/dev/null && [ -e /usr/include/zlib.h ]; then
    return
  fi
  say "install gcc and zlib: the verifier is linked to a native program"
  system_packages gcc libc6-dev zlib1g-dev || problem "no C compiler: install gcc, libc6-dev and zlib1g-dev"
}

# Small tools that tests call by name: each is a package of the same name.
need_tools() {
  local tool
  for tool in python3 openssl; do
    command -v "$tool" >/dev/null && continue
    say "install $tool"
    system_packages "$tool" || problem "no $tool: install it"
  done
}

# The hosts of this machine's package sources, one a line.
package_hosts() {
  {
    dotnet nuget list source --format short
    npm config get registry
    cat /etc/apt/sources.list /etc/apt/sources.list.d/*.list /etc/apt/sources.list.d/*.sources
  } 2>/dev/null </dev/null | grep -oE 'https?://[^/ "]+' | sed -E 's#^https?://([^@]*@)?##' | sort -u
}
