# Sourced by tests/run: builds the action's image with buildah and leaves it unpacked; the tests start it with runc, as a runner's engine does.
# No public registry is used: Dockerfile and steps are the real ones, the two base images are stand-ins made of this machine's files
# (the SDK with /usr and /etc mounted, the C library and OpenSSL for the final image).

image=$root/artifacts/image
buildah_here() { buildah --storage-driver "$storage" --root "$cache/containers/store" --runroot "$cache/containers/run" "$@"; }

# A base image from a folder.
commit_folder() { # name, folder, options of config…
  local name=$1 folder=$2 container
  shift 2
  container=$(buildah_here from scratch) && buildah_here add "$container" "$folder" / && buildah_here config "$@" "$container" &&
    buildah_here commit --rm --timestamp 0 "$container" "$name"
}

# Empty but for mount points; what NuGet needs to know about this machine comes along.
sdk_stand_in() {
  local folder=$cache/containers/sdk variable options=(--env "PATH=$PATH" --env "HOME=$HOME" --env DOTNET_CLI_HOME=/tmp) link
  mkdir -p "$folder"/{usr,etc,tmp,var,proc,sys,dev} || return 1
  for link in bin sbin lib lib64; do
    if [ -L "/$link" ]; then ln -sfn "usr/$link" "$folder/$link"; fi
  done
  while read -r variable; do
    options+=(--env "$variable=${!variable}")
  done < <(compgen -e | grep -E '^(DOTNET_|NUGET_|SSL_CERT_)')
  commit_folder stand-in-sdk "$folder" "${options[@]}"
}

# What the real base holds and the program needs: libc, libstdc++, OpenSSL 3, certificate authorities.
base_stand_in() {
  local folder=$cache/containers/base names=(libssl.so.3 libcrypto.so.3 libstdc++.so.6 libdl.so.2 librt.so.1 libpthread.so.0) libraries name file
  libraries=$(for name in "${names[@]}"; do ldconfig -p | awk -v name="$name" '$1 == name { print $NF; exit }'; done)
  [ "$(wc -l <<<"$libraries")" -eq "${#names[@]}" ] || return 1
  # shellcheck disable=SC2086 # paths of the loader's own list
  for file in $libraries $(ldd $libraries | grep -oE '[[:space:]]/[^ ]+ \(' | tr -d ' \t(' | sort -u); do
    mkdir -p "$folder$(dirname "$file")" && cp -Lf "$file" "$folder$file" || return 1
  done
  mkdir -p "$folder/etc/ssl/certs" "$folder/tmp" && chmod 1777 "$folder/tmp"
  cp -L /etc/ssl/certs/ca-certificates.crt "$folder/etc/ssl/certs/" || return 1
  printf 'root:x:0:0:root:/root:/sbin/nologin\napp:x:1654:1654:app:/home/app:/sbin/nologin\n' >"$folder/etc/passwd"
  commit_folder stand-in-base "$folder" --user 1654
}

# Whether this kernel lets buildah run a step: overlay where it can be mounted, plain copies elsewhere.
containers_work() {
  for storage in overlay vfs; do
    rm -rf "$cache/containers"
    mkdir -p "$cache/containers"
    logged "containers-$storage" sdk_stand_in && printf 'FROM localhost/stand-in-sdk\nRUN true\n' >"$cache/containers/probe" &&
      logged "containers-$storage" buildah_here bud --isolation chroot -v /usr:/usr:ro -v /etc:/etc:ro -f "$cache/containers/probe" "$cache/containers/sdk" && return 0
  done
  return 1
}

build_image() {
  local container mounted
  rm -rf "$image"
  mkdir -p "$image" "$HOME/.nuget"
  buildah_here bud --isolation chroot --timestamp 0 -v /usr:/usr:ro -v /etc:/etc:ro -v "$HOME/.nuget:$HOME/.nuget" \
    --build-arg SDK=localhost/stand-in-sdk --build-arg BASE=localhost/stand-in-base -t action -f action/Dockerfile . &&
    buildah_here push action "oci:$image/oci:action" &&
    container=$(buildah_here from localhost/action) && mounted=$(buildah_here mount "$container") &&
    cp -a "$mounted" "$image/rootfs" && buildah_here rm "$container"
}

need_image() {
  if [ "$(id -u)" -ne 0 ]; then
    SIGNINGACTION_IMAGE_ABSENT='no container is started for an account that is not root'
    say "SKIPPED ALOUD: $SIGNINGACTION_IMAGE_ABSENT"
    return
  fi
  if ! { command -v buildah && command -v runc; } >/dev/null; then
    say "install buildah and runc: the action's image is built and run"
    system_packages buildah runc
  fi
  if ! { command -v buildah && command -v runc; } >/dev/null; then
    SIGNINGACTION_IMAGE_ABSENT='buildah and runc could not be installed'
  elif ! containers_work; then
    SIGNINGACTION_IMAGE_ABSENT='this kernel lets nobody build a container here'
    say "SKIPPED ALOUD: $SIGNINGACTION_IMAGE_ABSENT"
    return
  else
    say "build the action's image"
    # Here and not in the container first: there the packages are only read.
    logged image-restore dotnet restore src/SigningAction.Agent -p:RuntimeIdentifier=linux-x64 -p:RestoreLockedMode=true -p:ArtifactsPath="$cache/containers/restore" || true
    if logged image-base base_stand_in && { logged image build_image || logged image build_image; }; then
      SIGNINGACTION_IMAGE=$image
      rm -rf "$cache/containers"
      return
    fi
    SIGNINGACTION_IMAGE_ABSENT='the image could not be built'
  fi
  if in_ci; then problem "$SIGNINGACTION_IMAGE_ABSENT"; else say "SKIPPED ALOUD: $SIGNINGACTION_IMAGE_ABSENT"; fi
}
