#!/bin/sh
# Fetches the prebuilt ggml and llama.cpp libraries that tests compare with: fetch_ggml.sh DEST
# They come from the npm package @node-llama-cpp/linux-x64 (MIT), whose version is pinned. Needs npm and tar.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
set -eu
version=3.22.1
if [ $# -ne 1 ] || [ "$1" = --help ]; then
  echo "usage: fetch_ggml.sh DEST    unpacks libggml*.so and libllama.so $version into DEST, if not yet there" >&2
  exit 2
fi
mkdir -p "$1"
dest=$(cd "$1" && pwd)
if [ "$(cat "$dest/version" 2>/dev/null)" = "$version" ] && [ -e "$dest/libllama.so" ]; then
  echo "ggml: $dest has version $version"
  exit 0
fi
command -v npm >/dev/null || { echo "fetch_ggml.sh: error: expected npm in PATH (Debian package npm)" >&2; exit 1; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
(cd "$work" && npm pack --silent "@node-llama-cpp/linux-x64@$version" >/dev/null && tar xzf ./*.tgz)
bins=$work/package/bins/linux-x64
cp "$bins"/libggml*.so "$bins"/libllama.v*.so "$work"/package/LICENSE "$dest"/
# The libraries find each other, beside themselves, by names with the release in them; tests want names without.
for name in libggml libllama; do
  ln -sf "$(cd "$bins" && echo "$name".v*.so)" "$dest/$name.so"
done
echo "$version" >"$dest/version" # last, so that an interrupted fetch is repeated
echo "ggml: fetched version $version to $dest"
