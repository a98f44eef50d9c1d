// The requests of one direction that a channel's controller sees: by age, by bank, by open row.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "sim/models/dram/dram_banks.h"
#include "sim/models/dram/dram_policy.h"

namespace accord::sim {

/// One burst that waits.
struct DramRequest {
  uint64_t burst = 0; ///< of the channel
  uint64_t row = 0;
  uint64_t serial = 0; ///< its number among the channel's, as they were asked for
  uint64_t age = 0;    ///< the same as they came into the queues: the smaller, the older
  int64_t entered = 0; ///< the clock at which it came into the queue
  uint32_t share = 0;  ///< whose it is
  uint32_t bank = 0;
  bool opened = false;      ///< its row was opened for it
  bool closedOther = false; ///< another row was closed for it
};

/// A place in the queue.
using DramSlot = uint16_t;

class DramQueue {
public:
  static constexpr DramSlot none = UINT16_MAX;

  explicit DramQueue(size_t depth) : depth(depth), places(depth) { clear(); }

  size_t size() const { return count; }
  bool full() const { return count == depth; }
  DramRequest &operator[](DramSlot slot) { return places[slot].request; }
  const DramRequest &operator[](DramSlot slot) const { return places[slot].request; }

  /// The oldest of all, of a bank, and of those whose row is open. `none` when there is none.
  DramSlot oldest() const { return first; }
  DramSlot younger(DramSlot slot) const { return places[slot].younger; }
  DramSlot oldestOf(uint32_t bank) const { return byBank[bank].first; }
  DramSlot hitOf(uint32_t bank) const { return byBank[bank].hit; }
  size_t waitingFor(uint32_t bank) const { return byBank[bank].count; }
  /// Banks with requests, and with requests of their open row that may go before older ones.
  BankMask pending() const { return pendingBanks; }
  BankMask hits() const { return hitBanks; }

  /// \pre !full(); younger than all that are here. `openRow` is that of its bank
  void add(const DramRequest &request, uint64_t openRow) {
    const DramSlot slot = unused;
    Place &place = places[slot];
    unused = place.younger;
    // One by one: a copy of the whole waits for what was just written in parts.
    DramRequest &r = place.request;
    r.burst = request.burst, r.row = request.row, r.serial = request.serial, r.age = request.age;
    r.entered = request.entered, r.share = request.share, r.bank = request.bank;
    r.opened = request.opened, r.closedOther = request.closedOther;
    place.younger = none, place.older = last;
    (last == none ? first : places[last].younger) = slot;
    last = slot;
    Bank &bank = byBank[request.bank];
    place.nextOfBank = none, place.previousOfBank = bank.last;
    (bank.last == none ? bank.first : places[bank.last].nextOfBank) = slot;
    bank.last = slot;
    ++bank.count, ++count;
    pendingBanks |= bit(request.bank);
    if (bank.hit == none && request.row == openRow) {
      bank.hit = slot;
      if (bank.passed < DramPolicy::rowPatience)
        hitBanks |= bit(request.bank);
    }
  }
  /// Takes the bank's oldest request of the open row out.
  void removeHit(uint32_t index) {
    Bank &bank = byBank[index];
    const DramSlot slot = bank.hit;
    Place &place = places[slot];
    const uint64_t row = place.request.row;
    bank.passed = slot == bank.first ? 0 : bank.passed + 1;
    (place.older == none ? first : places[place.older].younger) = place.younger;
    (place.younger == none ? last : places[place.younger].older) = place.older;
    (place.previousOfBank == none ? bank.first : places[place.previousOfBank].nextOfBank) = place.nextOfBank;
    (place.nextOfBank == none ? bank.last : places[place.nextOfBank].previousOfBank) = place.previousOfBank;
    --count;
    if (--bank.count == 0)
      pendingBanks &= ~bit(index);
    bank.hit = place.nextOfBank;
    while (bank.hit != none && places[bank.hit].request.row != row)
      bank.hit = places[bank.hit].nextOfBank;
    if (bank.hit == none || bank.passed >= DramPolicy::rowPatience)
      hitBanks &= ~bit(index);
    place.younger = unused;
    unused = slot;
  }
  /// The bank has another row open, or none.
  void rowChanged(uint32_t index, uint64_t row) {
    Bank &bank = byBank[index];
    bank.passed = 0;
    bank.hit = row == DramBanks::closed ? none : bank.first;
    while (bank.hit != none && places[bank.hit].request.row != row)
      bank.hit = places[bank.hit].nextOfBank;
    hitBanks = bank.hit == none ? hitBanks & ~bit(index) : hitBanks | bit(index);
  }
  void clear() {
    std::fill(std::begin(byBank), std::end(byBank), Bank());
    for (size_t i = 0; i < places.size(); ++i)
      places[i].younger = i + 1 < places.size() ? static_cast<DramSlot>(i + 1) : none;
    unused = 0, first = last = none, count = 0, pendingBanks = hitBanks = 0;
  }

private:
  struct Place {
    DramRequest request;
    DramSlot older = none, younger = none; ///< `younger` also links the unused places
    DramSlot previousOfBank = none, nextOfBank = none;
  };
  struct Bank {
    DramSlot first = none, last = none, hit = none;
    uint16_t count = 0;
    unsigned passed = 0; ///< requests of the open row that went before the bank's oldest
  };
  static BankMask bit(uint32_t bank) { return BankMask(1) << bank; }

  size_t depth;
  std::vector<Place> places;
  Bank byBank[DramBanks::most];
  DramSlot unused = 0, first = none, last = none;
  size_t count = 0;
  BankMask pendingBanks = 0, hitBanks = 0;
};

} // namespace accord::sim
