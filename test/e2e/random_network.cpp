// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "test/e2e/random_network.h"
#include "test/sim/support/random_body.h"

#include <random>
#include <vector>

namespace accord::test {
namespace {

struct Matrix {
  std::string name;
  int64_t rows, columns;
};

/// `%v3 = arith.addf %x0, %v1 : f32`: the steps of a body as the region of an nn.map.
std::string regionOf(const isa::MapBody &body) {
  std::vector<isa::Scalar> types;
  isa::check(body, &types);
  auto value = [&](unsigned v) {
    return v < body.inputs ? "%x" + std::to_string(v) : "%v" + std::to_string(v - body.inputs);
  };
  auto typeOf = [&](unsigned v) {
    return std::string(types[v] == isa::Scalar::F32 ? "f32" : types[v] == isa::Scalar::I32 ? "i32" : "i1");
  };
  std::string text = " {\n  ^bb0(";
  for (unsigned i = 0; i < body.inputs; ++i)
    text += (i ? ", " : "") + value(i) + ": f32";
  text += "):\n";
  for (size_t s = 0; s < body.steps.size(); ++s) {
    const isa::Step &step = body.steps[s];
    auto in = [&](unsigned i) { return value(step.operands[i]); };
    auto two = [&](const char *op) {
      return std::string(op) + " " + in(0) + ", " + in(1) + " : " + typeOf(step.operands[0]);
    };
    auto compare = [&](const char *op) {
      return std::string(op) + " " + predicateName(step.op, step.predicate) + ", " + in(0) + ", " + in(1) +
             " : " + typeOf(step.operands[0]);
    };
    auto built = [&] { return std::string("nn.built ") + isa::rowOf(step.op).name + "(" + in(0) + ")"; };
    auto written = [&]() -> std::string {
      switch (step.op) {
      case isa::Primitive::F32: {
        char bits[16];
        std::snprintf(bits, sizeof bits, "0x%08X", step.constant);
        return std::string("arith.constant ") + bits + " : f32";
      }
      case isa::Primitive::I32:
        return "arith.constant " + std::to_string(static_cast<int32_t>(step.constant)) + " : i32";
      case isa::Primitive::I1:
        return step.constant ? "arith.constant true" : "arith.constant false";
      case isa::Primitive::Add:
        return two("arith.addf");
      case isa::Primitive::Sub:
        return two("arith.subf");
      case isa::Primitive::Mul:
        return two("arith.mulf");
      case isa::Primitive::Neg:
        return "arith.negf " + in(0) + " : f32";
      case isa::Primitive::CmpF:
        return compare("arith.cmpf");
      case isa::Primitive::CmpI:
        return compare("arith.cmpi");
      case isa::Primitive::Select:
        return "arith.select " + in(0) + ", " + in(1) + ", " + in(2) + " : " + typeOf(step.operands[1]);
      case isa::Primitive::Bits:
        return "arith.bitcast " + in(0) + " : f32 to i32";
      case isa::Primitive::OfBits:
        return "arith.bitcast " + in(0) + " : i32 to f32";
      case isa::Primitive::And:
        return two("arith.andi");
      case isa::Primitive::Or:
        return two("arith.ori");
      case isa::Primitive::Xor:
        return two("arith.xori");
      case isa::Primitive::Rcp:
      case isa::Primitive::Rsqrt:
      case isa::Primitive::Exp:
      case isa::Primitive::Tanh:
      case isa::Primitive::Sigmoid:
      case isa::Primitive::Erf:
        return built();
      }
      return "";
    };
    text += "    " + value(static_cast<unsigned>(body.inputs + s)) + " = " + written() + "\n";
  }
  return text + "    nn.yield " + value(body.result) + "\n  }";
}

class Writer {
public:
  Writer(uint64_t seed, std::map<std::string, uint64_t> &ops) : engine(seed), ops(ops) {}

  std::string run() {
    matrices.push_back(argument(extent(9), 32 * extent(3)));
    for (int64_t count = 3 + below(6); count > 0; --count)
      append();
    std::string names, results;
    // What nobody reads is returned, and the last one; an argument is no result.
    for (size_t i = 0; i < matrices.size(); ++i)
      if (i > 0 && (!read[matrices[i].name] || i + 1 == matrices.size())) {
        names += (names.empty() ? "" : ", ") + matrices[i].name;
        results += (results.empty() ? "" : ", ") + type(matrices[i]);
      }
    return "!q4 = !lut.weight<u4, group = 32, zero = 0, min, storage = gguf_q4_1>\n"
           "!q8 = !lut.weight<u8, group = 32, zero = 128, storage = gguf_q8_0>\n"
           "func.func @net(" +
           arguments + ") -> (" + results + ") {\n" + body + "  return " + names + " : " + results + "\n}\n";
  }

private:
  std::mt19937_64 engine;
  std::map<std::string, uint64_t> &ops;
  std::vector<Matrix> matrices;
  std::map<std::string, bool> read;
  std::string arguments, body;
  unsigned counter = 0;

  int64_t below(int64_t n) { return static_cast<int64_t>(engine() % static_cast<uint64_t>(n)); }
  int64_t extent(int64_t most) { return 1 + below(most); }

  static std::string type(int64_t rows, int64_t columns, const char *element = "f32") {
    return "tensor<" + std::to_string(rows) + "x" + std::to_string(columns) + "x" + element + ">";
  }
  static std::string type(const Matrix &m) { return type(m.rows, m.columns); }
  std::string fresh(const char *prefix) { return prefix + std::to_string(counter++); }
  std::string argument(const std::string &type) {
    const std::string name = fresh("%arg");
    arguments += (arguments.empty() ? "" : ", ") + name + ": " + type;
    return name;
  }
  Matrix argument(int64_t rows, int64_t columns) { return {argument(type(rows, columns)), rows, columns}; }
  Matrix pick() {
    const Matrix m =
        below(3) ? matrices.back() : matrices[static_cast<size_t>(below(int64_t(matrices.size())))];
    read[m.name] = true;
    return m;
  }
  std::string empty(const std::string &type) {
    const std::string name = fresh("%e");
    body += "  " + name + " = tensor.empty() : " + type + "\n";
    return name;
  }
  /// y of [rows, columns] by an op of these operands; `region` stands behind its outs.
  void write(const char *op, const std::string &options,
             const std::vector<std::pair<std::string, std::string>> &ins, int64_t rows, int64_t columns,
             const std::string &region = "") {
    ++ops[op];
    const std::string result = type(rows, columns), out = empty(result), name = fresh("%y");
    std::string names, types;
    for (const auto &[value, of] : ins) {
      names += (names.empty() ? "" : ", ") + value;
      types += (types.empty() ? "" : ", ") + of;
    }
    body += "  " + name + " = " + op + options;
    if (!ins.empty())
      body += " ins(" + names + " : " + types + ")";
    body += " outs(" + out + " : " + result + ")" + region + " -> " + result + "\n";
    matrices.push_back({name, rows, columns});
  }

  void append() {
    switch (below(9)) {
    case 0:
    case 1:
      return map();
    case 2:
    case 3:
      return matmul();
    case 4: {
      const Matrix x = pick();
      return write("nn.transpose", "", {{x.name, type(x)}}, x.columns, x.rows);
    }
    case 5: {
      const Matrix x = pick();
      const std::string weight = "tensor<" + std::to_string(x.columns) + "xf32>";
      return write("nn.rms_norm", " {eps = 1.0e-5}", {{x.name, type(x)}, {argument(weight), weight}}, x.rows,
                   x.columns);
    }
    case 6: {
      const Matrix x = pick();
      return write("nn.softmax", "", {{x.name, type(x)}}, x.rows, x.columns);
    }
    case 7: {
      const Matrix x = pick(), y = argument(x.rows, x.columns);
      const char *gates[] = {"nn.add", "nn.silu_mul", "nn.relu2_mul"};
      return write(gates[below(3)], "", {{x.name, type(x)}, {y.name, type(y)}}, x.rows, x.columns);
    }
    default:
      return product();
    }
  }

  void map() {
    const Matrix x = pick();
    std::vector<std::pair<std::string, std::string>> ins;
    const int64_t count = below(5); // none: a constant
    for (int64_t i = 0; i < count; ++i) {
      if (i == 0) {
        ins.emplace_back(x.name, type(x));
        continue;
      }
      const std::string forms[] = {type(x),
                                   type(1, x.columns),
                                   type(x.rows, 1),
                                   type(1, 1),
                                   "tensor<" + std::to_string(x.columns) + "xf32>",
                                   "tensor<1xf32>"};
      const std::string &form = forms[below(6)];
      ins.emplace_back(argument(form), form);
    }
    if (count == 0)
      read[x.name] = false; // it is returned
    write("nn.map", "", ins, x.rows, x.columns,
          regionOf(randomBody(engine, static_cast<unsigned>(count), static_cast<unsigned>(1 + below(12)),
                              /*withBits=*/false)));
  }

  /// By rows that are weights, or by what another op made.
  void matmul() {
    const Matrix x = pick();
    if (below(3) == 0) {
      const Matrix y = pick();
      if (y.columns == x.columns)
        return write("nn.matmul", "", {{x.name, type(x)}, {y.name, type(y)}}, x.rows, y.rows);
    }
    const int64_t n = extent(70);
    const std::string rows = type(n, x.columns, below(2) ? "f16" : "f32");
    write("nn.matmul", "", {{x.name, type(x)}, {argument(rows), rows}}, x.rows, n);
  }

  /// Quantized activations by quantized weights, where columns are whole groups.
  void product() {
    const Matrix x = pick();
    if (x.columns % 32 != 0)
      return matmul();
    const std::string codes = type(x.rows, x.columns, "i8"), scales = type(x.rows, x.columns / 32);
    const std::string q0 = empty(codes), s0 = empty(scales), q = fresh("%q"), s = fresh("%s");
    body += "  " + q + ", " + s + " = lut.quantize_act {group = 32} ins(" + x.name + " : " + type(x) +
            ") outs(" + q0 + ", " + s0 + " : " + codes + ", " + scales + ") -> " + codes + ", " + scales +
            "\n";
    const int64_t n = extent(130);
    const std::string weight = type(n, x.columns, below(2) ? "!q4" : "!q8");
    write("lut.mpgemm", " {act_group = 32}", {{q, codes}, {s, scales}, {argument(weight), weight}}, x.rows,
          n);
  }
};

} // namespace

std::string randomNetwork(uint64_t seed, std::map<std::string, uint64_t> &ops) {
  return Writer(seed, ops).run();
}

} // namespace accord::test
