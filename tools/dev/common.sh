# Shared by tools/quickstart.sh and tools/test.sh; sourced, not run.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

say() { printf '== %s\n' "$*"; }
die() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}

# Build jobs: one a core, but no more than memory allows at about 1 GB for an MLIR translation unit.
build_jobs() {
  local cores memory
  cores=$(nproc)
  memory=$(awk '/MemAvailable/ { print int($2 / 1048576) }' /proc/meminfo)
  [ "$memory" -lt 1 ] && memory=1
  echo $((cores < memory ? cores : memory))
}

# Installs what is missing of tools/dev/debian-packages.txt. Says what it will install; does nothing when all is there.
install_packages() {
  local list=$1/tools/dev/debian-packages.txt missing=() line command
  command -v dpkg-query >/dev/null || die "expected Debian 12 or a system with dpkg, got none; install the packages of $list by hand and pass --no-install"
  while read -r line; do
    case $line in
    '' | '#'*) continue ;;
    'command '*)
      command=${line#command }
      command -v "${command%%:*}" >/dev/null || missing+=("${command#*:}")
      ;;
    *) dpkg-query -W -f '${Status}' "$line" 2>/dev/null | grep -q '^install ok installed$' || missing+=("$line") ;;
    esac
  done <"$list"
  if [ ${#missing[@]} -eq 0 ]; then
    say "packages: all present"
    return
  fi
  say "packages: installing ${missing[*]}"
  local root=()
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || die "expected root or sudo to install packages, got neither; ask an administrator to run: apt-get install ${missing[*]}"
    root=(sudo)
  fi
  "${root[@]}" apt-get update -qq &&
    "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}
