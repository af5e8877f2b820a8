#include "services/market/views/suppression.h"

#include <algorithm>
#include <numeric>

namespace regard::market {
namespace {

bool IsSmall(size_t people, int below) { return people > 0 && static_cast<int64_t>(people) < below; }

}  // namespace

Suppressed Suppress(const std::vector<People>& cells, int below, const std::vector<bool>& exempt) {
  Suppressed result;
  result.cells.assign(cells.size(), false);
  const auto may_hide = [&](size_t i) { return !cells[i].empty() && (exempt.empty() || !exempt[i]); };

  People all;
  People hidden;
  const auto hide = [&](size_t i) {
    result.cells[i] = true;
    hidden.insert(cells[i].begin(), cells[i].end());
  };
  bool any_exempt = false;
  for (size_t i = 0; i < cells.size(); ++i) {
    all.insert(cells[i].begin(), cells[i].end());
    any_exempt |= !cells[i].empty() && !may_hide(i);
    if (may_hide(i) && IsSmall(cells[i].size(), below)) hide(i);
  }
  result.total = !any_exempt && IsSmall(all.size(), below);
  if (hidden.empty()) return result;

  std::vector<size_t> shown;
  for (size_t i = 0; i < cells.size(); ++i) {
    if (may_hide(i) && !result.cells[i]) shown.push_back(i);
  }
  std::stable_sort(shown.begin(), shown.end(), [&](size_t a, size_t b) { return cells[a].size() < cells[b].size(); });
  // Each hidden cell that started it has fewer people than the limit, so enough people means at least two cells.
  const auto protects = [&] { return !IsSmall(hidden.size(), below); };
  for (size_t next = 0; next < shown.size() && !protects(); ++next) hide(shown[next]);
  if (!protects()) result.total = true;
  return result;
}

}  // namespace regard::market
