# Sourced by tests/run: packages of Debian's unstable suite, unpacked into .cache. The system's own suite and its packages stay as they are.

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

# Unpacks one package into .cache/NAME.
unstable_package() { # name
  local name=$1 work=$cache/unstable sources
  mkdir -p "$work/lists/partial" "$work/cache/archives/partial"
  sources=$(unstable_sources "$work") || return 1
  local apt=(apt-get -o "Dir::Etc::sourcelist=$sources" -o Dir::Etc::sourceparts=- -o "Dir::State::lists=$work/lists"
    -o "Dir::Cache=$work/cache" -o Acquire::Languages=none -o Acquire::Retries=2 -o APT::Sandbox::User="$(id -un)")
  if [ ! -e "$work/updated" ]; then
    logged unstable-update "${apt[@]}" update || return 1
    : >"$work/updated"
  fi
  rm -f "$work/$name"_*.deb
  (cd "$work" && logged "$name-download" "${apt[@]}" download "$name") || return 1
  rm -rf "${cache:?}/$name"
  dpkg -x "$work/$name"_*.deb "$cache/$name" || return 1
  dpkg-deb -f "$work/$name"_*.deb Version >"$cache/$name/version"
}

# The lists are large, and tomorrow's are others.
forget_unstable() { rm -rf "$cache/unstable"; }

has_unstable() { [ "$(. /etc/os-release 2>/dev/null && printf '%s' "${ID:-}")" != ubuntu ]; }
