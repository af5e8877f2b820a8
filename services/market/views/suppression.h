// Which cells of a table with a total may be shown, so that nobody can tell fewer people than the limit: not from a
// cell, and not from what is left of the total when the shown cells are taken away.
#pragma once

#include <set>
#include <string>
#include <vector>

namespace regard::market {

using People = std::set<std::string>;

struct Suppressed {
  // One for each cell.
  std::vector<bool> cells;
  bool total = false;
};

// Cells with nobody are always shown: they hide nobody, and protect nobody. Where a cell is suppressed others follow,
// fewest people first, until at least two are and together they have at least `below` people; when there are not enough,
// the total goes instead. `exempt` cells have only figures that were published: they are shown, and others' remainder
// is still protected. `below` of at most 1 suppresses nothing.
Suppressed Suppress(const std::vector<People>& cells, int below, const std::vector<bool>& exempt = {});

}  // namespace regard::market
