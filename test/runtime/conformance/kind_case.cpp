// One function a kind: operands, the command, golden's answer.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "test/runtime/conformance/kind_case.h"
#include "sim/golden/attention.h"
#include "sim/golden/gemm.h"
#include "sim/golden/planes.h"
#include "sim/golden/primitives.h"
#include "sim/golden/tables.h"
#include "test/runtime/conformance/gemm_case.h"
#include "test/sim/support/bodies.h"
#include "test/sim/support/random_body.h"

#include <algorithm>
#include <array>

namespace accord::test {

uint64_t KindCase::compare(const Bytes &got, uint64_t &differ) const {
  REQUIRE(got.size() == want.size());
  REQUIRE(!got.empty());
  if (!floats) {
    for (size_t i = 0; i < got.size(); ++i)
      differ += got[i] != want[i];
    return got.size();
  }
  const std::vector<float> a = valuesOf<float>(got), b = valuesOf<float>(want);
  for (size_t i = 0; i < a.size(); ++i)
    differ += !sameValue(a[i], b[i]);
  return a.size();
}

namespace {

/// Builds a case from its operands on.
class CaseBuilder {
public:
  explicit CaseBuilder(std::string name) { result.name = std::move(name); }

  /// A dram argument with these contents.
  std::string argument(const std::string &shape, Bytes bytes) {
    result.arguments.push_back(std::move(bytes));
    return result.l3.argument(shape);
  }
  /// The same on chip.
  std::string input(const std::string &shape, Bytes bytes) {
    std::string name = result.l3.loaded(argument(shape, std::move(bytes)));
    barrier();
    return name;
  }
  std::string output(const std::string &shape) { return result.l3.buffer(shape); }
  std::string scalar(int64_t value) {
    result.scalars.push_back(value);
    return result.l3.scalar();
  }
  void barrier() { result.l3.line("accel.barrier"); }
  L3Text &l3() { return result.l3; }
  KindCase finish(const std::string &output, Bytes want, bool floats = true) {
    barrier();
    result.l3.stored(output);
    result.want = std::move(want);
    result.floats = floats;
    return std::move(result);
  }

private:
  KindCase result;
};

std::string number(const char *name, int64_t value) {
  return std::string(name) + " = " + std::to_string(value) + " : i64";
}
std::string describe(const char *kind, std::initializer_list<std::pair<const char *, int64_t>> values) {
  std::string text = kind;
  for (auto [name, value] : values)
    text += std::string(" ") + name + " " + std::to_string(value);
  return text;
}

/// f16 or f32 contents of a cache or of scales, with every kind of value among them.
struct FloatData {
  bool half;
  Bytes bytes;
  FloatData(Random &random, int64_t count, bool half, int64_t rarity = 40) : half(half) {
    std::vector<float> values = random.withSpecials(random.normals(count), rarity);
    if (!half) {
      bytes = bytesOf(values);
      return;
    }
    std::vector<uint16_t> narrowed(values.size());
    golden::narrow(values.data(), count, narrowed.data());
    bytes = bytesOf(narrowed);
  }
  const char *type() const { return half ? "f16" : "f32"; }
  golden::Floats floats() const {
    return {half ? golden::FloatFormat::F16 : golden::FloatFormat::F32, bytes.data()};
  }
};

std::string bodyAttribute(const std::string &body) { return "body = \"" + body + "\""; }

/// Inputs of these shapes, [m,k] or less, through a body.
KindCase map(Random &random, const std::string &body, int64_t m, int64_t k,
             const std::vector<std::vector<int64_t>> &shapes) {
  CaseBuilder b(describe("map", {{"m", m}, {"k", k}}) + " " + body);
  isa::MapBody steps;
  REQUIRE(isa::parse(body, steps) == "");
  REQUIRE(steps.inputs == shapes.size());
  std::vector<std::vector<float>> values;
  std::vector<golden::MapInput> inputs;
  std::vector<std::string> names;
  for (const std::vector<int64_t> &shape : shapes) {
    const bool hasRows = shape.size() == 2 && shape[0] > 1, hasColumns = shape.back() > 1;
    const int64_t columns = hasColumns ? k : 1;
    values.push_back(random.withSpecials(random.normals((hasRows ? m : 1) * columns, 3), 12));
    inputs.push_back({values.back().data(), hasRows ? columns : 0, hasColumns ? 1 : 0});
    std::string type;
    for (int64_t extent : shape)
      type += std::to_string(extent) + "x";
    names.push_back(b.input(type + "f32", bytesOf(values.back())));
  }
  std::vector<float> y(size_t(m * k));
  golden::map(steps, inputs, m, k, y.data());
  std::string out = b.output(dims({m, k}, "f32"));
  b.l3().vector("map", names, {out}, bodyAttribute(body));
  return b.finish(out, bytesOf(y));
}

/// As many steps, of every kind; each input of one of the forms.
KindCase randomMap(Random &random, int64_t m, int64_t k, unsigned inputs, unsigned steps) {
  std::mt19937_64 engine(uint64_t(random.between(0, INT32_MAX)));
  const std::vector<std::vector<int64_t>> forms = {{m, k}, {1, k}, {m, 1}, {1, 1}, {k}, {1}};
  std::vector<std::vector<int64_t>> shapes;
  for (unsigned i = 0; i < inputs; ++i)
    shapes.push_back(forms[size_t(random.between(0, 5))]);
  return map(random, isa::text(randomBody(engine, inputs, steps)), m, k, shapes);
}

KindCase contract(Random &random, int64_t m, int64_t n, int64_t k, bool half) {
  CaseBuilder b(describe("contract", {{"m", m}, {"n", n}, {"k", k}}) + (half ? " f16" : " f32"));
  std::vector<float> a = random.withSpecials(random.normals(m * k), 60), y(size_t(m * n));
  FloatData rows(random, n * k, half, 60);
  golden::contract(a.data(), rows.floats(), m, n, k, y.data());
  std::string x = b.input(dims({m, k}, "f32"), bytesOf(a)),
              w = b.input(dims({n, k}, rows.type()), rows.bytes), out = b.output(dims({m, n}, "f32"));
  b.l3().vector("contract", {x, w}, {out}, "");
  return b.finish(out, bytesOf(y));
}

KindCase transpose(Random &random, int64_t m, int64_t n, const char *type, int64_t bytes) {
  CaseBuilder b(describe("transpose", {{"m", m}, {"n", n}}) + " " + type);
  Bytes x = random.integers<uint8_t>(m * n * bytes, 0, 255), y(x.size());
  golden::transpose(x.data(), m, n, bytes, y.data());
  std::string in = b.input(dims({m, n}, type), x), out = b.output(dims({n, m}, type));
  b.l3().vector("transpose", {in}, {out}, "");
  return b.finish(out, y, false);
}

KindCase relu2Mul(Random &random, int64_t m, int64_t k) {
  CaseBuilder b(describe("relu2_mul", {{"m", m}, {"k", k}}));
  std::vector<float> gate = random.withSpecials(random.normals(m * k, 3), 8),
                     up = random.withSpecials(random.normals(m * k), 20), y(gate.size());
  golden::relu2Mul(gate.data(), up.data(), m * k, y.data());
  const std::string shape = dims({m, k}, "f32");
  std::string g = b.input(shape, bytesOf(gate)), u = b.input(shape, bytesOf(up)), out = b.output(shape);
  b.l3().vector("map", {g, u}, {out}, bodyAttribute(relu2MulBody));
  return b.finish(out, bytesOf(y));
}

/// Any bits, and both sides of each edge: the largest f16, its subnormals, ties.
KindCase narrow(Random &random, int64_t m, int64_t k) {
  CaseBuilder b(describe("narrow", {{"m", m}, {"k", k}}));
  std::vector<uint32_t> bits = random.integers<uint32_t>(m * k, 0, UINT32_MAX);
  std::vector<float> ordinary = random.normals(m * k, 100);
  const uint32_t edges[] = {0x477fefff, 0x477ff000, 0x477fe000, 0x33800000, 0x33000000,
                            0x33000001, 0x387fc000, 0x38800000, 0x3f801000, 0x3f803000,
                            0x80000000, 0xc77ff000, 0x7f800000, 0x7f800001};
  for (size_t i = 0; i < bits.size(); ++i) {
    if (i % 3 == 1)
      bits[i] = golden::bitsOf(ordinary[i]);
    if (i % 3 == 2)
      bits[i] = edges[random.between(0, 13)];
  }
  std::vector<uint16_t> y(bits.size());
  golden::narrow(valuesOf<float>(bytesOf(bits)).data(), m * k, y.data());
  std::string x = b.input(dims({m, k}, "f32"), bytesOf(bits)), out = b.output(dims({m, k}, "f16"));
  b.l3().vector("narrow", {x}, {out}, "");
  return b.finish(out, bytesOf(y), /*floats=*/false);
}

/// Every f16 there is.
KindCase widen() {
  const int64_t m = 64, k = 1024;
  CaseBuilder b(describe("widen", {{"m", m}, {"k", k}}));
  std::vector<uint16_t> x(size_t(m * k));
  for (size_t i = 0; i < x.size(); ++i)
    x[i] = uint16_t(i);
  std::vector<float> y(x.size());
  golden::widen(x.data(), m * k, y.data());
  std::string in = b.input(dims({m, k}, "f16"), bytesOf(x)), out = b.output(dims({m, k}, "f32"));
  b.l3().vector("widen", {in}, {out}, "");
  return b.finish(out, bytesOf(y));
}

KindCase expand(Random &random, int64_t m, int64_t k, int64_t group, int32_t zero, bool half, bool hasMin) {
  CaseBuilder b(describe("expand", {{"m", m}, {"k", k}, {"group", group}, {"zero", zero}, {"min", hasMin}}));
  const int64_t groups = golden::ceilDiv(k, group);
  std::vector<uint8_t> codes = random.integers<uint8_t>(m * k, 0, 255);
  codes.front() = 255;
  FloatData d(random, m * groups, half), min(random, m * groups, half);
  std::vector<float> y(codes.size());
  golden::expand(codes.data(), m, k, group, zero, d.floats(),
                 hasMin ? min.floats() : golden::Floats{d.floats().format, nullptr}, y.data());
  std::vector<std::string> inputs = {b.input(dims({m, k}, "i8"), codes),
                                     b.input(dims({m, groups}, d.type()), d.bytes)};
  if (hasMin)
    inputs.push_back(b.input(dims({m, groups}, d.type()), min.bytes));
  std::string out = b.output(dims({m, k}, "f32"));
  b.l3().vector("expand", inputs, {out}, number("group", group) + ", " + number("zero", zero));
  return b.finish(out, bytesOf(y));
}

struct Heads {
  int64_t m, heads, cacheHeads, headDim, positions, live;
  golden::HeadShape shape() const { return {heads, cacheHeads, headDim}; }
  std::string name(const char *kind) const {
    return describe(kind, {{"m", m},
                           {"heads", heads},
                           {"of", cacheHeads},
                           {"head_dim", headDim},
                           {"positions", positions},
                           {"live", live}});
  }
  std::string attributes() const { return number("heads", heads) + ", " + number("head_dim", headDim); }
};

KindCase scores(Random &random, const Heads &h, bool half) {
  CaseBuilder b(h.name("scores") + (half ? " f16" : " f32"));
  std::vector<float> q = random.withSpecials(random.normals(h.m * h.heads * h.headDim), 60),
                     s(size_t(h.m * h.heads * h.positions));
  FloatData k(random, h.positions * h.cacheHeads * h.headDim, half, 60);
  golden::scores(q.data(), h.m, h.shape(), 0.3f, k.floats(), h.positions, h.live, s.data());
  std::string in = b.input(dims({h.m, h.heads * h.headDim}, "f32"), bytesOf(q));
  std::string keys = b.input(dims({h.positions, h.cacheHeads * h.headDim}, k.type()), k.bytes);
  std::string out = b.output(dims({h.m * h.heads, h.positions}, "f32"));
  // 0x3e99999a is f32(0.3).
  b.l3().vector("scores", {in, keys}, {out}, h.attributes() + ", scale = 0x3E99999A : f32", "",
                b.scalar(h.live));
  return b.finish(out, bytesOf(s));
}

/// The result is there before, as zeros: where columns are clipped they stay, where they are not they are
/// written. What a row does not see is NaN, which sums show; huge at first, which a maximum shows.
KindCase softmaxLive(Random &random, int64_t m, int64_t heads, int64_t n, int64_t chunk, int64_t live,
                     int64_t rarity) {
  CaseBuilder b(
      describe("softmax", {{"m", m}, {"heads", heads}, {"n", n}, {"chunk", chunk}, {"live", live}}));
  const int64_t rows = m * heads;
  std::vector<float> x = random.withSpecials(random.normals(rows * n, 4), rarity), y(x.size());
  for (int64_t r = 0; r < rows; ++r)
    for (int64_t i = live + r / heads; i < n; ++i)
      x[size_t(r * n + i)] = i == live + r / heads ? 3e38f : NAN;
  golden::softmaxLive(x.data(), rows, n, heads, live, y.data());
  const std::string shape = dims({rows, n}, "f32");
  std::string in = b.input(shape, bytesOf(x)), out = b.input(shape, Bytes(x.size() * 4, 0));
  b.l3().vector("softmax", {in}, {out}, number("heads", heads) + ", " + number("chunk", chunk), "",
                b.scalar(live));
  return b.finish(out, bytesOf(y));
}

/// What weigh does with its output: there is no flag, a constant one, or one that is known when it runs.
enum class Accumulate { Absent, Always, No, Yes };

KindCase weigh(Random &random, const Heads &h, bool half, Accumulate accumulate) {
  CaseBuilder b(h.name("weigh") + (half ? " f16" : " f32") + " accumulate " +
                std::to_string(int(accumulate)));
  const int64_t rows = h.m * h.heads;
  std::vector<float> a = random.withSpecials(random.normals(rows * h.positions), 60);
  std::vector<float> y = random.withSpecials(random.normals(rows * h.headDim), 20);
  FloatData v(random, h.positions * h.cacheHeads * h.headDim, half, 60);
  std::string weights = b.input(dims({rows, h.positions}, "f32"), bytesOf(a));
  std::string values = b.input(dims({h.positions, h.cacheHeads * h.headDim}, v.type()), v.bytes);
  std::string out = b.input(dims({h.m, h.heads * h.headDim}, "f32"), bytesOf(y));
  const bool continues = accumulate == Accumulate::Always || accumulate == Accumulate::Yes;
  golden::weigh(a.data(), h.m, h.shape(), v.floats(), h.positions, h.live, continues, y.data());
  std::string flag;
  if (accumulate == Accumulate::Always) {
    b.l3().line("%flag = arith.constant true");
    flag = "%flag";
  } else if (accumulate != Accumulate::Absent) {
    b.l3().line("%zero = arith.constant 0 : index");
    b.l3().line("%flag = arith.cmpi ne, " + b.scalar(continues ? 7 : 0) + ", %zero : index");
    flag = "%flag";
  }
  b.l3().vector("weigh", {weights, values}, {out}, h.attributes(), flag, b.scalar(h.live));
  return b.finish(out, bytesOf(y));
}

struct Sums {
  int64_t G, M, N, actSpan, weightSpan;
  int bits;
  int32_t zero;
  bool half, hasMin, accumulate;
};

/// Sums of random codes and weights, so that symmetric ones belong to those of the activations.
KindCase dequant(Random &random, const Sums &s) {
  CaseBuilder b(describe("dequant", {{"G", s.G},
                                     {"M", s.M},
                                     {"N", s.N},
                                     {"act span", s.actSpan},
                                     {"weight span", s.weightSpan},
                                     {"bits", s.bits},
                                     {"min", s.hasMin}}));
  const int64_t group = 8, top = s.bits ? (1 << s.bits) - 1 : 255;
  const int64_t actGroups = golden::ceilDiv(s.G, s.actSpan),
                weightGroups = golden::ceilDiv(s.G, s.weightSpan);
  std::vector<int32_t> isum(size_t(s.G * s.M * s.N)), asum(size_t(s.M * s.G));
  std::vector<int8_t> codes = random.integers<int8_t>(s.M * s.G * group, -128, 127);
  std::vector<uint8_t> weights = random.integers<uint8_t>(s.N * s.G * group, 0, top);
  for (int64_t m = 0; m < s.M; ++m)
    for (int64_t i = 0; i < s.G * group; ++i) {
      const int32_t q = codes[size_t(m * s.G * group + i)];
      asum[size_t(m * s.G + i / group)] += q;
      for (int64_t n = 0; n < s.N; ++n) {
        const int32_t u = weights[size_t(n * s.G * group + i)];
        isum[size_t((i / group * s.M + m) * s.N + n)] += (s.bits ? 2 * u - int32_t(top) : u) * q;
      }
    }
  std::vector<float> scales = random.withSpecials(random.normals(s.M * actGroups), 60), y(size_t(s.M * s.N));
  const int64_t packed = golden::ceilDiv(s.N, 64) * weightGroups * 64;
  FloatData d(random, packed, s.half, 60), min(random, packed, s.half, 60);
  if (s.accumulate)
    y = random.withSpecials(random.normals(s.M * s.N), 20);
  std::vector<std::string> inputs = {b.input(dims({s.G, s.M, s.N}, "i32"), bytesOf(isum)),
                                     b.input(dims({s.M, s.G}, "i32"), bytesOf(asum)),
                                     b.input(dims({s.M, actGroups}, "f32"), bytesOf(scales))};
  const std::string packedShape = dims({golden::ceilDiv(s.N, 64), weightGroups, 64}, d.type());
  inputs.push_back(b.input(packedShape, d.bytes));
  if (s.hasMin)
    inputs.push_back(b.input(packedShape, min.bytes));
  std::string out = b.input(dims({s.M, s.N}, "f32"), bytesOf(y));
  golden::scaleSums(isum.data(), asum.data(), scales.data(), d.floats(),
                    s.hasMin ? min.floats() : golden::Floats{d.floats().format, nullptr},
                    {s.G, s.M, s.N, s.bits, s.zero, s.actSpan, s.weightSpan}, s.accumulate, y.data());
  std::string flag;
  if (s.accumulate) {
    b.l3().line("%flag = arith.constant true");
    flag = "%flag";
  }
  b.l3().vector("dequant", inputs, {out},
                number("group", group) + ", " + number("bits", s.bits) + ", " + number("zero", s.zero) +
                    ", " + number("act_group", group * s.actSpan) + ", " +
                    number("weight_group", group * s.weightSpan),
                flag);
  return b.finish(out, bytesOf(y));
}

KindCase gather(Random &random, int64_t n, int64_t width, int64_t m, const char *type, int64_t bytes) {
  CaseBuilder b(describe("gather", {{"n", n}, {"width", width}, {"m", m}}) + " " + type);
  Bytes table = random.integers<uint8_t>(n * width * bytes, 0, 255), rows;
  std::vector<int32_t> indices = random.integers<int32_t>(m, 0, n - 1);
  indices.front() = int32_t(n - 1);
  for (int32_t index : indices)
    rows.insert(rows.end(), table.begin() + index * width * bytes,
                table.begin() + (index + 1) * width * bytes);
  std::string from = b.argument(dims({n, width}, type), table);
  std::string at = b.input(dims({m}, "i32"), bytesOf(indices)), out = b.output(dims({m, width}, type));
  b.l3().gather(from, at, out);
  return b.finish(out, rows, /*floats=*/std::string(type) == "f32");
}

KindCase mma(Random &random, int64_t m, int64_t n, int64_t k, int64_t group, int bits, int32_t zero) {
  CaseBuilder b(
      describe("mma", {{"m", m}, {"n", n}, {"k", k}, {"group", group}, {"bits", bits}, {"zero", zero}}));
  const int64_t groups = golden::ceilDiv(k, group);
  std::vector<int8_t> codes = random.integers<int8_t>(m * k, -128, 127);
  codes.front() = -128;
  std::vector<uint8_t> u = random.integers<uint8_t>(n * k, 0, (1 << bits) - 1);
  Bytes planes(size_t(golden::planesBytes(n, k, bits)));
  golden::packPlanes(u.data(), n, k, bits, planes.data());
  std::vector<int32_t> isum(size_t(groups * m * n));
  golden::macSums(codes.data(), planes.data(), m, n, k, group, bits, zero, isum.data());
  std::string q = b.input(dims({m, k}, "i8"), bytesOf(codes)),
              w = b.input(dims({golden::ceilDiv(n, 64), golden::ceilDiv(k, 4), bits, 32}, "i8"), planes),
              out = b.l3().buffer(dims({groups, m, n}, "i32"), "acc");
  b.l3().mma(q, w, out, group, zero);
  return b.finish(out, bytesOf(isum), false);
}

KindCase groupSums(Random &random, int64_t m, int64_t k, int64_t group) {
  CaseBuilder b(describe("group_sums", {{"m", m}, {"k", k}, {"group", group}}));
  const int64_t groups = golden::ceilDiv(k, group);
  std::vector<int8_t> codes = random.integers<int8_t>(m * k, -128, 127);
  std::vector<int32_t> asum(size_t(m * groups));
  golden::groupSums(codes.data(), m, k, group, asum.data());
  std::string q = b.input(dims({m, k}, "i8"), bytesOf(codes)), out = b.output(dims({m, groups}, "i32"));
  b.l3().vector("group_sums", {q}, {out}, number("group", group));
  return b.finish(out, bytesOf(asum), false);
}

} // namespace

std::vector<KindCase> kindCases(Random &random) {
  std::vector<KindCase> cases;
  for (auto [m, k] : {std::pair<int64_t, int64_t>{1, 1}, {3, 17}, {5, 64}}) {
    cases.push_back(relu2Mul(random, m, k));
    cases.push_back(narrow(random, m, k));
  }
  cases.push_back(map(random, sumBody, 4, 40, {{4, 40}, {40}})); // a bias
  cases.push_back(map(random, siluMulBody, 3, 17, {{3, 1}, {3, 17}}));
  cases.push_back(map(random, "x0: yield x0", 2, 3, {{1}}));
  for (unsigned inputs : {1, 2, 3, 16})
    for (unsigned steps : {1, 4, 12, 30})
      cases.push_back(randomMap(random, random.between(1, 5), random.between(1, 40), inputs, steps));
  for (bool half : {true, false})
    for (auto [m, n, k] : {std::array<int64_t, 3>{1, 1, 1}, {1, 65, 40}, {5, 9, 33}, {8, 64, 64}, {3, 1, 2}})
      cases.push_back(contract(random, m, n, k, half));
  cases.push_back(transpose(random, 1, 7, "f32", 4));
  cases.push_back(transpose(random, 9, 5, "f16", 2));
  cases.push_back(transpose(random, 33, 64, "f32", 4));
  cases.push_back(widen());
  for (bool half : {true, false})
    for (bool hasMin : {false, true}) {
      cases.push_back(expand(random, 1, 1, 1, 0, half, hasMin));
      cases.push_back(expand(random, 3, 70, 32, int32_t(random.between(0, 255)), half, hasMin));
      cases.push_back(dequant(random, {1, 1, 1, 1, 1, 4, 8, half, hasMin, false}));
      cases.push_back(dequant(random, {7, 2, 65, 2, 4, 4, 3, half, hasMin, true}));
      cases.push_back(dequant(random, {5, 3, 70, 3, 1, 0, 0, half, hasMin, false}));
      cases.push_back(dequant(random, {4, 2, 64, 1, 8, 0, 0, half, hasMin, true}));
    }
  // Before the tile, at its edges, inside and past its end; one head of the cache for all, some, one.
  for (bool half : {true, false})
    for (const Heads &h : {Heads{1, 1, 1, 1, 1, 1}, Heads{1, 3, 3, 2, 5, 5}, Heads{3, 6, 2, 8, 17, 0},
                           Heads{2, 4, 1, 16, 33, 32}, Heads{7, 2, 2, 3, 16, -3}, Heads{4, 3, 1, 64, 16, 40},
                           Heads{2, 9, 3, 64, 16, random.between(1, 15)}, Heads{5, 2, 1, 4, 8, -5}}) {
      cases.push_back(scores(random, h, half));
      const bool known = cases.size() % 2; // the flag when the program is compiled
      cases.push_back(weigh(random, h, half, known ? Accumulate::Absent : Accumulate::No));
      cases.push_back(weigh(random, h, half, known ? Accumulate::Always : Accumulate::Yes));
    }
  for (int64_t rarity : {1000000, 30}) {
    cases.push_back(softmaxLive(random, 20, 1, 40, 8, 1, rarity)); // rows that end with each lane
    cases.push_back(softmaxLive(random, 2, 3, 64, 16, 15, rarity));
    cases.push_back(softmaxLive(random, 1, 1, 1, 1, 1, rarity));
    cases.push_back(softmaxLive(random, 3, 2, 5, 4, 1, rarity));
    cases.push_back(softmaxLive(random, 1, 4, 64, 16, 1, rarity));
    cases.push_back(softmaxLive(random, 2, 2, 33, 64, 32, rarity));
    cases.push_back(softmaxLive(random, 1, 3, 200, 64, random.between(1, 200), rarity));
  }
  cases.push_back(mma(random, 1, 1, 1, 4, 1, 0));
  // Few planes first: the loops that are changed one constant at a time have each plane written out.
  cases.push_back(mma(random, 3, 70, 38, 16, 2, 1)); // a table with absent weights, a group that is shorter
  cases.push_back(mma(random, 1, 130, 8, 64, 1, 0)); // a group longer than K
  cases.push_back(mma(random, 3, 70, 38, 16, 4, 8));
  cases.push_back(mma(random, 2, 65, 64, 32, 8, 128));
  cases.push_back(mma(random, 5, 64, 36, 12, 7, 0));
  cases.push_back(groupSums(random, 1, 1, 1));
  cases.push_back(groupSums(random, 5, 70, 7));
  cases.push_back(groupSums(random, 9, 64, 32));
  cases.push_back(gather(random, 1, 1, 1, "f32", 4));
  cases.push_back(gather(random, 100, 33, 5, "f32", 4));
  cases.push_back(gather(random, 7, 64, 9, "i8", 1));
  cases.push_back(gather(random, 50, 3, 4, "f16", 2));
  cases.push_back(gather(random, 9, 5, 2, "i32", 4));
  return cases;
}

} // namespace accord::test
