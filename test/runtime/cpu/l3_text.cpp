// L3 text, and how it becomes an image and runs.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "test/runtime/cpu/l3_text.h"

#include "dialects/Accel/Accel.h"
#include "mlir/Conversion/LoopsToLLVM/LoopsToLLVM.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/Parser/Parser.h"

namespace accord::test {

std::string L3Text::argument(const std::string &shape, const std::string &role) {
  std::string name = "%a" + std::to_string(counter++);
  declare(name, "memref<" + shape + ">");
  arguments.emplace_back(name + ": memref<" + shape + "> {accel.role = \"" + role + "\"}", shape);
  return name;
}

std::string L3Text::scalar() {
  scalars.push_back("%s" + std::to_string(counter++));
  declare(scalars.back(), "index");
  return scalars.back();
}

std::string L3Text::buffer(const std::string &shape, const std::string &memory) {
  std::string name = "%b" + std::to_string(counter++),
              type = "memref<" + shape + ", #accel.mem<" + memory + ">>";
  declare(name, type);
  top += "  " + name + " = memref.alloc() : " + type + "\n";
  return name;
}

std::string L3Text::typeOf(const std::string &name) const {
  for (const auto &[known, type] : types)
    if (known == name)
      return type;
  return "unknown_value" + name;
}

std::string L3Text::shapeOf(const std::string &name) const {
  std::string type = typeOf(name), inner = type.substr(type.find('<') + 1);
  return inner.substr(0, inner.find_first_of(",>"));
}

std::string L3Text::loaded(const std::string &argumentName) {
  std::string name = buffer(shapeOf(argumentName));
  line("accel.load " + argumentName + " to " + name + " : " + typeOf(argumentName) + " to " + typeOf(name));
  return name;
}

void L3Text::stored(const std::string &bufferName) {
  std::string name = result(shapeOf(bufferName));
  line("accel.store " + bufferName + " to " + name + " : " + typeOf(bufferName) + " to " + typeOf(name));
}

std::string L3Text::list(const std::vector<std::string> &names) const {
  std::string values, kinds;
  for (const std::string &name : names) {
    values += (values.empty() ? "" : ", ") + name;
    kinds += (kinds.empty() ? "" : ", ") + typeOf(name);
  }
  return "(" + values + " : " + kinds + ")";
}

void L3Text::vector(const std::string &kind, const std::vector<std::string> &inputs,
                    const std::vector<std::string> &outputs, const std::string &attributes,
                    const std::string &accumulate, const std::string &live) {
  line("accel." + kind + " ins" + list(inputs) + " outs" + list(outputs) +
       (accumulate.empty() ? "" : " accumulate(" + accumulate + ")") +
       (live.empty() ? "" : " live(" + live + ")") + " {" + attributes + "}");
}
void L3Text::gather(const std::string &table, const std::string &indices, const std::string &dest) {
  line("accel.gather ins" + list({table, indices}) + " outs" + list({dest}));
}
void L3Text::table(const std::string &codes, const std::string &tables, const std::string &asum,
                   int64_t group) {
  line("accel.table ins" + list({codes}) + " outs" + list({tables, asum}) +
       " {group = " + std::to_string(group) + " : i64}");
}
void L3Text::lmma(const std::string &tables, const std::string &planes, const std::string &isum,
                  int64_t group) {
  line("accel.lmma ins" + list({tables, planes}) + " outs" + list({isum}) +
       " {group = " + std::to_string(group) + " : i64}");
}

void L3Text::mma(const std::string &codes, const std::string &planes, const std::string &isum, int64_t group,
                 int64_t zero) {
  line("accel.mma ins" + list({codes, planes}) + " outs" + list({isum}) +
       " {group = " + std::to_string(group) + " : i64, zero = " + std::to_string(zero) + " : i64}");
}

std::string L3Text::text() const {
  std::string signature;
  for (const auto &[argument, shape] : arguments)
    signature += (signature.empty() ? "" : ", ") + argument;
  for (const std::string &scalar : scalars)
    signature += ", " + scalar + ": index";
  return "func.func @program(" + signature + ") attributes {accel.program} {\n" + top + body +
         "  return\n}\n";
}

Expected<rt::Image> buildProgram(const std::string &text) {
  mlir::MLIRContext context;
  context.loadDialect<accel::AccelDialect, mlir::arith::ArithDialect, mlir::func::FuncDialect,
                      mlir::memref::MemRefDialect, mlir::scf::SCFDialect, mlir::vector::VectorDialect>();
  std::string diagnostics;
  mlir::OwningOpRef<mlir::ModuleOp> module;
  {
    mlir::ScopedDiagnosticHandler handler(&context, [&](mlir::Diagnostic &d) {
      diagnostics += d.str() + "\n";
      return mlir::success();
    });
    module = mlir::parseSourceString<mlir::ModuleOp>(text, &context);
  }
  if (!module)
    return Error{"program: expected L3 text, got " + diagnostics + text};
  return buildCpuImage(*module, "program");
}

Expected<std::vector<Bytes>> runImage(rt::Device &device, const rt::Image &image,
                                      const std::vector<Bytes> &arguments,
                                      const std::vector<int64_t> &scalars) {
  auto executable = device.load(image);
  if (!executable)
    return executable.error();
  auto queue = device.createQueue();
  if (!queue)
    return queue.error();
  std::vector<std::unique_ptr<rt::Buffer>> owned;
  std::vector<rt::Buffer *> buffers;
  size_t next = 0;
  for (const rt::BufferBinding &binding : image.buffers) {
    auto buffer = device.allocate(binding.bytes());
    if (!buffer)
      return buffer.error();
    Bytes content(binding.bytes(), 0xa5);
    if (binding.role != rt::Role::Result) {
      if (next == arguments.size() || arguments[next].size() != binding.bytes())
        return Error{"program: expected " + std::to_string(binding.bytes()) + " bytes for argument " +
                     std::to_string(next) + ", got " +
                     (next == arguments.size() ? "none" : std::to_string(arguments[next].size()))};
      content = arguments[next++];
    }
    if (Status s = (*buffer)->upload(content.data(), content.size()); !s)
      return s.error();
    buffers.push_back(buffer->get());
    owned.push_back(std::move(*buffer));
  }
  if (Status s = (*queue)->submit(**executable, buffers, scalars); !s)
    return s.error();
  if (Status s = (*queue)->wait(); !s)
    return s.error();
  std::vector<Bytes> all;
  for (auto &buffer : owned) {
    all.emplace_back(buffer->size());
    if (Status s = buffer->download(all.back().data(), all.back().size()); !s)
      return s.error();
  }
  return all;
}

} // namespace accord::test
