#!/bin/bash
# Checks the format of C++ and of whitespace in all files that git knows; --fix repairs it.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# usage: tools/dev/format.sh [--fix]
set -euo pipefail
cd "$(dirname "$0")/../.."
case ${1-} in
'') fix= ;;
--fix) fix=1 ;;
*) sed -n 5p "$0" >&2; exit 2 ;;
esac
mapfile -t sources < <(git ls-files '*.h' '*.cpp')
[ ${#sources[@]} -gt 0 ] || { echo "format: expected C++ files, got none" >&2; exit 1; }
if [ -n "$fix" ]; then
  clang-format-19 -i "${sources[@]}"
  echo "format: ${#sources[@]} C++ files formatted"
  exit
fi
wrong=0
for file in "${sources[@]}"; do
  clang-format-19 --dry-run -Werror "$file" >/dev/null 2>&1 || { echo "$file: expected clang-format's layout, got another; run tools/dev/format.sh --fix"; wrong=$((wrong + 1)); }
done
echo "format: ${#sources[@]} C++ files checked, $wrong wrong"
[ $wrong -eq 0 ]
