// A layer at a time, so that only one layer's weights are held as f32. Activations lie transposed,
// [features][positions]: a product is then a sum of scaled rows, which the compiler vectorizes over positions
// without reordering a sum.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/dev/evaluate/forward.h"
#include <algorithm>
#include <cmath>
#include <functional>
#include <thread>

namespace accord::evaluate {
namespace {

/// Values [features][positions].
struct Matrix {
  int64_t features, positions;
  std::vector<float> values;
  Matrix(int64_t features, int64_t positions)
      : features(features), positions(positions), values(static_cast<size_t>(features * positions)) {}
  float *row(int64_t f) { return values.data() + f * positions; }
  const float *row(int64_t f) const { return values.data() + f * positions; }
};

class Pass {
public:
  Pass(ReferenceModel &model, int64_t positions, int threads)
      : model(model), arch(model.architecture()), positions(positions), threads(threads) {}
  Expected<std::vector<float>> run(const std::vector<int64_t> &ids);

private:
  void parallel(int64_t count, const std::function<void(int64_t)> &body) const;
  /// weight [outputs][x.features] times x, times the scalar `<name>.scale` if the model has one.
  Expected<Matrix> product(const Matrix &x, const std::string &name, int64_t outputs);
  Expected<Matrix> norm(const Matrix &x, const std::string &name);
  void rotate(Matrix &x, int64_t heads) const;
  Matrix attend(const Matrix &q, const Matrix &k, const Matrix &v) const;
  Expected<Matrix> attention(const Matrix &x, const std::string &block);
  Expected<Matrix> feedForward(const Matrix &x, const std::string &block);
  Expected<Matrix> multiply(const Matrix &x, const std::vector<float> &w, int64_t outputs) const;

  ReferenceModel &model;
  const Architecture &arch;
  int64_t positions;
  int threads;
};

void Pass::parallel(int64_t count, const std::function<void(int64_t)> &body) const {
  std::vector<std::thread> team;
  for (int t = 0; t < threads; ++t)
    team.emplace_back([&, t] {
      for (int64_t i = count * t / threads; i < count * (t + 1) / threads; ++i)
        body(i);
    });
  for (std::thread &each : team)
    each.join();
}

Expected<Matrix> Pass::multiply(const Matrix &x, const std::vector<float> &w, int64_t outputs) const {
  Matrix y(outputs, positions);
  parallel(outputs, [&](int64_t n) {
    float *sum = y.row(n);
    const float *row = w.data() + n * x.features;
    for (int64_t k = 0; k < x.features; ++k) {
      const float scale = row[k];
      const float *in = x.row(k);
      for (int64_t p = 0; p < positions; ++p)
        sum[p] += scale * in[p];
    }
  });
  return y;
}

Expected<Matrix> Pass::product(const Matrix &x, const std::string &name, int64_t outputs) {
  Expected<std::vector<float>> w = model.load(name + ".weight", {outputs, x.features});
  if (!w)
    return w.error();
  Expected<Matrix> y = multiply(x, *w, outputs);
  if (!y || !model.has(name + ".scale"))
    return y;
  Expected<std::vector<float>> scale = model.load(name + ".scale", {1});
  if (!scale)
    return scale.error();
  for (float &value : y->values)
    value *= scale->front();
  return y;
}

Expected<Matrix> Pass::norm(const Matrix &x, const std::string &name) {
  Expected<std::vector<float>> w = model.load(name + ".weight", {x.features});
  if (!w)
    return w.error();
  Matrix y(x.features, positions);
  for (int64_t p = 0; p < positions; ++p) {
    float squares = 0;
    for (int64_t f = 0; f < x.features; ++f)
      squares += x.row(f)[p] * x.row(f)[p];
    const float scale = 1 / std::sqrt(squares / static_cast<float>(x.features) + arch.normEpsilon);
    for (int64_t f = 0; f < x.features; ++f)
      y.row(f)[p] = x.row(f)[p] * scale * (*w)[static_cast<size_t>(f)];
  }
  return y;
}

void Pass::rotate(Matrix &x, int64_t heads) const {
  const int64_t pairs = arch.rotated / 2;
  for (int64_t i = 0; i < pairs; ++i) {
    double frequency =
        std::pow(arch.ropeBase, -2.0 * static_cast<double>(i) / static_cast<double>(arch.rotated));
    frequency *= arch.ropeScale;
    if (!arch.ropeFactors.empty())
      frequency /= arch.ropeFactors[static_cast<size_t>(i)];
    for (int64_t h = 0; h < heads; ++h) {
      const int64_t first = h * arch.headSize + (arch.splitHalves ? i : 2 * i);
      float *a = x.row(first), *b = x.row(first + (arch.splitHalves ? pairs : 1));
      for (int64_t p = 0; p < positions; ++p) {
        const double angle = static_cast<double>(p) * frequency;
        const float c = static_cast<float>(std::cos(angle)), s = static_cast<float>(std::sin(angle));
        const float turnedA = a[p] * c - b[p] * s, turnedB = a[p] * s + b[p] * c;
        a[p] = turnedA;
        b[p] = turnedB;
      }
    }
  }
}

Matrix Pass::attend(const Matrix &q, const Matrix &k, const Matrix &v) const {
  Matrix out(arch.heads * arch.headSize, positions);
  const float scale = 1 / std::sqrt(static_cast<float>(arch.headSize));
  parallel(arch.heads, [&](int64_t head) {
    const int64_t from = head * arch.headSize, kvFrom = head / (arch.heads / arch.kvHeads) * arch.headSize;
    std::vector<float> weight(static_cast<size_t>(positions));
    for (int64_t p = 0; p < positions; ++p) {
      std::fill(weight.begin(), weight.begin() + p + 1, 0.0F);
      for (int64_t d = 0; d < arch.headSize; ++d)
        for (int64_t past = 0; past <= p; ++past)
          weight[static_cast<size_t>(past)] += q.row(from + d)[p] * k.row(kvFrom + d)[past];
      float largest = -INFINITY, sum = 0;
      for (int64_t past = 0; past <= p; ++past)
        largest = std::max(largest, weight[static_cast<size_t>(past)] *= scale);
      for (int64_t past = 0; past <= p; ++past)
        sum += weight[static_cast<size_t>(past)] = std::exp(weight[static_cast<size_t>(past)] - largest);
      for (int64_t d = 0; d < arch.headSize; ++d) {
        float value = 0;
        for (int64_t past = 0; past <= p; ++past)
          value += weight[static_cast<size_t>(past)] / sum * v.row(kvFrom + d)[past];
        out.row(from + d)[p] = value;
      }
    }
  });
  return out;
}

Expected<Matrix> Pass::attention(const Matrix &x, const std::string &block) {
  Expected<Matrix> in = norm(x, block + "attn_norm");
  if (!in)
    return in;
  Expected<Matrix> q = product(*in, block + "attn_q", arch.heads * arch.headSize);
  if (!q)
    return q;
  Expected<Matrix> k = product(*in, block + "attn_k", arch.kvHeads * arch.headSize);
  if (!k)
    return k;
  Expected<Matrix> v = product(*in, block + "attn_v", arch.kvHeads * arch.headSize);
  if (!v)
    return v;
  rotate(*q, arch.heads);
  rotate(*k, arch.kvHeads);
  Matrix heads = attend(*q, *k, *v);
  if (arch.subNorms) {
    Expected<Matrix> normed = norm(heads, block + "attn_sub_norm");
    if (!normed)
      return normed;
    heads = std::move(*normed);
  }
  return product(heads, block + "attn_output", arch.embedding);
}

Expected<Matrix> Pass::feedForward(const Matrix &x, const std::string &block) {
  Expected<Matrix> in = norm(x, block + "ffn_norm");
  if (!in)
    return in;
  Expected<Matrix> gate = product(*in, block + "ffn_gate", arch.feedForward);
  if (!gate)
    return gate;
  Expected<Matrix> up = product(*in, block + "ffn_up", arch.feedForward);
  if (!up)
    return up;
  for (size_t i = 0; i < up->values.size(); ++i) {
    const float g = gate->values[i], positive = std::max(g, 0.0F);
    up->values[i] *= arch.activation == Activation::SiLU ? g / (1 + std::exp(-g)) : positive * positive;
  }
  if (arch.subNorms) {
    Expected<Matrix> normed = norm(*up, block + "ffn_sub_norm");
    if (!normed)
      return normed;
    up = std::move(normed);
  }
  return product(*up, block + "ffn_down", arch.embedding);
}

void add(Matrix &x, const Matrix &y) {
  for (size_t i = 0; i < x.values.size(); ++i)
    x.values[i] += y.values[i];
}

Expected<std::vector<float>> Pass::run(const std::vector<int64_t> &ids) {
  Matrix x(arch.embedding, positions);
  for (int64_t p = 0; p < positions; ++p) {
    Expected<std::vector<float>> row =
        model.loadRow("token_embd.weight", ids[static_cast<size_t>(p)], arch.embedding);
    if (!row)
      return row.error();
    for (int64_t f = 0; f < arch.embedding; ++f)
      x.row(f)[p] = (*row)[static_cast<size_t>(f)];
  }
  for (int64_t layer = 0; layer < arch.layers; ++layer) {
    const std::string block = "blk." + std::to_string(layer) + ".";
    Expected<Matrix> attended = attention(x, block);
    if (!attended)
      return attended.error();
    add(x, *attended);
    Expected<Matrix> fed = feedForward(x, block);
    if (!fed)
      return fed.error();
    add(x, *fed);
  }
  Expected<Matrix> last = norm(x, "output_norm");
  if (!last)
    return last.error();
  Expected<Matrix> logits =
      product(*last, model.has("output.weight") ? "output" : "token_embd", arch.vocabulary);
  if (!logits)
    return logits.error();
  if (Status status = model.checkAllUsed(); !status)
    return status.error();
  std::vector<float> result(logits->values.size());
  for (int64_t n = 0; n < arch.vocabulary; ++n)
    for (int64_t p = 0; p < positions; ++p)
      result[static_cast<size_t>(p * arch.vocabulary + n)] = logits->row(n)[p];
  return result;
}

} // namespace

Expected<std::vector<float>> forward(ReferenceModel &model, const std::vector<int64_t> &ids, int threads) {
  return Pass(model, static_cast<int64_t>(ids.size()), threads).run(ids);
}

} // namespace accord::evaluate
