// Cycles of each unit and of the dram for all tiles of a product, and how they overlap.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "mlir/Transforms/Schedule/ProductEstimate.h"
#include "sim/models/dram/dram_timing.h"

#include <algorithm>
#include <cmath>

using namespace mlir;

namespace accord {
namespace {

constexpr double commandCycles = 16;  ///< a unit's command beside its steps: taken, handed over by tokens
constexpr int64_t copiesThatHide = 4; ///< of those under way: more have no more latency to hide
constexpr double sharpness = 8;       ///< of two units that are equally busy, 9 % are waits for one another

/// What the dram's timing says, in the core's cycles.
struct DramCosts {
  int64_t burstBytes;
  double first; ///< from an idle bank's activate to its first burst
  double open;  ///< an activate among many: four take tFAW

  explicit DramCosts(const Hardware &hw) {
    const sim::DramTiming t = sim::dramTiming(hw.dram);
    const double cyclesPerClock =
        double(hw.clockHz()) * double(t.transfersPerClock) / (double(hw.dram.dataRateMtps) * 1e6);
    burstBytes = hw.dram.busWidthBits / 8 * t.burstTransfers;
    first = double(t.rcdRead + t.cl + t.burst) * cyclesPerClock;
    open = double(std::max(4 * t.rrdS, t.faw)) / 4 * cyclesPerClock;
  }
};

int64_t ceilDiv(int64_t a, int64_t b) { return llvm::divideCeil(a, b); }

class Estimate {
public:
  Estimate(const Product &p, const ProductTile &t, const ProductHomes &homes, const Hardware &hw)
      : p(p), t(t), homes(homes), hw(hw), trips(p, t), tiles(double(trips.all())),
        rate(hw.dramBytesPerCycle()), dramCosts(hw), latency(double(hw.dma.setupCycles) + dramCosts.first) {}

  double cycles(int64_t room) const {
    const double arrayAll = array(), scaling = scalingOf(sums()) + tiles * commandCycles;
    const double vector = scaling + double(trips.m * trips.n) * epilogueOfTile() + (p.looksUp() ? 0 : made());
    const double table = p.looksUp() ? made() : 0, dramAll = dram();
    double total = beside({arrayAll, vector, table, dramAll});
    // The vector unit's queue, full of what follows one product, keeps the next tile's loads from being
    // issued until the product before that is scaled.
    if (trips.k == 1 && 2 * static_cast<int64_t>(p.epilogue.size()) + 1 > hw.queueDepth)
      total = std::max(total, scaling + dramAll);
    // Beside the short last part of k goes what belongs to a whole one.
    if (const int64_t rest = p.k % t.k; rest != 0 && t.form != ProductForm::Parts) {
      const double others = std::max({scaling, dramAll, t.form == ProductForm::Again ? table : 0});
      total += std::max(0.0, (others * double(t.k) - arrayAll * double(rest)) / double(p.k));
    }
    // Nothing runs beside the first tile's load and preparation, or what follows the last product. Without
    // room beside the tiles of the products before (some four keep theirs), that load waits for them, too.
    const double load = weightBytes() * double(t.n) * double(t.k) / double(p.k) / rate + 3 * latency;
    total += (4 * t.bytes.spm > room ? 2 : 1) * load + table / double(trips.prepared(t.form)) +
             scalingOf(sums() / tiles) + epilogueOfTile() + stores();
    return t.isumTwice ? total : total + std::min(arrayAll, vector);
  }

  /// What all tiles move, in whole bursts. Weights are read once for each block of rows.
  double dramBytes() const {
    double bytes = double(trips.m) * weightBytes() * double(llvm::alignTo(p.n, lut::planeLanes));
    for (const RowLoad &load : rowLoads())
      bytes += load.rows * double(load.apart ? llvm::alignTo(load.bytes, dramCosts.burstBytes) : load.bytes);
    if (!homes.out)
      bytes += double(p.m) * double(p.n) * 4;
    return bytes;
  }

private:
  /// What units that work beside one another take: the slowest one's time, and more the nearer others come to
  /// it, as each then waits for the other now and then.
  static double beside(std::initializer_list<double> units) {
    double sum = 0;
    for (double cycles : units)
      sum += std::pow(cycles / std::max(units), sharpness);
    return std::max(units) * std::pow(sum, 1 / sharpness);
  }

  double array() const {
    double all = 0, fill = 0;            // of one tile, before its first step and after its last
    auto rowBlocks = [&](int64_t rows) { // blocks of array rows over all row tiles
      return double((p.m / t.m) * ceilDiv(t.m, rows) + ceilDiv(p.m % t.m, rows));
    };
    if (p.looksUp()) {
      const LutArray &lut = *hw.lutArray;
      const int64_t arrays = std::min(lut.count, hw.scratchpad.banks); // a bank feeds one array
      const int64_t blocks =
          (p.n / t.n) * ceilDiv(ceilDiv(t.n, lut.n), arrays) + ceilDiv(ceilDiv(p.n % t.n, lut.n), arrays);
      const int64_t beat = ceilDiv(lut.n * lut.k, hw.scratchpad.widthBits);
      all = rowBlocks(lut.m) * double(blocks * ceilDiv(p.k, lut::tableLength) * p.weight.getBits() * beat);
      fill = double(std::min(t.m, lut.m) * ceilDiv(lut.n, lut.outLanes));
    } else {
      const MacArray &mac = *hw.macArray;
      const int64_t cols = std::min(mac.cols, t.n), rows = std::min(t.m, mac.accRows);
      auto load = [&](int64_t depth) {
        return std::ceil(double(depth * cols * p.weight.getBits()) / double(hw.scratchpad.widthBits));
      };
      auto step = [&](int64_t depth) { return std::max(double(rows), load(depth)); };
      const int64_t rest = p.group % mac.rows;
      all = rowBlocks(mac.accRows) * double(ceilDiv(p.n, cols) * ceilDiv(p.k, p.group)) *
            (double(p.group / mac.rows) * step(mac.rows) + (rest ? step(rest) : 0));
      fill = load(std::min(mac.rows, p.group)) + double(rows * ceilDiv(cols, mac.outLanes));
    }
    return all + tiles * (commandCycles + fill);
  }

  /// Sums of groups that are scaled; a minimum takes a pass of its own.
  double sums() const {
    return double(ceilDiv(p.k, p.group)) * double(p.m) * double(p.n) * (p.weight.getHasMin() ? 2 : 1);
  }
  /// At the rate of the accumulators' ports.
  double scalingOf(double sums) const {
    return sums / double(std::clamp<int64_t>(hw.accumulator.banks * hw.accumulator.widthBits / 32, 1,
                                             hw.vector.lanes));
  }
  double epilogueOfTile() const {
    double cycles = 0;
    for (Operation *op : p.epilogue)
      cycles += (nestRole(op) == NestRole::Quantize ? 2 : 1) *
                (double(t.m) * double(t.n) / double(hw.vector.lanes) + commandCycles);
    return cycles;
  }
  /// Tables, by the table unit, or sums, by the vector unit, of all rows as often as they are made.
  double made() const {
    if (homes.prepared)
      return 0;
    const double perCycle =
        p.looksUp() ? double(lut::tableLength * hw.tableUnit->tablesPerCycle) : double(hw.vector.lanes);
    return double(trips.prepared(t.form)) * (double(t.m * preparedWidth()) / perCycle + commandCycles);
  }

  double dram() const {
    const int64_t parts = p.weight.getHasMin() ? 3 : 2; // planes, scales, minima
    double copies = tiles * double(parts) + double(p.epilogue.size()) * double(trips.m * trips.n);
    // A part of k lies apart in each block of lanes, and in each row, and opens a row of its own.
    double stretches = tiles * double(parts * (trips.k > 1 ? ceilDiv(t.n, lut::planeLanes) : 1));
    for (const RowLoad &load : rowLoads())
      copies += load.rows / double(t.m), stretches += load.apart ? load.rows : 0;
    return std::max(dramBytes() / rate + stretches * dramCosts.open +
                        copies * latency / double(std::min(hw.dma.outstanding, copiesThatHide)),
                    copies * double(hw.dma.setupCycles));
  }
  /// Of one store that nothing hides: the last, or each where there is no second buffer.
  double stores() const {
    if (homes.out)
      return 0;
    const bool swept = t.form == ProductForm::Parts && trips.k > 1; // all lanes stay until the last part
    const double one = double(t.m) * double(swept ? p.n : t.n) * 4 / rate;
    return t.outTwice ? one : double(trips.m * (swept ? 1 : trips.n)) * one;
  }

  /// Of one lane.
  double weightBytes() const {
    return double(p.k) * (p.weight.getBits() / 8.0 + double(p.weight.getScaleBytes()) *
                                                         (p.weight.getHasMin() ? 2 : 1) / double(p.group));
  }
  int64_t preparedWidth() const { return t.form == ProductForm::Whole ? p.k : t.k; }

  /// Rows of the activations' codes or scales, as often as they come.
  struct RowLoad {
    double rows;
    int64_t bytes; ///< of a row
    bool apart;    ///< parts of longer rows
  };
  SmallVector<RowLoad, 3> rowLoads() const {
    const bool once = t.form == ProductForm::Parts || trips.k == 1;
    const double rows = double(once ? trips.m * trips.k : trips.all()) * double(t.m);
    SmallVector<RowLoad, 3> loads;
    if (!homes.codes && !homes.prepared)
      loads.push_back({double(trips.prepared(t.form) * t.m), preparedWidth(), preparedWidth() < p.k});
    if (!homes.codes && !p.looksUp())
      loads.push_back({rows, t.k, t.k < p.k});
    if (!homes.scales)
      loads.push_back({rows, ceilDiv(t.k, p.actGroup) * 4, t.k < p.k});
    return loads;
  }

  const Product &p;
  const ProductTile &t;
  const ProductHomes &homes;
  const Hardware &hw;
  const TileTrips trips;
  const double tiles, rate;
  const DramCosts dramCosts;
  const double latency; ///< cycles from a copy's start to its first data; copies under way share it
};

} // namespace

void estimateProduct(const Product &product, ProductTile &tile, const ProductHomes &homes, const Hardware &hw,
                     int64_t room) {
  const Estimate estimate(product, tile, homes, hw);
  tile.cycles = estimate.cycles(room), tile.dramBytes = estimate.dramBytes();
}

} // namespace accord
