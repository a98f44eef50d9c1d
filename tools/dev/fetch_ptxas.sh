#!/bin/bash
# Fetches ptxas, the assembler of PTX, from PyPI's nvidia-cuda-nvcc-cu12: an outside judge of the PTX we generate.
# It needs no GPU, no driver and no CUDA toolkit. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# usage: tools/dev/fetch_ptxas.sh FOLDER     prints the path of the program; a second run finds it there
set -euo pipefail
version=12.9.86
[ $# -eq 1 ] && [ "${1#-}" = "$1" ] || { sed -n 2,5p "$0" >&2; exit 2; }
mkdir -p "$1"
folder=$(cd "$1" && pwd)
program=$folder/ptxas-$version

if ! [ -x "$program" ] || ! "$program" --version >/dev/null 2>&1; then
  case $(uname -m) in
  x86_64 | aarch64) ;;
  *) echo "fetch_ptxas: expected x86_64 or aarch64, got $(uname -m)" >&2; exit 1 ;;
  esac
  work=$(mktemp -d "$folder/fetch.XXXXXX")
  trap 'rm -rf "$work"' EXIT
  pip3 download --quiet --disable-pip-version-check --no-deps --only-binary :all: --dest "$work" \
    "nvidia-cuda-nvcc-cu12==$version" >&2
  python3 - "$work" <<'PYTHON'
import glob, sys, zipfile
wheel, = glob.glob(sys.argv[1] + "/*.whl")
with zipfile.ZipFile(wheel) as archive, open(sys.argv[1] + "/ptxas", "wb") as out:
    name, = [n for n in archive.namelist() if n.endswith("/bin/ptxas")]
    out.write(archive.read(name))
PYTHON
  chmod +x "$work/ptxas"
  # It must run here, and be the version that was asked for, before it gets its name.
  reported=$("$work/ptxas" --version | sed -n 's/.*release .*, V//p')
  [ "$reported" = "$version" ] || { echo "fetch_ptxas: expected ptxas $version, got '$reported'" >&2; exit 1; }
  mv "$work/ptxas" "$program"
fi
echo "$program"
