#!/bin/sh
# Synthesis row of the LUT array. How gates are counted: synth_block.sh.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# usage: rtl/synth/synth_lut_array.sh [Parameter=Value ...]     e.g. NDim=16 MDim=1
exec "$(dirname "$0")/synth_block.sh" lut_array/lut_array.f "$@"
