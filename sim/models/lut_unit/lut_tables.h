// Half tables: what the unit that builds them and the array that looks up in them have in common.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "accord/error.h"
#include "sim/models/operand.h"

#include <string>

namespace accord::sim {

/// The variants of figures for tables, by the weights that an entry covers: k1 to k8.
std::vector<std::string> lutVariants();
std::string lutVariant(int64_t k);

/// Fails unless tables of `k` weights and entries of `tableBits` hold what packed planes and exact half
/// tables of int8 need.
Status checkTableShape(const std::string &machine, int64_t k, int64_t tableBits);

/// Fails when an entry of half tables is beyond `bits` signed bits and what symmetric sums of int8 can reach.
Status checkTables(const Operand &tables, int64_t bits);

} // namespace accord::sim
