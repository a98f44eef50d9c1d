// Tokens: every pair of commands that touch a common buffer, and of which one writes, is ordered. See
// Lowering.h.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// For each slot of a buffer the state is: per unit the last command that wrote it, and the last that read it
// since. A command starts after what the state holds of other units (a unit's own commands are in order
// anyhow). Where a generation begins, the slots' states rotate, so the head is always the current slot. A
// loop carries the states of the buffers that are touched in it as iter_args, initially `accel.done`: that is
// what lets the load of tile i+B wait for the reader of tile i, across the iterations of all enclosing loops.
// A state that no command starts after is cut from its loops (it becomes `accel.done`), so that
// canonicalization drops the iter_arg; states that are always equal become one. Cost: linear in commands ×
// slots. Limit: windows of one slot count as the same bytes (a whole slot is one resource).
#include "mlir/Conversion/ScheduleToAccel/Lowering.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include <map>
#include <tuple>

using namespace mlir;
using accord::isa::numUnits;
using accord::isa::Unit;

namespace accord {
namespace {

/// Which command last touched one slot: [0] writes, [1] reads, by unit; null is complete from the start.
struct SlotState {
  Value last[2][numUnits];
};

struct BufferState {
  SmallVector<SlotState> slots;   ///< the current one first
  bool touches[2][numUnits] = {}; ///< anywhere in the program
};

class TokenThreader {
public:
  TokenThreader(func::FuncOp program, const Generations &generations, const Aliases &aliases)
      : generations(generations), aliases(aliases) {
    program.walk([&](Operation *op) {
      if (auto begin = generations.find(op); begin != generations.end())
        states[rootOf(begin->second)].slots.resize(cast<MemRefType>(begin->second.getType()).getDimSize(0));
      auto command = dyn_cast<accel::CommandOpInterface>(op);
      if (!command)
        return;
      for (Value read : command.getReads())
        states[rootOf(read)].touches[1][unitOf(command)] = true;
      for (Value write : command.getWrites())
        states[rootOf(write)].touches[0][unitOf(command)] = true;
    });
    for (auto &[root, state] : states)
      if (state.slots.empty())
        state.slots.resize(1);
    OpBuilder b(program.getContext());
    b.setInsertionPointToStart(&program.getBody().front());
    for (Operation &op : program.getBody().front())
      if (::mlir::isa<memref::AllocOp>(op))
        b.setInsertionPointAfter(&op);
    done = b.create<accel::DoneOp>(program.getLoc(), accel::TokenType::get(b.getContext()));
  }

  void run(Block &block) {
    for (Operation &op : llvm::make_early_inc_range(block)) {
      if (auto begin = generations.find(&op); begin != generations.end()) {
        auto &slots = states[rootOf(begin->second)].slots;
        std::rotate(slots.begin(), slots.begin() + 1, slots.end());
      } else if (auto command = dyn_cast<accel::CommandOpInterface>(op)) {
        order(command);
      } else if (auto loop = dyn_cast<scf::ForOp>(op)) {
        carry(loop);
      }
    }
  }

  void order(accel::CommandOpInterface command) {
    unsigned unit = unitOf(command);
    SmallVector<Value> after;
    auto need = [&](Value root, unsigned kind) {
      for (unsigned other = 0; other < numUnits; ++other)
        if (Value token = states[root].slots[0].last[kind][other]; token && other != unit && token != done)
          if (!llvm::is_contained(after, token))
            after.push_back(token);
    };
    for (Value read : command.getReads())
      need(rootOf(read), 0);
    for (Value write : command.getWrites()) {
      need(rootOf(write), 0);
      need(rootOf(write), 1);
    }
    for (Value token : after)
      if (llvm::none_of(after, [&](Value other) { return other != token && follows(other, token, 4); }))
        command.getAfterTokensMutable().append(token);
    Value token = command->getResult(0);
    for (Value read : command.getReads())
      states[rootOf(read)].slots[0].last[1][unit] = token;
    for (Value write : command.getWrites()) {
      // It comes after everything the slot has seen, so whoever waits for it waits for all of that.
      SlotState fresh = {};
      fresh.last[0][unit] = token;
      states[rootOf(write)].slots[0] = fresh;
    }
  }

  /// Whether `late` cannot complete before `early` by what is written in this block.
  static bool follows(Value late, Value early, int depth) {
    auto l = late.getDefiningOp<accel::CommandOpInterface>(),
         e = early.getDefiningOp<accel::CommandOpInterface>();
    if (!l || depth == 0)
      return false;
    if (e && l.getUnit() == e.getUnit() && l->getBlock() == e->getBlock() && e->isBeforeInBlock(l))
      return true;
    return llvm::any_of(l.getAfterTokens(),
                        [&](Value token) { return token == early || follows(token, early, depth - 1); });
  }

  /// The states a loop changes, in a fixed order.
  SmallVector<Value *> carried(scf::ForOp loop) {
    struct Use {
      bool rotates = false, written = false;
      bool by[numUnits] = {};
    };
    llvm::MapVector<Value, Use> touched;
    loop.walk([&](Operation *op) {
      if (auto begin = generations.find(op); begin != generations.end())
        touched[rootOf(begin->second)].rotates = true;
      if (auto command = dyn_cast<accel::CommandOpInterface>(op)) {
        for (Value read : command.getReads())
          touched[rootOf(read)].by[unitOf(command)] = true;
        for (Value write : command.getWrites())
          touched[rootOf(write)].written = touched[rootOf(write)].by[unitOf(command)] = true;
      }
    });
    SmallVector<Value *> list;
    for (auto &[root, use] : touched) {
      BufferState &state = states[root];
      SmallVector<unsigned> units;
      for (unsigned unit = 0; unit < numUnits; ++unit)
        if (state.touches[0][unit] || state.touches[1][unit])
          units.push_back(unit);
      // Nobody orders itself by a buffer that is only read, or that one unit alone touches.
      if (units.size() < 2 || llvm::none_of(state.touches[0], [](bool t) { return t; }))
        continue;
      for (SlotState &slot : state.slots)
        for (unsigned unit : units) {
          if (state.touches[0][unit] && (use.rotates || use.written))
            list.push_back(&slot.last[0][unit]);
          if (state.touches[1][unit] && (use.rotates || use.written || use.by[unit]))
            list.push_back(&slot.last[1][unit]);
        }
    }
    return list;
  }

  /// Makes one of loop-carried tokens that are always equal (the states of d and min, say, which are loaded
  /// and read together), and drops a token for which an earlier command of the unit waits in the same block.
  /// Equality is found by splitting: all of a loop's tokens count as equal until their first or next values
  /// differ.
  void merge(func::FuncOp program) {
    SmallVector<scf::ForOp> loops;
    program.walk<WalkOrder::PreOrder>([&](scf::ForOp loop) { loops.push_back(loop); });
    DenseMap<Value, std::pair<void *, unsigned>>
        classes; // of a loop's argument or result: the loop, a number
    auto setClass = [&](scf::ForOp loop, unsigned i, unsigned number) {
      for (Value value : {Value(loop.getRegionIterArgs()[i]), loop.getResult(i)})
        classes[value] = {loop, number};
    };
    auto classOf = [&](Value value) {
      auto known = classes.find(value);
      return known == classes.end() ? std::pair<void *, unsigned>(value.getAsOpaquePointer(), 0)
                                    : known->second;
    };
    for (scf::ForOp loop : loops)
      for (unsigned i = 0; i < loop.getNumResults(); ++i)
        setClass(loop, i, 0);
    for (bool changed = true; changed;) {
      changed = false;
      for (scf::ForOp loop : loops) {
        std::map<std::tuple<unsigned, std::pair<void *, unsigned>, std::pair<void *, unsigned>>, unsigned>
            parts;
        SmallVector<unsigned> next;
        for (auto [i, argument] : llvm::enumerate(loop.getRegionIterArgs())) {
          auto key = std::make_tuple(classOf(argument).second, classOf(loop.getInitArgs()[i]),
                                     classOf(loop.getYieldedValues()[i]));
          next.push_back(parts.try_emplace(key, parts.size()).first->second);
        }
        for (auto [i, number] : llvm::enumerate(next)) {
          changed |= classOf(loop.getResult(i)).second != number;
          setClass(loop, i, number);
        }
      }
    }
    for (scf::ForOp loop : loops) {
      DenseMap<unsigned, unsigned> first;
      for (unsigned i = 0; i < loop.getNumResults(); ++i) {
        unsigned same = first.try_emplace(classOf(loop.getResult(i)).second, i).first->second;
        if (same == i)
          continue;
        loop.getRegionIterArg(i).replaceAllUsesWith(loop.getRegionIterArg(same));
        loop.getResult(i).replaceAllUsesWith(loop.getResult(same));
      }
    }
    program.walk([&](Block *block) {
      DenseSet<Value> waited[numUnits];
      for (auto command : block->getOps<accel::CommandOpInterface>()) {
        DenseSet<Value> &before = waited[unitOf(command)];
        MutableOperandRange after = command.getAfterTokensMutable();
        for (unsigned i = after.size(); i-- > 0;)
          if (!before.insert(after[i].get()).second)
            after.erase(i);
      }
    });
  }

  /// Cuts the loop-carried tokens that no command waits for: they only feed each other.
  void prune(func::FuncOp program) {
    SetVector<Value> live;
    program.walk([&](Operation *op) {
      if (auto command = dyn_cast<accel::CommandOpInterface>(op))
        live.insert(command.getAfterTokens().begin(), command.getAfterTokens().end());
    });
    for (size_t i = 0; i < live.size(); ++i) { // grows while it is walked
      scf::ForOp loop;
      unsigned number = 0;
      if (auto argument = dyn_cast<BlockArgument>(live[i])) {
        loop = cast<scf::ForOp>(argument.getOwner()->getParentOp());
        number = argument.getArgNumber() - loop.getNumInductionVars();
      } else if ((loop = live[i].getDefiningOp<scf::ForOp>())) {
        number = cast<OpResult>(live[i]).getResultNumber();
      } else {
        continue;
      }
      live.insert(loop.getRegionIterArgs()[number]);
      live.insert(loop.getInitArgs()[number]);
      live.insert(loop.getYieldedValues()[number]);
    }
    program.walk([&](scf::ForOp loop) {
      for (auto [argument, result] : llvm::zip_equal(loop.getRegionIterArgs(), loop.getResults())) {
        if (!live.contains(argument))
          argument.replaceAllUsesWith(done);
        if (!live.contains(result))
          result.replaceAllUsesWith(done);
      }
    });
  }

private:
  /// The buffer that a view is of; of several that take turns at one place, the first.
  Value rootOf(Value view) const {
    while (auto subview = view.getDefiningOp<memref::SubViewOp>())
      view = subview.getSource();
    auto alias = aliases.find(view);
    return alias == aliases.end() ? view : alias->second;
  }
  static unsigned unitOf(accel::CommandOpInterface command) {
    return static_cast<unsigned>(command.getUnit());
  }

  void carry(scf::ForOp loop) {
    SmallVector<Value *> list = carried(loop);
    if (list.empty()) // it orders nothing across its iterations, and stays the loop that it is
      return run(*loop.getBody());
    SmallVector<Value> inits;
    for (Value *token : list)
      inits.push_back(*token ? *token : done);
    OpBuilder b(loop);
    auto with = b.create<scf::ForOp>(loop.getLoc(), loop.getLowerBound(), loop.getUpperBound(),
                                     loop.getStep(), inits);
    Block &body = *with.getBody();
    loop.getBody()->getTerminator()->erase();
    body.getOperations().splice(body.end(), loop.getBody()->getOperations());
    loop.getInductionVar().replaceAllUsesWith(with.getInductionVar());
    loop.erase();
    for (auto [token, argument] : llvm::zip_equal(list, with.getRegionIterArgs()))
      *token = argument;
    run(body);
    SmallVector<Value> yields;
    for (Value *token : list)
      yields.push_back(*token ? *token : done);
    b.setInsertionPointToEnd(&body);
    b.create<scf::YieldOp>(with.getLoc(), yields);
    for (auto [token, result] : llvm::zip_equal(list, with.getResults()))
      *token = result;
  }

  const Generations &generations;
  const Aliases &aliases;
  llvm::MapVector<Value, BufferState> states;
  Value done;
};

} // namespace

void threadTokens(func::FuncOp program, const Generations &generations, const Aliases &aliases) {
  TokenThreader threader(program, generations, aliases);
  threader.run(program.getBody().front());
  threader.merge(program);
  threader.prune(program);
}

} // namespace accord
