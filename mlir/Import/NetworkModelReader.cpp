// Sizes for keys, formats for tensors.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "mlir/Import/NetworkModelReader.h"
#include "mlir/IR/Builders.h"
#include "runtime/model/quoted.h"

using namespace mlir;

namespace accord::importer {

std::optional<std::string> NetworkModelReader::keyOf(StringRef key) const {
  const model::NetworkKey *row = model::networkKeyOf(std::string_view(key));
  if (!row || !network.has(model::dottedKey(*row)))
    return std::nullopt;
  return model::dottedKey(*row);
}

int64_t NetworkModelReader::count(StringRef key, std::optional<int64_t> fallback, int64_t least) {
  std::optional<std::string> own = keyOf(key);
  if (own && network.count(*own) >= least)
    return network.count(*own);
  if (!own && fallback)
    return *fallback;
  failKey(key, "a number from " + Twine(least), own ? Twine(network.count(*own)) : Twine("no such key"));
  return 1;
}

double NetworkModelReader::number(StringRef key, std::optional<double> fallback) {
  if (std::optional<std::string> own = keyOf(key))
    return network.number(*own);
  if (fallback)
    return *fallback;
  failKey(key, "given", "no such key");
  return 1;
}

std::string NetworkModelReader::text(StringRef key, StringRef fallback) {
  std::optional<std::string> own = keyOf(key);
  return own ? network.text(*own) : fallback.str();
}

int64_t NetworkModelReader::numRows(StringRef name) {
  if (name == "token_embd.weight" || name == headName)
    return network.count("vocabulary");
  failTensor(name, "rows that the network says", "none");
  return 1;
}

Parameter NetworkModelReader::tensor(StringRef name, ArrayRef<int64_t> shape) {
  Builder b(&context());
  // A vector, or only returned beside a failure.
  Parameter plain = {name.str(), RankedTensorType::get(shape, b.getF32Type())};
  use(name, shape);
  if (shape.size() != 2)
    return plain;
  const model::Network::Format format = network.formatOf(std::string_view(name));
  formatsUsed.insert(format.key);
  const int64_t block =
      model::blockOf(format.type, network.i2sLayout().value_or(model::I2SLayout::X86)).weights;
  if (shape[1] % block != 0) {
    fail(network.mustBe(format.key,
                        "a format whose blocks divide the " + std::to_string(shape[1]) +
                            " values of a row of " + model::quoted(std::string_view(name)),
                        std::string(model::toString(format.type)) + " with blocks of " +
                            std::to_string(block)));
    return plain;
  }
  Type element = elementTypeOf(context(), format.type, network.i2sLayout(), shape[1]);
  if (!element) {
    fail(network.mustBe(format.key, "a format that lut stores"));
    return plain;
  }
  return {name.str(), RankedTensorType::get(shape, element)};
}

std::vector<float> NetworkModelReader::values(StringRef name, int64_t) {
  failTensor(name, "weights", "a network of sizes");
  return {};
}

void NetworkModelReader::requireAllUsed() {
  if (!network.isTied() && !isUsed(headName))
    fail(network.mustBe("formats.head", "tied in an architecture '" + architecture() + "'"));
  for (const std::string &key : network.tensorKeys())
    if (!formatsUsed.contains(key))
      fail(network.mustBe(key,
                          "of a matrix that layers of '" + architecture() +
                              "' have, such as ffn_down or "
                              "blk.0.ffn_down",
                          "another name"));
}

void NetworkModelReader::failKey(StringRef key, const Twine &expected, const Twine &got) {
  const model::NetworkKey *row = model::networkKeyOf(std::string_view(key));
  fail(network.mustBe(row ? model::dottedKey(*row) : key.str(), expected.str(), got.str()));
}

void NetworkModelReader::failTensor(StringRef name, const Twine &expected, const Twine &got) {
  fail(Error{(path() + ": tensor " + Twine(model::quoted(std::string_view(name))) + ": expected " + expected +
              ", got " + got)
                 .str()});
}

} // namespace accord::importer
