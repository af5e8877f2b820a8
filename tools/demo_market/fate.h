// What becomes of a booking, drawn from the seed: mostly it goes well.
#pragma once

#include "tools/demo_market/dice.h"

namespace regard::demo {

enum class Fate {
  kWell,
  kShort,
  kUnanswered,
  kDeclined,
  kCancelledEarly,
  kCancelledLate,
  kCancelledForHealth,
  kCancelledByProvider,
  kPersonAway,
  kNobodyCame,
  kDisputed,
};

inline Fate FateOf(Dice dice) {
  // In the order of the values, per thousand.
  static const std::vector<double> kWeights{815, 40, 15, 20, 30, 20, 15, 15, 12, 8, 10};
  return static_cast<Fate>(dice.Weighted(kWeights));
}

}  // namespace regard::demo
