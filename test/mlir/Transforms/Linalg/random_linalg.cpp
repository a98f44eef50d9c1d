// Text, piece by piece. See random_linalg.h.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "test/mlir/Transforms/Linalg/random_linalg.h"
#include <algorithm>
#include <vector>

namespace accord {
namespace {

using Random = std::mt19937_64;

bool chance(Random &random, unsigned percent) { return random() % 100 < percent; }

template <typename Range, typename F> std::string join(const Range &range, F f) {
  std::string text;
  for (const auto &each : range)
    text += (text.empty() ? "" : ", ") + f(each);
  return text;
}

/// Axes of a tensor: the loop each follows, or -1 for one of extent 1 that stays at 0.
struct Shape {
  std::vector<int> loops;
  std::string type(const std::vector<int> &extents) const {
    std::string text = "tensor<";
    for (int loop : loops)
      text += std::to_string(loop < 0 ? 1 : extents[loop]) + "x";
    return text + "f32>";
  }
  std::string map(size_t rank) const {
    std::vector<int> all(rank);
    for (size_t i = 0; i < rank; ++i)
      all[i] = int(i);
    auto name = [](int loop) { return loop < 0 ? std::string("0") : "d" + std::to_string(loop); };
    return "affine_map<(" + join(all, name) + ") -> (" + join(loops, name) + ")>";
  }
};

std::vector<int> randomExtents(Random &random, size_t rank) {
  const int choices[] = {1, 1, 2, 3, 4, 17};
  std::vector<int> extents;
  for (size_t i = 0; i < rank; ++i)
    extents.push_back(choices[random() % 6]);
  return extents;
}

/// A term over the values named so far.
std::string randomBody(Random &random, std::vector<std::string> values) {
  std::string text;
  auto any = [&] { return values[random() % values.size()]; };
  for (unsigned i = 0, count = 1 + random() % 4; i < count; ++i) {
    std::string name = "%t" + std::to_string(i), a = any(), b = any();
    switch (random() % 8) {
    case 0:
      text += "      " + name + " = arith.subf " + a + ", " + b + " : f32\n";
      break;
    case 1:
      text += "      " + name + " = arith.mulf " + a + ", " + b + " : f32\n";
      break;
    case 2:
      text += "      " + name + " = arith.maximumf " + a + ", " + b + " : f32\n";
      break;
    case 3:
      text += "      %c" + std::to_string(i) + " = arith.cmpf olt, " + a + ", " + b + " : f32\n      " +
              name + " = arith.select %c" + std::to_string(i) + ", " + b + ", " + any() + " : f32\n";
      break;
    case 4:
      text += "      " + name + " = math.tanh " + a + " : f32\n";
      break;
    case 5:
      text += "      " + name + " = arith.minimumf " + a + ", %half : f32\n";
      break;
    default:
      text += "      " + name + " = arith.addf " + a + ", " + b + " : f32\n";
    }
    values.push_back(name);
  }
  return text + "      linalg.yield " + (chance(random, 90) ? values.back() : any()) + " : f32\n";
}

} // namespace

std::string randomElementwise(Random &random) {
  size_t rank = random() % 5;
  std::vector<int> extents = randomExtents(random, rank);
  Shape result;
  for (size_t i = 0; i < rank; ++i)
    result.loops.push_back(int(i));
  std::string type = result.type(extents), arguments, before, maps, operands, types, names;
  std::vector<std::string> values;
  for (unsigned i = 0, count = 1 + random() % 3; i < count; ++i) {
    Shape shape;
    bool whole = chance(random, 40);
    for (int loop : result.loops)
      if (whole || chance(random, 70))
        shape.loops.push_back(!whole && chance(random, 15) ? -1 : loop);
    if (chance(random, 10))
      std::shuffle(shape.loops.begin(), shape.loops.end(), random);
    std::string argument = "%a" + std::to_string(i), operand = argument, of = shape.type(extents);
    arguments += (i ? ", " : "") + argument + ": " + of;
    if (chance(random, 15)) { // behind a broadcast of it
      before += "  %e" + argument.substr(1) + " = tensor.empty() : " + type + "\n";
      operand = "%m" + std::to_string(i);
      std::vector<std::string> kinds(rank, "\"parallel\"");
      before += "  " + operand + " = linalg.generic {indexing_maps = [" + shape.map(rank) + ", " +
                result.map(rank) + "], iterator_types = [" +
                join(kinds, [](const std::string &s) { return s; }) + "]} ins(" + argument + " : " + of +
                ") outs(%e" + argument.substr(1) + " : " + type +
                ") {\n    ^bb0(%v: f32, %w: f32):\n      linalg.yield %v : f32\n  } -> " + type + "\n";
      shape = result;
      of = type;
    } else if (chance(random, 10)) { // a constant
      operand = "%f" + std::to_string(i);
      before += "  " + operand + " = arith.constant dense<1.5> : " + of + "\n";
    }
    maps += shape.map(rank) + ", ";
    operands += (i ? ", " : "") + operand;
    types += (i ? ", " : "") + of;
    names += (i ? ", " : "") + ("%x" + std::to_string(i)) + ": f32";
    values.push_back("%x" + std::to_string(i));
  }
  std::vector<std::string> kinds(rank, "\"parallel\"");
  return "func.func @f(" + arguments + ") -> " + type +
         " {\n  %half = arith.constant 0.5 : f32\n  %o = tensor.empty() : " + type + "\n" + before +
         "  %y = linalg.generic {indexing_maps = [" + maps + result.map(rank) + "], iterator_types = [" +
         join(kinds, [](const std::string &s) { return s; }) + "]} ins(" + operands + " : " + types +
         ") outs(%o : " + type + ") {\n    ^bb0(" + names + ", %out: f32):\n" + randomBody(random, values) +
         "  } -> " + type + "\n  return %y : " + type + "\n}\n";
}

std::string randomContraction(Random &random) {
  Shape a, w, result;
  std::vector<int> extents;
  auto add = [&](bool inA, bool inW, bool inResult) {
    int loop = int(extents.size());
    extents.push_back(randomExtents(random, 1)[0]);
    if (inA)
      a.loops.push_back(loop);
    if (inW)
      w.loops.push_back(loop);
    if (inResult)
      result.loops.push_back(loop);
  };
  if (chance(random, 15))
    add(true, true, true);
  for (unsigned i = random() % 3; i > 0; --i)
    add(true, false, true);
  for (unsigned i = random() % 3; i > 0; --i)
    add(false, true, true);
  size_t parallel = extents.size();
  add(true, true, false);
  for (Shape *shape : {&a, &w, &result})
    if (chance(random, 15))
      std::shuffle(shape->loops.begin(), shape->loops.end(), random);
    else if (chance(random, 15))
      std::rotate(shape->loops.begin(), shape->loops.end() - (shape->loops.empty() ? 0 : 1),
                  shape->loops.end());
  size_t rank = extents.size();
  std::vector<std::string> kinds(parallel, "\"parallel\"");
  kinds.push_back("\"reduction\"");
  bool swapped = chance(random, 30);
  const Shape &first = swapped ? w : a, &second = swapped ? a : w;
  std::string type = result.type(extents), s = first.type(extents), t = second.type(extents);
  return "func.func @f(%a: " + s + ", %w: " + t + ") -> " + type +
         " {\n  %i = arith.constant dense<0.0> : " + type + "\n  %y = linalg.generic {indexing_maps = [" +
         first.map(rank) + ", " + second.map(rank) + ", " + result.map(rank) + "], iterator_types = [" +
         join(kinds, [](const std::string &k) { return k; }) + "]} ins(%a, %w : " + s + ", " + t +
         ") outs(%i : " + type +
         ") {\n    ^bb0(%x: f32, %z: f32, %c: f32):\n      %p = arith.mulf %x, %z : f32\n      %q = "
         "arith.addf %c, %p : f32\n"
         "      linalg.yield %q : f32\n  } -> " +
         type + "\n  return %y : " + type + "\n}\n";
}

} // namespace accord
