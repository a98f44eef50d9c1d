// Weights repacked to planes, one repack for each weight.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "dialects/LUT/LUT.h"

namespace accord::lut {

class PlanesOf {
public:
  /// `w` (a tensor of weights) in storage planes: itself, or its repack, which stands where `w` is defined
  /// and so before all its readers.
  mlir::Value operator()(mlir::Value w, mlir::Location loc) {
    auto type = mlir::cast<mlir::RankedTensorType>(w.getType());
    auto weight = mlir::cast<WeightType>(type.getElementType());
    if (weight.getStorage() == Storage::Planes)
      return w;
    mlir::Value &planes = packed[w];
    if (!planes) {
      mlir::OpBuilder b(w.getContext());
      b.setInsertionPointAfterValue(w);
      planes = b.create<RepackOp>(loc, type.clone(weight.withStorage(Storage::Planes)), w);
    }
    return planes;
  }

private:
  llvm::DenseMap<mlir::Value, mlir::Value> packed;
};

} // namespace accord::lut
