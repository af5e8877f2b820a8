#include "tools/demo_market/dice.h"

#include <numeric>

namespace regard::demo {

Dice::Dice(uint64_t seed, absl::string_view name) : state_(seed ^ 0xcbf29ce484222325ULL) {
  for (const unsigned char c : name) state_ = (state_ ^ c) * 0x100000001b3ULL;
}

// SplitMix64 (Steele, Lea, Flood 2014).
uint64_t Dice::Next() {
  uint64_t z = (state_ += 0x9e3779b97f4a7c15ULL);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
  return z ^ (z >> 31);
}

int Dice::Below(int count) { return static_cast<int>((Next() >> 33) % static_cast<uint64_t>(count)); }

double Dice::Unit() { return static_cast<double>(Next() >> 11) * 0x1.0p-53; }

size_t Dice::Weighted(const std::vector<double>& weights) {
  double left = Unit() * std::accumulate(weights.begin(), weights.end(), 0.0);
  for (size_t i = 0; i < weights.size(); ++i) {
    left -= weights[i];
    if (left < 0) return i;
  }
  return weights.size() - 1;
}

}  // namespace regard::demo
